-- An early page for a large scope: the order is found on its own columns, the others are fetched for the page's rows.
SELECT {session_columns}
FROM (
    SELECT rowid AS place
    FROM snapshot.sessions
    WHERE {filtered_sessions}
    ORDER BY {order_by}
    LIMIT $limit OFFSET $offset
) AS found
JOIN snapshot.sessions ON sessions.rowid = place
ORDER BY {order_by};
