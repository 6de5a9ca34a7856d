-- One pass gives the figures of a range and of each Student-Teacher in it, and, where the rows read reach back
-- before $range_from, those of the period before, which ends at $previous_end. No session is without an st_id: a row
-- without one is a whole period's.
SELECT
    coalesce(scheduled_start >= $range_from, true) AS in_range,
    st_id,
    any_value(st_name) AS st_name,
    any_value(st_avatar) AS st_avatar,
    {figures}
FROM snapshot.sessions
WHERE {filtered_sessions}
    AND ($previous_end IS NULL OR scheduled_start < $previous_end OR scheduled_start >= $range_from)
GROUP BY {groups};
