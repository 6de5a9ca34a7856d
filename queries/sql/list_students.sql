-- A creator's students whose name holds what was typed, those with most sessions first.
SELECT id, name, avatar, sessions
FROM snapshot.students
WHERE NOT $all_creators AND creator_id = $creator_id AND contains(search, search_text($q))
ORDER BY sessions DESC, search, id
LIMIT $limit;
