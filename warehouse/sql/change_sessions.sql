-- The counts are carried on from those there were, the rows put behind those that stay.
CREATE TEMP TABLE creator_counts AS
SELECT id, sum(sessions)::BIGINT AS sessions
FROM (
    SELECT id, sessions FROM snapshot.creators
    UNION ALL SELECT creator_id, -count(*) FROM replaced GROUP BY ALL
    UNION ALL SELECT creator_id, count(*) FROM rebuilt GROUP BY ALL
)
GROUP BY ALL HAVING sum(sessions) > 0;

CREATE TEMP TABLE course_counts AS
SELECT id, sum(sessions)::BIGINT AS sessions
FROM (
    SELECT id, sessions FROM snapshot.courses
    UNION ALL SELECT course_id, -count(*) FROM replaced GROUP BY ALL
    UNION ALL SELECT course_id, count(*) FROM rebuilt GROUP BY ALL
)
GROUP BY ALL HAVING sum(sessions) > 0;

CREATE TEMP TABLE st_counts AS
SELECT creator_id, id, sum(sessions)::BIGINT AS sessions
FROM (
    SELECT creator_id, id, sessions FROM snapshot.student_teachers
    UNION ALL SELECT creator_id, st_id, -count(*) FROM replaced GROUP BY ALL
    UNION ALL SELECT creator_id, st_id, count(*) FROM rebuilt GROUP BY ALL
)
GROUP BY ALL HAVING sum(sessions) > 0;

DELETE FROM snapshot.sessions WHERE rowid IN (SELECT place FROM replaced);

INSERT INTO snapshot.sessions BY NAME FROM rebuilt;

-- Several sessions may share a mark: of each pair as many lines go as sessions are replaced.
DELETE FROM snapshot.session_marks
WHERE rowid IN (
    SELECT line
    FROM (
        SELECT
            session_marks.rowid AS line,
            row_number() OVER (PARTITION BY mark, creator_id) AS nth,
            gone_marks.sessions
        FROM snapshot.session_marks
        JOIN (SELECT mark_of(id) AS mark, creator_id, count(*) AS sessions FROM replaced GROUP BY ALL) AS gone_marks
            USING (mark, creator_id)
    )
    WHERE nth <= sessions
);

INSERT INTO snapshot.session_marks SELECT mark_of(id) AS mark, creator_id FROM rebuilt ORDER BY mark;

-- Quarters of which anything changed are counted anew, by build_rollup.sql.
CREATE TEMP TABLE changed_quarters AS
SELECT quarter_of(scheduled_start) AS quarter FROM replaced
UNION SELECT quarter_of(scheduled_start) FROM rebuilt;

DELETE FROM snapshot.rollup WHERE scheduled_start IN (FROM changed_quarters);

DELETE FROM snapshot.files WHERE number IN (FROM gone);
