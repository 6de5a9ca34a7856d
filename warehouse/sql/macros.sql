-- The quarter of an hour that an instant lies in, by its start.
CREATE OR REPLACE MACRO quarter_of(moment) AS time_bucket(INTERVAL 15 MINUTES, moment);

-- By what a session is looked up: a few sessions may share a mark.
CREATE OR REPLACE MACRO mark_of(session_id) AS (hash(session_id) >> 32)::UINTEGER;
