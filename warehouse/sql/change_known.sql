-- Users are read once, for all statements to come that join them: a temporary table is found before the view.
CREATE TEMP TABLE users AS SELECT id, name, avatar FROM memory.users;

-- The rows that the new files name, by a session or by an assessment, and what else reads otherwise than before.
CREATE TEMP TABLE known AS
SELECT id, file, student_file, st_file, rowid AS place
FROM snapshot.sessions
WHERE id IN (SELECT id FROM fresh.sessions UNION ALL SELECT session_id FROM fresh.session_assessments);

CREATE TEMP TABLE changed_users AS
SELECT id
FROM users ANTI JOIN snapshot.user_marks ON mark = hash(id) AND content = hash(id, name, avatar)
WHERE $people_changed;

CREATE TEMP TABLE changed_courses AS
SELECT id, before.creator_id
FROM courses JOIN snapshot.courses AS before USING (id)
WHERE $people_changed AND (courses.title <> before.title OR courses.creator_id <> before.creator_id);

CREATE TEMP TABLE changed_creators AS
SELECT creator_id FROM snapshot.students SEMI JOIN changed_users USING (id)
UNION SELECT creator_id FROM snapshot.student_teachers SEMI JOIN changed_users USING (id)
UNION SELECT id FROM snapshot.creators SEMI JOIN changed_users USING (id)
UNION SELECT creator_id FROM changed_courses;

CREATE TEMP TABLE removed_enrollments AS
SELECT mark FROM snapshot.enrollment_marks ANTI JOIN (SELECT hash(id) AS mark FROM enrollments) AS kept USING (mark)
WHERE $people_changed;
