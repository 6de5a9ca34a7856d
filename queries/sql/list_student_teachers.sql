SELECT id, any_value(name) AS name, any_value(avatar) AS avatar, sum(sessions)::BIGINT AS sessions
FROM snapshot.student_teachers
WHERE $all_creators OR creator_id = $creator_id
GROUP BY id
ORDER BY lower(any_value(student_teachers.name)), id;
