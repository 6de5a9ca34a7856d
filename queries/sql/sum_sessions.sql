-- The counts and sums of one side of a comparison. A variance of minutes from their squares would lose digits.
SELECT
    {figures},
    var_samp(timed_minutes) AS minutes_variance
FROM snapshot.sessions
WHERE {filtered_sessions}
HAVING count(*) > 0;
