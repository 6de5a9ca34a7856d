-- A creator's sessions in the order of their start, by place in the table: those of a range lie together in it.
SELECT rowid, epoch_us(scheduled_start) AS starts_at
FROM snapshot.sessions
WHERE {filtered_sessions}
ORDER BY scheduled_start, id;
