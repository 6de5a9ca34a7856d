-- A whole list in order, by place in the table: what it holds, and where each of its pages lies.
SELECT rowid FROM snapshot.sessions WHERE {filtered_sessions} ORDER BY {order_by};
