-- The first day of a session's day, week or month in the zone. A week begins $week_shift days before Monday.
(date_trunc($bucket, (scheduled_start AT TIME ZONE $zone) + to_days($week_shift)) - to_days($week_shift))::DATE
