-- Students to be searched by name: each creator's, and everybody's, every student once. Their texts are not compressed: a
-- search reads some hundred rows of a group, and would unpack the group's whole dictionary for each column.
CREATE TABLE snapshot.students (
    creator_id VARCHAR,
    id VARCHAR USING COMPRESSION uncompressed,
    name VARCHAR USING COMPRESSION uncompressed,
    avatar VARCHAR USING COMPRESSION uncompressed,
    search VARCHAR USING COMPRESSION uncompressed,
    sessions BIGINT
);

INSERT INTO snapshot.students
SELECT creator_id, id, users.name, users.avatar, search_text(users.name) AS search, sessions
FROM student_counts
JOIN users USING (id)
ORDER BY creator_id, sessions DESC, search, id;

CREATE TABLE snapshot.all_students (
    id VARCHAR USING COMPRESSION uncompressed,
    name VARCHAR USING COMPRESSION uncompressed,
    avatar VARCHAR USING COMPRESSION uncompressed,
    search VARCHAR USING COMPRESSION uncompressed,
    sessions BIGINT
);

INSERT INTO snapshot.all_students
SELECT id, any_value(name), any_value(avatar), any_value(search) AS search, sum(sessions)::BIGINT AS sessions
FROM snapshot.students
GROUP BY id
ORDER BY sessions DESC, search, id;
