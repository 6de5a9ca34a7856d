-- The counts and sums that queries.metrics turns into figures; put where a statement says {figures}.
-- Of no other status are those that are scheduled. With count(*) FILTER a small creator's figures take a sixth longer.
-- count_if is null, not 0, of no rows at all.
count(*) AS total_sessions,
count_if(status = 'completed') AS completed,
count_if(status = 'cancelled') AS cancelled,
count_if(status = 'no_show') AS no_show,
count_if(overdue) AS overdue,
count(timed_minutes) AS timed_sessions,
sum(timed_minutes) AS minutes,
median(timed_minutes) AS median_minutes,
count_if(implausible_duration) AS implausible_durations,
count(counted_rating) AS rated_sessions,
sum(counted_rating)::BIGINT AS ratings,
sum(counted_rating * counted_rating)::BIGINT AS rating_squares,
count_if(is_low(counted_rating, $low_rating)) AS low_ratings,
count(dispute_status) AS disputes
