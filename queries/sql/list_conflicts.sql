-- The first runs of overlapping sessions of one ST that hold a filtered session, each whole up to $most sessions. A run
-- is known by its ST and its start: the ST's next run starts after it.
WITH coming AS ({coming_sessions}),
overlapping AS (
    SELECT
        place, teacher, begins, coming_id,
        max(begins) FILTER (busy_until IS NULL OR busy_until <= begins)
            OVER (PARTITION BY teacher ORDER BY begins, coming_id) AS run_begins
    FROM coming
    WHERE conflict
),
first_runs AS (
    SELECT teacher, run_begins, count(*) OVER () AS all_runs
    FROM overlapping JOIN snapshot.sessions ON sessions.rowid = place
    WHERE {filtered_sessions}
    GROUP BY teacher, run_begins
    ORDER BY run_begins, teacher
    LIMIT $limit
),
shown AS (
    SELECT
        place, teacher, run_begins, all_runs,
        row_number() OVER (PARTITION BY teacher, run_begins ORDER BY begins, coming_id) AS number,
        count(*) OVER (PARTITION BY teacher, run_begins) AS in_run
    FROM overlapping JOIN first_runs USING (teacher, run_begins)
)
SELECT {session_columns}, in_run, all_runs, number
FROM shown JOIN snapshot.sessions ON sessions.rowid = place
WHERE number <= $most
ORDER BY run_begins, teacher, number;
