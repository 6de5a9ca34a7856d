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

DELETE FROM snapshot.files WHERE number IN (FROM gone);
