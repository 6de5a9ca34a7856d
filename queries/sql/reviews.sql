-- What was decided, beside the snapshot and in memory alone: where each session stands, put in as it changes.
-- `review_state` is the bit of ReviewState, `place` the session's row in this snapshot; `again` says that it was decided on other facts than it has here.
CREATE TABLE reviews (
    place BIGINT, session_id VARCHAR, teacher VARCHAR, review_version INTEGER, review_state TINYINT,
    review_outcome VARCHAR, assignee_account VARCHAR, assignee_name VARCHAR, flagged BOOLEAN, again BOOLEAN,
    reviewed_at TIMESTAMPTZ
);
-- How urgent its reasons make a session, all together, in the order of Reason.
CREATE MACRO review_urgency(reasons) AS
    100 * (reasons & 1) + 60 * (reasons >> 1 & 1) + 40 * (reasons >> 2 & 1) + 25 * (reasons >> 3 & 1)
    + 20 * (reasons >> 4 & 1) + 15 * (reasons >> 5 & 1) + 10 * (reasons >> 6 & 1);
