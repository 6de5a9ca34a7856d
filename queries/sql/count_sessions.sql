SELECT count(*) FROM snapshot.sessions WHERE {filtered_sessions};
