SELECT {session_columns}
FROM snapshot.sessions
WHERE {filtered_sessions} AND status = 'scheduled' AND scheduled_end > $now
ORDER BY {order_by}
LIMIT $limit OFFSET $offset;
