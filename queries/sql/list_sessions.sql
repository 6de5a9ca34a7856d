SELECT {session_columns}
FROM snapshot.sessions
WHERE {filtered_sessions}
ORDER BY {order_by}
LIMIT $limit OFFSET $offset;
