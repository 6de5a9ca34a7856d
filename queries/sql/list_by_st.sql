-- Figures of each Student-Teacher of a range, in the columns of get_stats.sql; names are joined to sums, of which there
-- are few.
WITH names AS (
    SELECT id, any_value(name) AS name, any_value(avatar) AS avatar FROM snapshot.student_teachers GROUP BY id
),
sums AS (
    SELECT st_id, {figures} FROM snapshot.sessions WHERE {filtered_sessions} {of_top} GROUP BY st_id
)
SELECT true AS in_range, st_id, name, avatar, sums.* EXCLUDE (st_id)
FROM sums JOIN names ON names.id = st_id;
