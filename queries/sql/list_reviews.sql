-- A page of the queue, the most urgent first and of those the ones that wait longest, or where only decided ones are asked
-- for, the latest decision first; with each row, and alone where the
-- page is empty, how many sessions there are of each set of reasons and each state. States are bits, as reasons are.
WITH judged AS (
    SELECT
        sessions.rowid AS row_place, scheduled_start AS begins, id AS tie, {review_reasons} AS rules,
        rules + CASE WHEN flagged THEN 2 ELSE 0 END AS reasons,
        coalesce(again, false) AS came_again,
        CASE WHEN again OR review_state IS NULL THEN 1 ELSE review_state END AS state_bit,
        coalesce(review_version, 0) AS version,
        CASE WHEN NOT again THEN review_outcome END AS outcome, CASE WHEN NOT again THEN assignee_account END AS account,
        CASE WHEN NOT again THEN assignee_name END AS name, reviewed_at
    FROM snapshot.sessions LEFT JOIN reviews ON place = sessions.rowid
    WHERE {filtered_sessions} AND (rules > 0 OR place IS NOT NULL)
),
asked AS (
    SELECT
        *,
        review_urgency(reasons) AS urgency,
        CASE WHEN $states & 3 = 0 THEN reviewed_at END AS latest,
        state_bit & $states > 0 AND ($reasons = 0 OR reasons & $reasons > 0) AS in_page
    FROM judged
    WHERE (reasons > 0 OR state_bit > 1)
        AND (NOT $nobodys OR account IS NULL)
        AND ($assignee IS NULL OR account = $assignee)
),
totals AS (
    SELECT list(counted) AS counts
    FROM (SELECT [reasons, state_bit, count(*)] AS counted FROM asked GROUP BY reasons, state_bit)
),
page AS (
    SELECT *
    FROM asked
    WHERE in_page
    ORDER BY latest DESC NULLS LAST, urgency DESC, begins, tie
    LIMIT $limit OFFSET $offset
),
shown AS (
    SELECT
        {session_columns},
        st_rating, reasons, urgency, state_bit, came_again, outcome, account, name, version,
        {review_evidence}, reviewed_at AT TIME ZONE 'UTC', latest, begins, tie
    FROM page JOIN snapshot.sessions ON sessions.rowid = row_place
)
SELECT counts, shown.* EXCLUDE (latest, begins, tie)
FROM totals LEFT JOIN shown ON true
ORDER BY latest DESC NULLS LAST, urgency DESC, begins, tie;
