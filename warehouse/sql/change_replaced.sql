-- The rows that are replaced or removed: those to which a file now gone gave something, which a new file names, whose
-- people or course read otherwise, or which have become overdue by time alone.
CREATE TEMP TABLE replaced AS
WITH places AS (
    SELECT rowid AS place FROM snapshot.sessions WHERE file IN (FROM gone)
    UNION SELECT rowid FROM snapshot.sessions WHERE student_file IN (FROM gone)
    UNION SELECT rowid FROM snapshot.sessions WHERE st_file IN (FROM gone)
    UNION SELECT place FROM known
    UNION SELECT rowid FROM snapshot.sessions
    WHERE status = 'scheduled' AND overdue <> (scheduled_end < $as_of::TIMESTAMPTZ - INTERVAL 24 HOURS)
    UNION SELECT rowid FROM snapshot.sessions
    WHERE creator_id IN (FROM changed_creators) AND (
        creator_id IN (FROM changed_users) OR st_id IN (FROM changed_users) OR student_id IN (FROM changed_users)
        OR course_id IN (SELECT id FROM changed_courses)
    )
)
SELECT
    rowid AS place, id, creator_id, course_id, student_id, st_id, scheduled_start, rating, student_comment, st_rating,
    st_comment, file IN (FROM gone) AS is_gone,
    CASE WHEN student_file NOT IN (FROM gone) THEN student_file END AS student_file,
    CASE WHEN st_file NOT IN (FROM gone) THEN st_file END AS st_file
FROM snapshot.sessions
WHERE rowid IN (FROM places);

-- What takes their place is built of the new files and, where a file is as it was, of what the rows hold.
CREATE VIEW sessions AS
SELECT {session_columns}, file FROM fresh.sessions
UNION ALL
SELECT {session_columns}, file FROM snapshot.sessions WHERE rowid IN (SELECT place FROM replaced WHERE NOT is_gone);

CREATE VIEW session_assessments AS
SELECT session_id, assessor, rating, comment, file FROM fresh.session_assessments
UNION ALL
SELECT id, 'student', rating, student_comment, student_file FROM replaced WHERE student_file IS NOT NULL
UNION ALL
SELECT id, 'st', st_rating, st_comment, st_file FROM replaced WHERE st_file IS NOT NULL;

CREATE TEMP TABLE rebuilt AS
{session_rows};
