-- The one predicate. Every list, count and figure of the application filters by it, as {filtered_sessions}.
-- A condition whose parameter is null filters nothing and is left out before DuckDB plans the statement; the scope
-- always stays: without all_creators and without a creator_id there are no rows. The places, between which the creator's
-- rows lie, go before it: DuckDB asks each group of rows, thousands of 100 million sessions, in this order.
sessions.rowid >= $first_place
AND sessions.rowid <= $last_place
AND ($all_creators OR creator_id = $creator_id)
AND scheduled_start >= $range_start
AND scheduled_start < $range_end
AND course_id IN $course_ids
AND st_id IN $st_ids
AND student_id = $student_id
AND contains(student_search, search_text($student_q))
AND status::VARCHAR IN $statuses
AND rating >= $rating_min
AND rating <= $rating_max
AND (rating IS NOT NULL) = $rated
AND (timed_minutes IS NOT NULL) = $timed
AND ((list_contains($flags, 'low_rating') AND is_low(counted_rating, $low_rating))
    OR (list_contains($flags, 'dispute') AND dispute_status IS NOT NULL)
    OR (list_contains($flags, 'overdue') AND overdue)
    OR (list_contains($flags, 'implausible_duration') AND implausible_duration)
    OR (list_contains($flags, 'no_recording') AND status = 'completed' AND NOT has_recording))
