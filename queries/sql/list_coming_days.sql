-- How many coming sessions start on each day of the zone, and how many of them are in conflict.
WITH coming AS ({coming_sessions})
SELECT (scheduled_start AT TIME ZONE $zone)::DATE AS day, count(*), count(*) FILTER (conflict)
FROM coming JOIN snapshot.sessions ON sessions.rowid = place
WHERE {filtered_sessions}
GROUP BY day
ORDER BY day;
