-- Whether no session and no assessment was left out: keys being unique, a join can only lose rows.
SELECT
    count(*) = (SELECT count(*) FROM sessions)
    AND count(*) FILTER (has_student_feedback) + count(*) FILTER (has_st_feedback) = (SELECT count(*) FROM session_assessments)
FROM snapshot.sessions;
