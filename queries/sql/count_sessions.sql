SELECT count(*) FROM filtered_sessions(...);
