-- What the option lists and headers show, so that opening the page reads no session rows. The views …_counts say how
-- many sessions each has: counted anew by a build from nothing, carried on by one that changes what there was.
CREATE OR REPLACE TABLE snapshot.creators AS
SELECT users.id, users.name, users.avatar, coalesce(creator_counts.sessions, 0) AS sessions
FROM users
LEFT JOIN creator_counts USING (id)
WHERE users.id IN (SELECT creator_id FROM courses)
ORDER BY users.id;

CREATE OR REPLACE TABLE snapshot.courses AS
SELECT courses.creator_id, courses.id, courses.title, coalesce(course_counts.sessions, 0) AS sessions
FROM courses
LEFT JOIN course_counts USING (id)
ORDER BY courses.creator_id, courses.id;

CREATE OR REPLACE TABLE snapshot.student_teachers AS
SELECT creator_id, id, users.name, users.avatar, sessions
FROM st_counts
JOIN users USING (id)
ORDER BY creator_id, id;
