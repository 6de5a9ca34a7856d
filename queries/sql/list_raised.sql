-- Some sessions of the scope by their ids: why they need review, what that rests on, and what a decision is told with.
SELECT
    id, creator_id, rules, {review_facts}, {review_evidence}, st_id,
    dispute_status, CASE WHEN $sees_private THEN dispute_reason END, dispute_opened_at AT TIME ZONE 'UTC'
FROM (SELECT *, {review_reasons} AS rules FROM snapshot.sessions WHERE {filtered_sessions} AND id IN $session_ids);
