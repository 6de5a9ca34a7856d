-- How many sessions of each kind start in each quarter of an hour, whosesoever they are: days, weeks and months of every
-- zone are made of quarters. The columns bear the names of those of the sessions, so that the same conditions hold;
-- creator_id is null, so that a creator's scope finds nothing here.
CREATE TABLE IF NOT EXISTS snapshot.rollup (
    creator_id VARCHAR,
    scheduled_start TIMESTAMPTZ,
    status ENUM ('scheduled', 'completed', 'cancelled', 'no_show'),
    rating TINYINT,
    counted_rating TINYINT,
    timed_minutes DOUBLE,
    implausible_duration BOOLEAN,
    overdue BOOLEAN,
    has_recording BOOLEAN,
    dispute_status VARCHAR,
    sessions BIGINT
);

-- Minutes are summed in whole microseconds: a sum of fractions depends on their order.
INSERT INTO snapshot.rollup
SELECT
    NULL, quarter_of(scheduled_start) AS quarter, status, rating, counted_rating,
    sum(CASE WHEN timed_minutes IS NOT NULL THEN epoch_us(actual_end) - epoch_us(actual_start) END)::BIGINT / 6e7,
    implausible_duration, overdue, has_recording, dispute_status, count(*)
FROM snapshot.sessions
WHERE {counted}
GROUP BY
    quarter, status, rating, counted_rating, timed_minutes IS NULL,
    implausible_duration, overdue, has_recording, dispute_status
ORDER BY quarter;
