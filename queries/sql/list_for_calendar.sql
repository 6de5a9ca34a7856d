-- What a calendar feed holds: the scope's coming sessions and those lately cancelled, which a calendar is to drop.
SELECT
    id, scheduled_start AT TIME ZONE 'UTC', scheduled_end AT TIME ZONE 'UTC', status = 'cancelled',
    course_title, student_name, st_name
FROM snapshot.sessions
WHERE ($all_creators OR creator_id = $creator_id)
    AND ((status = 'scheduled' AND scheduled_end > $now)
        OR (status = 'cancelled' AND scheduled_start >= $cancelled_from))
ORDER BY scheduled_start, id
LIMIT $limit;
