SELECT count(DISTINCT st_id) FROM snapshot.sessions WHERE {filtered_sessions};
