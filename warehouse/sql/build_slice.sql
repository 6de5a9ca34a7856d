-- All that the sessions of some creators are joined of: temporary tables, named like the views of the whole export, are
-- found before them.
CREATE OR REPLACE TEMP TABLE courses AS
SELECT * FROM memory.courses WHERE creator_id BETWEEN $first AND $last;

CREATE OR REPLACE TEMP TABLE sessions AS
SELECT * FROM memory.sessions WHERE course_id IN (SELECT id FROM courses);

CREATE OR REPLACE TEMP TABLE session_assessments AS
SELECT * FROM memory.session_assessments WHERE session_id IN (SELECT id FROM sessions);

CREATE OR REPLACE TEMP TABLE users AS
SELECT * FROM memory.users WHERE id IN (
    SELECT creator_id FROM courses UNION ALL SELECT student_id FROM sessions UNION ALL SELECT st_id FROM sessions
);
