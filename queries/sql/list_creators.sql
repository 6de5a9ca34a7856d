SELECT id, name, avatar, sessions
FROM snapshot.creators
WHERE $all_creators OR id = $creator_id
ORDER BY sessions DESC, lower(name), id;
