-- Which of the ids asked for are none of the scope's, in the order in which they are reported.
SELECT 'course_id' AS field, id FROM (SELECT unnest($course_ids::VARCHAR[]) AS id)
WHERE id NOT IN (SELECT id FROM snapshot.courses WHERE $all_creators OR creator_id = $creator_id)
UNION ALL
SELECT 'st_id', id FROM (SELECT unnest($st_ids::VARCHAR[]) AS id)
WHERE id NOT IN (SELECT id FROM snapshot.student_teachers WHERE $all_creators OR creator_id = $creator_id)
UNION ALL
SELECT 'student_id', id FROM (SELECT unnest($student_ids::VARCHAR[]) AS id)
WHERE id NOT IN (SELECT id FROM snapshot.students WHERE $all_creators OR creator_id = $creator_id);
