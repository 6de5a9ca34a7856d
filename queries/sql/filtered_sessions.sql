-- The one predicate. Every list, count, figure and option of the application reads through it.
-- A creator's rows come first: without all_creators and without a creator_id there are none.
CREATE MACRO filtered_sessions(
    all_creators, creator_id_, course_ids, st_ids, student_id_, student_q, statuses,
    range_start, range_end, rating_min, rating_max, rated, timed,
    flag_low_rating, flag_dispute, flag_overdue, flag_implausible_duration, flag_no_recording,
    any_flag, low_rating
) AS TABLE
SELECT *, coalesce(counted_rating <= low_rating, false) AS low_rated
FROM snapshot.sessions
WHERE (all_creators OR creator_id = creator_id_)
    AND (range_start IS NULL OR scheduled_start >= range_start)
    AND (range_end IS NULL OR scheduled_start < range_end)
    AND (course_ids IS NULL OR course_id IN course_ids)
    AND (st_ids IS NULL OR st_id IN st_ids)
    AND (student_id_ IS NULL OR student_id = student_id_)
    AND (student_q IS NULL OR contains(student_search, search_text(student_q)))
    AND (statuses IS NULL OR status::VARCHAR IN statuses)
    AND (rating_min IS NULL OR rating >= rating_min)
    AND (rating_max IS NULL OR rating <= rating_max)
    AND (rated IS NULL OR (rating IS NOT NULL) = rated)
    AND (timed IS NULL OR (timed_minutes IS NOT NULL) = timed)
    AND (NOT any_flag
        OR (flag_low_rating AND counted_rating <= low_rating)
        OR (flag_dispute AND dispute_status IS NOT NULL)
        OR (flag_overdue AND overdue)
        OR (flag_implausible_duration AND implausible_duration)
        OR (flag_no_recording AND status = 'completed' AND NOT has_recording));
