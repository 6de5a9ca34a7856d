-- What a row of a list shows; put where a statement says {session_columns}.
id, scheduled_start AT TIME ZONE 'UTC', scheduled_end AT TIME ZONE 'UTC', actual_minutes, status,
course_id, course_title, student_id, student_name, student_avatar, st_id, st_name, st_avatar,
rating, has_recording, is_low(counted_rating, $low_rating), overdue, implausible_duration, dispute_status, creator_id
