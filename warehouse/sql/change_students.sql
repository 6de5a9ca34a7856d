-- The list of students is long: only the lines of those whose sessions or names changed are written.
CREATE TEMP TABLE student_counts AS
WITH changes AS (
    SELECT creator_id, student_id AS id, -1 AS sessions FROM replaced
    UNION ALL SELECT creator_id, student_id, 1 FROM rebuilt
)
SELECT creator_id, id, sum(sessions)::BIGINT AS sessions
FROM (FROM changes UNION ALL SELECT creator_id, id, sessions FROM snapshot.students SEMI JOIN changes USING (creator_id, id))
GROUP BY ALL;

DELETE FROM snapshot.students
WHERE (creator_id, id) IN (
    SELECT (creator_id, id) FROM student_counts WHERE sessions = 0 OR id IN (FROM changed_users)
);

UPDATE snapshot.students
SET sessions = student_counts.sessions
FROM student_counts
WHERE student_counts.creator_id = students.creator_id AND student_counts.id = students.id;

INSERT INTO snapshot.students BY NAME
SELECT creator_id, id, users.name, users.avatar, search_text(users.name) AS search, sessions
FROM (FROM student_counts ANTI JOIN snapshot.students USING (creator_id, id))
JOIN users USING (id)
WHERE sessions > 0
ORDER BY creator_id, sessions DESC, search, id;

DELETE FROM snapshot.all_students WHERE id IN (SELECT id FROM student_counts);

INSERT INTO snapshot.all_students
SELECT id, any_value(name), any_value(avatar), any_value(search) AS search, sum(sessions)::BIGINT AS sessions
FROM snapshot.students
WHERE id IN (SELECT id FROM student_counts)
GROUP BY id
ORDER BY sessions DESC, search, id;
