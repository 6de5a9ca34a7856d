SELECT count(*) FROM filtered_sessions(...) WHERE status = 'scheduled' AND scheduled_end > $now;
