-- A session's place in the table; no row where the filters leave it out.
SELECT rowid FROM snapshot.sessions WHERE {filtered_sessions} AND id = $session_id {of_its_creator};
