-- Whether the changed export may break the contract in a way that its new files alone do not show.
SELECT
    -- a session given twice
    EXISTS (SELECT 1 FROM fresh.sessions JOIN known USING (id) WHERE known.file NOT IN (FROM gone))
    -- an assessment of no session
    OR EXISTS (
        SELECT 1 FROM (SELECT session_id AS id FROM session_assessments)
        ANTI JOIN sessions USING (id)
    )
    -- an assessor heard twice
    OR EXISTS (SELECT 1 FROM session_assessments GROUP BY session_id, assessor HAVING count(*) > 1)
    -- a user, course or enrollment that has gone and is still named
    OR EXISTS (
        SELECT 1
        FROM (
            SELECT id FROM snapshot.students UNION ALL SELECT id FROM snapshot.student_teachers
            UNION ALL SELECT id FROM snapshot.creators
        ) ANTI JOIN users USING (id)
    )
    OR EXISTS (SELECT 1 FROM snapshot.courses ANTI JOIN courses USING (id) WHERE sessions > 0)
    OR EXISTS (SELECT 1 FROM snapshot.sessions WHERE hash(enrollment_id) IN (FROM removed_enrollments));
