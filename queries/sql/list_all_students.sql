-- The same of all creators' students, each once with the sessions of all.
SELECT id, name, avatar, sessions
FROM snapshot.all_students
WHERE $all_creators AND $creator_id IS NULL AND contains(search, search_text($q))
ORDER BY sessions DESC, search, id
LIMIT $limit;
