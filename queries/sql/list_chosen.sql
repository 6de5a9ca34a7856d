-- Names of the chosen courses, STs and students that are the scope's own; what is not answered is not theirs.
SELECT 'course_id' AS field, id, title AS name
FROM snapshot.courses
WHERE ($all_creators OR creator_id = $creator_id) AND id IN (SELECT unnest($course_ids::VARCHAR[]))
UNION ALL
SELECT 'st_id', id, any_value(name)
FROM snapshot.student_teachers
WHERE ($all_creators OR creator_id = $creator_id) AND id IN (SELECT unnest($st_ids::VARCHAR[]))
GROUP BY id
UNION ALL
SELECT 'student_id', id, any_value(name)
FROM snapshot.students
WHERE ($all_creators OR creator_id = $creator_id) AND id IN (SELECT unnest($student_ids::VARCHAR[]))
GROUP BY id;
