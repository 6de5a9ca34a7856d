SELECT count(*) FROM snapshot.sessions WHERE {filtered_sessions} AND status = 'scheduled' AND scheduled_end > $now;
