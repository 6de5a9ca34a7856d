-- All of a question's sessions in their order, with the columns that were chosen.
SELECT {columns}
FROM snapshot.sessions
WHERE {filtered_sessions}
ORDER BY {order_by};
