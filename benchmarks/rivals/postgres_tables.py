"""Fills a PostgreSQL database with the snapshot's rows: one wide table, in the order in which it is read."""

from pathlib import Path

import duckdb
import psycopg

TABLES = {
    "sessions": """
        id text COLLATE "C", creator_id text COLLATE "C", course_id text, course_title text, student_id text,
        student_name text, student_avatar text, st_id text COLLATE "C", st_name text, st_avatar text,
        scheduled_start timestamptz, scheduled_end timestamptz, actual_minutes double precision, status text,
        rating smallint, counted_rating smallint, timed_minutes double precision, implausible_duration boolean,
        overdue boolean, has_recording boolean, dispute_status text, student_search text""",
    "students": """
        creator_id text COLLATE "C", id text COLLATE "C", name text, avatar text, search text COLLATE "C",
        sessions bigint""",
}
INDEXES = (
    "CREATE INDEX ON sessions (creator_id, scheduled_start, id)",
    "CREATE INDEX ON students (creator_id)",
    "VACUUM (ANALYZE) sessions",
    "VACUUM (ANALYZE) students",
)
BATCH = 100_000


def fill(address: str, snapshot: Path, folder: Path) -> int:
    """Rows of sessions written. They pass through a file in `folder`, which is gone afterwards."""
    rows = 0
    with psycopg.connect(address, autocommit=True) as connection, duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        con.execute(f"ATTACH '{snapshot}' AS snapshot (READ_ONLY)")
        for table, columns in TABLES.items():
            connection.execute(f"CREATE TABLE {table} ({columns})")
            names = ", ".join(column.split()[0] for column in columns.split(","))
            path = folder / f"{table}.csv"
            con.execute(f"COPY (SELECT {names} FROM snapshot.{table}) TO '{path}' (FORMAT csv, HEADER false)")
            with path.open("rb") as file, connection.cursor() as cursor:
                with cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT csv)") as copy:
                    while chunk := file.read(2**20):
                        copy.write(chunk)
                rows = max(rows, cursor.rowcount)
            path.unlink()
        for statement in INDEXES:
            connection.execute(statement)
    return rows
