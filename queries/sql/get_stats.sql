-- One pass gives the range's figures, those of each Student-Teacher in it, and those of the two parts
-- that are compared. The range read reaches back to $previous_start; `part` says where a row falls.
WITH base AS (
    SELECT
        *,
        ($range_from IS NULL OR scheduled_start >= $range_from) AS in_range,
        CASE
            WHEN $previous_start IS NULL THEN NULL
            WHEN scheduled_start < $previous_end THEN 'previous'
            WHEN scheduled_start >= $range_from AND scheduled_start < $compared_end THEN 'compared'
        END AS part
    FROM filtered_sessions(...)
)
SELECT
    in_range,
    part,
    st_id,
    grouping(st_id) = 0 AS of_st,
    any_value(st_name) AS st_name,
    any_value(st_avatar) AS st_avatar,
    {figures}
FROM base
GROUP BY GROUPING SETS ((in_range), (in_range, st_id), (part))
HAVING in_range OR part IS NOT NULL;
