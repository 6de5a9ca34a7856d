-- Whose a session is, by its id: to open one of all creators' reads the rows of one.
CREATE TABLE snapshot.session_marks AS
SELECT mark_of(id) AS mark, creator_id FROM snapshot.sessions ORDER BY mark;
