-- Where sessions stand now. They are looked for among their creator's rows, which costs little; $anywhere looks for
-- them in the whole table, for sessions whose course has another creator since. What is in no snapshot is left out.
INSERT INTO reviews
WITH given AS (
    SELECT
        unnest($session_ids) AS session_id, unnest($creator_ids) AS creator, unnest($versions::INTEGER[]) AS version,
        unnest($states::TINYINT[]) AS state, unnest($outcomes::VARCHAR[]) AS outcome, unnest($accounts::VARCHAR[]) AS account,
        unnest($names::VARCHAR[]) AS name, unnest($flagged::BOOLEAN[]) AS flag,
        unnest($facts::VARCHAR[][]) AS decided_on, unnest($times::TIMESTAMPTZ[]) AS decided_at
),
found AS (
    SELECT given.*, sessions.*, sessions.rowid AS place, {review_reasons} AS rules
    FROM given JOIN snapshot.sessions ON sessions.id = session_id AND ($anywhere OR creator_id = creator)
)
SELECT
    place, session_id, st_id, version, state, outcome, account, name, flag,
    state > 2 AND NOT list_has_all(decided_on, {review_facts}), decided_at
FROM found
RETURNING session_id;
