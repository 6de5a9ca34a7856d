-- The scope's coming sessions, whatever is filtered, each with whether its ST is booked twice; put where a statement says
-- {coming_sessions}. In order of start a session overlaps an earlier one if any of those ends after its start, and a
-- later one if the next begins before its end. The names are none of the table's: the predicate's own stay unambiguous.
SELECT
    rowid AS place,
    st_id AS teacher,
    id AS coming_id,
    scheduled_start AS begins,
    max(scheduled_end) OVER earlier AS busy_until,
    coalesce(busy_until > scheduled_start, false)
        OR coalesce(lead(scheduled_start) OVER in_order < scheduled_end, false) AS conflict
FROM snapshot.sessions
WHERE ($all_creators OR creator_id = $creator_id) AND status = 'scheduled' AND scheduled_end > $now
WINDOW
    in_order AS (PARTITION BY st_id ORDER BY scheduled_start, id),
    earlier AS (PARTITION BY st_id ORDER BY scheduled_start, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
