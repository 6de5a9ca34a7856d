-- What sum_ranges.sql cannot tell of the rollup.
SELECT coalesce(scheduled_start >= $range_from, true) AS in_range, median(timed_minutes)
FROM snapshot.sessions
WHERE {filtered_sessions}
    AND ($previous_end IS NULL OR scheduled_start < $previous_end OR scheduled_start >= $range_from)
    AND timed_minutes IS NOT NULL
GROUP BY in_range;
