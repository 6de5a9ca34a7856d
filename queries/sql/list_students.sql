-- Students whose name holds what was typed, those with most sessions first.
SELECT id, any_value(name), any_value(avatar), sum(sessions)::BIGINT AS sessions
FROM snapshot.students
WHERE ($all_creators OR creator_id = $creator_id) AND contains(search, search_text($q))
GROUP BY id
ORDER BY sessions DESC, any_value(search), id
LIMIT $limit;
