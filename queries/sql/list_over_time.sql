-- Figures by day, week or month of the zone. A week begins $week_shift days before Monday.
SELECT
    (date_trunc($bucket, (scheduled_start AT TIME ZONE $zone) + to_days($week_shift)) - to_days($week_shift))::DATE AS first_day,
    {figures}
FROM snapshot.sessions
WHERE {filtered_sessions}
GROUP BY first_day
ORDER BY first_day;
