-- What the option lists and headers show, so that opening the page reads no session rows.
CREATE TABLE snapshot.creators AS
SELECT users.id, users.name, users.avatar, coalesce(counted.sessions, 0) AS sessions
FROM users
LEFT JOIN (SELECT creator_id, count(*) AS sessions FROM snapshot.sessions GROUP BY ALL) AS counted
    ON counted.creator_id = users.id
WHERE users.id IN (SELECT creator_id FROM courses)
ORDER BY users.id;

CREATE TABLE snapshot.courses AS
SELECT courses.creator_id, courses.id, courses.title, coalesce(counted.sessions, 0) AS sessions
FROM courses
LEFT JOIN (SELECT course_id, count(*) AS sessions FROM snapshot.sessions GROUP BY ALL) AS counted
    ON counted.course_id = courses.id
ORDER BY courses.creator_id, courses.id;

CREATE TABLE snapshot.student_teachers AS
SELECT creator_id, st_id AS id, any_value(st_name) AS name, any_value(st_avatar) AS avatar, count(*) AS sessions
FROM snapshot.sessions
GROUP BY creator_id, st_id
ORDER BY creator_id, st_id;

CREATE TABLE snapshot.students AS
SELECT
    creator_id, student_id AS id, any_value(student_name) AS name, any_value(student_avatar) AS avatar,
    any_value(student_search) AS search, count(*) AS sessions
FROM snapshot.sessions
GROUP BY creator_id, student_id
ORDER BY creator_id, student_id;

CREATE TABLE snapshot.info AS
SELECT
    $layout::VARCHAR AS layout,
    $fingerprint::VARCHAR AS fingerprint,
    $as_of::TIMESTAMPTZ AS data_as_of,
    count(*) AS sessions,
    max(scheduled_start) AS last_start
FROM snapshot.sessions;
