-- `sealed` where a manifest named all files that were read.
-- `appended` rows lie behind the sorted ones, since the last build from nothing.
CREATE OR REPLACE TABLE snapshot.info AS
SELECT
    $layout::VARCHAR AS layout,
    $fingerprint::VARCHAR AS fingerprint,
    $as_of::TIMESTAMPTZ AS data_as_of,
    $sealed::BOOLEAN AS sealed,
    count(*) AS sessions,
    max(scheduled_start) AS last_start,
    $appended::BIGINT AS appended
FROM snapshot.sessions;
