SELECT id, title, sessions
FROM snapshot.courses
WHERE $all_creators OR creator_id = $creator_id
ORDER BY lower(title), id;
