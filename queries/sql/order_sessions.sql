-- All of a long list in order, by place in the table; the snapshot keeps it, so that each block costs the same.
SELECT rowid FROM snapshot.sessions WHERE {filtered_sessions} ORDER BY {order_by};
