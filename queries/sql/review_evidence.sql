-- What tells, without saying it, whether a session is still as somebody saw it who decides; put where a statement says
-- {review_evidence}.
left(md5(row(rules, dispute_opened_at, dispute_reason, rating, student_comment, st_rating, actual_start,
    actual_end)::VARCHAR), 12)
