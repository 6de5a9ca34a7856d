-- The rows at some places in the table, each with its place, in any order: to sort as few as these costs more.
SELECT rowid, {session_columns}
FROM snapshot.sessions
WHERE {filtered_sessions} AND {at_places};
