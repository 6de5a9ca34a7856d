-- The rows at some places in the table, in order.
SELECT {session_columns}
FROM snapshot.sessions
WHERE {filtered_sessions} AND rowid IN (SELECT unnest($places::BIGINT[]))
ORDER BY {order_by};
