-- Takes out what put_reviews puts in anew.
DELETE FROM reviews WHERE session_id IN (SELECT unnest($session_ids));
