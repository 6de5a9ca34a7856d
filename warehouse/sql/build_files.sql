-- The files that rows were read from, by the number that the rows carry, and what each was like.
CREATE TABLE IF NOT EXISTS snapshot.files (number INTEGER, "table" VARCHAR, name VARCHAR, stamp VARCHAR);

INSERT INTO snapshot.files
SELECT unnest($numbers::INTEGER[]), unnest($tables::VARCHAR[]), unnest($names::VARCHAR[]), unnest($stamps::VARCHAR[]);
