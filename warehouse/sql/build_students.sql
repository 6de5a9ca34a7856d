-- The students of each creator, to be searched by name.
CREATE TABLE snapshot.students AS
SELECT creator_id, id, users.name, users.avatar, search_text(users.name) AS search, sessions
FROM student_counts
JOIN users USING (id)
ORDER BY creator_id, id;
