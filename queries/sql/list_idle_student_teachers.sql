-- STs who held sessions in the range and have no coming one in the scope, those who held most first.
SELECT
    st_id, any_value(st_name) AS name, any_value(st_avatar), max(scheduled_start) AT TIME ZONE 'UTC',
    count(*) AS sessions, count(*) OVER ()
FROM snapshot.sessions
WHERE {filtered_sessions}
    AND status <> 'cancelled'
    AND st_id NOT IN (
        SELECT st_id
        FROM snapshot.sessions
        WHERE ($all_creators OR creator_id = $creator_id) AND status = 'scheduled' AND scheduled_end > $now
    )
GROUP BY st_id
ORDER BY sessions DESC, lower(name), st_id
LIMIT $limit;
