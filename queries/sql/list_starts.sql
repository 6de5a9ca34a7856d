-- A creator's sessions in the order of their start, by place in the table: those of a range lie together in it. Minutes
-- that count in no mean are not a number.
SELECT rowid, epoch_us(scheduled_start) AS starts_at, coalesce(timed_minutes, 'nan'::DOUBLE) AS minutes
FROM snapshot.sessions
WHERE {filtered_sessions}
ORDER BY scheduled_start, id;
