-- Figures of a range, and of the period before it where the rows read reach back before $range_from.
SELECT coalesce(scheduled_start >= $range_from, true) AS in_range, {figures}
FROM snapshot.sessions
WHERE {filtered_sessions}
    AND ($previous_end IS NULL OR scheduled_start < $previous_end OR scheduled_start >= $range_from)
GROUP BY in_range;
