-- Quarters of an hour that lie in two days of the zone.
SELECT count(*)
FROM (SELECT DISTINCT scheduled_start AS quarter FROM snapshot.rollup)
WHERE (quarter AT TIME ZONE $zone)::DATE
    <> ((quarter + INTERVAL 15 MINUTES - INTERVAL 1 MICROSECOND) AT TIME ZONE $zone)::DATE;
