-- One row a session with all that a page shows of it, sorted so that a creator's rows lie together, and the numbers
-- of the files that it was read from.
-- timed_minutes and counted_rating are null where the row does not count in a mean: each rule stands once, here.
WITH timed AS (
    SELECT
        *,
        epoch_us(actual_end) - epoch_us(actual_start) AS actual_us,
        epoch_us(scheduled_end) - epoch_us(scheduled_start) AS scheduled_us,
    FROM sessions
),
judged AS (
    SELECT
        *,
        actual_us / 6e7 AS actual_minutes,
        scheduled_us / 6e7 AS scheduled_minutes,
        status = 'completed' AND actual_us IS NOT NULL
            AND (actual_us > 12 * 3_600_000_000 OR actual_us > 3 * scheduled_us) AS implausible_duration
    FROM timed
)
SELECT
    judged.id,
    courses.creator_id,
    creators.name AS creator_name,
    courses.id AS course_id,
    courses.title AS course_title,
    judged.enrollment_id,
    students.id AS student_id,
    students.name AS student_name,
    students.avatar AS student_avatar,
    search_text(students.name) AS student_search,
    sts.id AS st_id,
    sts.name AS st_name,
    sts.avatar AS st_avatar,
    judged.scheduled_start,
    judged.scheduled_end,
    judged.actual_start,
    judged.actual_end,
    judged.actual_minutes,
    judged.scheduled_minutes,
    judged.status::ENUM ('scheduled', 'completed', 'cancelled', 'no_show') AS status,
    by_student.rating::TINYINT AS rating,
    CASE WHEN judged.status = 'completed' THEN by_student.rating END::TINYINT AS counted_rating,
    CASE WHEN judged.status = 'completed' AND NOT judged.implausible_duration
        THEN judged.actual_minutes END AS timed_minutes,
    judged.implausible_duration,
    judged.status = 'scheduled' AND judged.scheduled_end < $as_of::TIMESTAMPTZ - INTERVAL 24 HOURS AS overdue,
    judged.recording_key,
    judged.recording_key IS NOT NULL AS has_recording,
    judged.dispute_status,
    judged.dispute_reason,
    judged.dispute_opened_at,
    judged.notes,
    by_student.session_id IS NOT NULL AS has_student_feedback,
    by_student.comment AS student_comment,
    by_st.session_id IS NOT NULL AS has_st_feedback,
    by_st.rating::TINYINT AS st_rating,
    by_st.comment AS st_comment,
    judged.file,
    by_student.file AS student_file,
    by_st.file AS st_file
FROM judged
JOIN courses ON courses.id = judged.course_id
JOIN users AS creators ON creators.id = courses.creator_id
JOIN users AS students ON students.id = judged.student_id
JOIN users AS sts ON sts.id = judged.st_id
LEFT JOIN session_assessments AS by_student
    ON by_student.session_id = judged.id AND by_student.assessor = 'student'
LEFT JOIN session_assessments AS by_st
    ON by_st.session_id = judged.id AND by_st.assessor = 'st'
ORDER BY courses.creator_id, judged.scheduled_start, judged.id;
