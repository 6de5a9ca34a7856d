SELECT count(*), count(*) FILTER (scheduled_start >= $week_start AND scheduled_start < $week_end)
FROM snapshot.sessions
WHERE $all_creators OR creator_id = $creator_id;
