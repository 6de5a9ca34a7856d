-- Figures by day, week or month of the zone.
SELECT {first_day} AS first_day, {figures}
FROM snapshot.sessions
WHERE {filtered_sessions}
GROUP BY first_day
ORDER BY first_day;
