-- Why a session needs review, a bit for each reason in the order of Reason; put where a statement says {review_reasons}.
-- A rule that the settings leave out raises nothing. The second bit, flagged, is the store's to say. Lengths are compared
-- in whole microseconds, so that a session of exactly the asked share is not short by a rounding.
CASE WHEN list_contains($review_rules, 'dispute') AND dispute_status IN ('open', 'under_review') THEN 1 ELSE 0 END
+ CASE WHEN list_contains($review_rules, 'low_rating') AND is_low(counted_rating, $low_rating) THEN 4 ELSE 0 END
+ CASE WHEN list_contains($review_rules, 'short') AND status = 'completed'
    AND round(actual_minutes * 6e7) * 100 < round(scheduled_minutes * 6e7) * $short_percent THEN 8 ELSE 0 END
+ CASE WHEN list_contains($review_rules, 'no_show') AND status = 'no_show' THEN 16 ELSE 0 END
+ CASE WHEN list_contains($review_rules, 'rating_gap') AND abs(rating - st_rating) >= $rating_gap THEN 32 ELSE 0 END
+ CASE WHEN list_contains($review_rules, 'no_recording') AND status = 'completed' AND NOT has_recording
    THEN 64 ELSE 0 END
