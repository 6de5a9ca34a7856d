-- The tables that the export has in a folder of files, not in a file of their own.
SELECT DISTINCT "table"
FROM snapshot.files
WHERE name <> concat("table", '.parquet');
