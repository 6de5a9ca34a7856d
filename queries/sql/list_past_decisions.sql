-- What was decided about an ST's sessions in the scope, the latest first, and how many there are of each.
SELECT
    session_id, scheduled_start AT TIME ZONE 'UTC', review_state, review_outcome, reviewed_at AT TIME ZONE 'UTC',
    count(*) FILTER (review_state = 4) OVER (), count(*) FILTER (review_state = 8) OVER ()
FROM reviews JOIN snapshot.sessions ON sessions.rowid = place
WHERE {filtered_sessions} AND teacher = $st_id AND review_state > 2 AND session_id <> $session_id
ORDER BY reviewed_at DESC, session_id
LIMIT $limit;
