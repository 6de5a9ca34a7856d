-- What the next build must know of this export to find what changed: see warehouse/changes.py.
CREATE OR REPLACE TABLE snapshot.user_marks AS
SELECT hash(id) AS mark, hash(id, name, avatar) AS content FROM users ORDER BY mark;

CREATE OR REPLACE TABLE snapshot.enrollment_marks AS
SELECT hash(id) AS mark FROM enrollments ORDER BY mark;
