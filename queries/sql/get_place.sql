-- Where a session stands in the filtered order, and what is beside it; no row where the filters leave it out.
SELECT position, total, previous_id, next_id
FROM (
    SELECT
        id,
        row_number() OVER ordered AS position,
        count(*) OVER () AS total,
        lag(id) OVER ordered AS previous_id,
        lead(id) OVER ordered AS next_id
    FROM snapshot.sessions
    WHERE {filtered_sessions}
    WINDOW ordered AS (ORDER BY {order_by})
)
WHERE id = $session_id;
