-- Before all of another store are put in.
DELETE FROM reviews;
