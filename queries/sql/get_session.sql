-- One session of the scope. Text that people wrote leaves the warehouse only for those who may read it.
SELECT
    id, scheduled_start AT TIME ZONE 'UTC', scheduled_end AT TIME ZONE 'UTC', scheduled_minutes,
    actual_start AT TIME ZONE 'UTC', actual_end AT TIME ZONE 'UTC', actual_minutes, status,
    course_id, course_title, student_id, student_name, student_avatar, st_id, st_name, st_avatar,
    enrollment_id, rating,
    has_student_feedback, CASE WHEN $sees_private THEN student_comment END,
    has_st_feedback, st_rating, CASE WHEN $sees_private THEN st_comment END,
    CASE WHEN $sees_private THEN notes END,
    has_recording, CASE WHEN $sees_private THEN recording_key END,
    dispute_status, CASE WHEN $sees_private THEN dispute_reason END, dispute_opened_at AT TIME ZONE 'UTC',
    is_low(counted_rating, $low_rating), overdue, implausible_duration, creator_id, creator_name
FROM snapshot.sessions
WHERE {filtered_sessions} AND id = $session_id {of_its_creator};
