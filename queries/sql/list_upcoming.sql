-- A page of the coming sessions; what ST is booked twice is told by all of the scope's.
WITH coming AS ({coming_sessions})
SELECT {session_columns}, conflict
FROM coming JOIN snapshot.sessions ON sessions.rowid = place
WHERE {filtered_sessions}
ORDER BY {order_by}
LIMIT $limit OFFSET $offset;
