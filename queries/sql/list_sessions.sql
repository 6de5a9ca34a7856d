-- A small scope's page; the total is counted in the same pass.
SELECT {session_columns}, count(*) OVER () AS total
FROM snapshot.sessions
WHERE {filtered_sessions}
ORDER BY {order_by}
LIMIT $limit OFFSET $offset;
