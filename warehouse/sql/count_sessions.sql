-- How many sessions everybody has, of all rows.
CREATE VIEW creator_counts AS SELECT creator_id AS id, count(*) AS sessions FROM snapshot.sessions GROUP BY ALL;
CREATE VIEW course_counts AS SELECT course_id AS id, count(*) AS sessions FROM snapshot.sessions GROUP BY ALL;
CREATE VIEW st_counts AS SELECT creator_id, st_id AS id, count(*) AS sessions FROM snapshot.sessions GROUP BY ALL;
CREATE VIEW student_counts AS
SELECT creator_id, student_id AS id, count(*) AS sessions FROM snapshot.sessions GROUP BY ALL;
