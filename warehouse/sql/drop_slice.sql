-- The views of the whole export are found again.
DROP TABLE temp.users;
DROP TABLE temp.session_assessments;
DROP TABLE temp.sessions;
DROP TABLE temp.courses;
