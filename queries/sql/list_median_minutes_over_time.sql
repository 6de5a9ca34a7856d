-- Medians by the first days of list_over_time.sql: each quarter's is found once.
WITH quarters AS (
    SELECT scheduled_start AS quarter, any_value({first_day}) AS first_day
    FROM snapshot.rollup
    WHERE {filtered_sessions}
    GROUP BY quarter
)
SELECT first_day, median(timed_minutes)
FROM snapshot.sessions
JOIN quarters ON quarter = quarter_of(scheduled_start)
WHERE {filtered_sessions} AND timed_minutes IS NOT NULL
GROUP BY first_day;
