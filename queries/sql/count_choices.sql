-- Of each status how many sessions there are, and how many of those bear each flag.
SELECT status, count(*), {flag_counts}
FROM snapshot.sessions
WHERE $all_creators OR creator_id = $creator_id
GROUP BY status;
