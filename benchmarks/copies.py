"""A large export out of a demo one: every creator several times, by new ids and names, in partitions of a week.

Drawing a demo holds all of it in memory, 360 bytes a session; this holds the demo and one week of the copies.
"""

import os
from pathlib import Path

import duckdb

from benchmarks.exports import Export, newest, prepared
from warehouse.source import Progress, open_export

MEMORY_LIMIT = "6GB"
MOST_COPIES = 256
# Two digits of a demo's ids are zero below 16 million rows; the copy's number takes their place, at the end.
SETUP = """
    SET TimeZone = 'UTC';
    SET enable_progress_bar = false;
    CREATE MACRO copied(id, copy) AS left(id, 4) || substr(id, 7) || printf('%02x', copy);
"""
BASE = """
    CREATE TABLE base_sessions AS
        SELECT *, date_trunc('week', scheduled_start)::DATE AS week FROM source_sessions ORDER BY scheduled_start, id;
    CREATE TABLE base_assessments AS
        SELECT given.*, week FROM source_session_assessments AS given
        JOIN base_sessions ON base_sessions.id = session_id ORDER BY week, created_at, session_id;
    CREATE TABLE largest AS SELECT creator_id FROM source_courses
        JOIN base_sessions ON course_id = source_courses.id GROUP BY ALL ORDER BY count(*) DESC, creator_id LIMIT 1;
"""
# The largest creator stays one: it grows with the platform. A copied person takes another's family name.
ONCE = {
    "users": """
        WITH named AS (
            SELECT *, string_split(name, ' ') AS words,
                row_number() OVER (PARTITION BY len(string_split(name, ' ')) ORDER BY id) AS number,
                count(*) OVER (PARTITION BY len(string_split(name, ' '))) AS others
            FROM source_users)
        SELECT copied(own.id, copy) AS id,
            CASE WHEN copy = 0 THEN own.name WHEN len(own.words) = 2 THEN own.words[1] || ' ' || lent.words[2]
                ELSE own.name || ' ' || copy END AS name,
            own.avatar
        FROM named AS own CROSS JOIN copies
        LEFT JOIN named AS lent
            ON len(own.words) = 2 AND len(lent.words) = 2 AND lent.number = (own.number + copy * 7919) % own.others + 1
        ORDER BY id""",
    "courses": """
        SELECT copied(id, copy) AS id, title,
            copied(creator_id, if(creator_id IN (FROM largest), 0, copy)) AS creator_id
        FROM source_courses, copies ORDER BY id""",
    "enrollments": """
        SELECT copied(id, copy) AS id, copied(course_id, copy) AS course_id, copied(student_id, copy) AS student_id
        FROM source_enrollments, copies ORDER BY id""",
}
WEEKLY = {
    "sessions": """
        SELECT base.* EXCLUDE (week) REPLACE (
            copied(id, copy) AS id, copied(course_id, copy) AS course_id, copied(enrollment_id, copy) AS enrollment_id,
            copied(student_id, copy) AS student_id, copied(st_id, copy) AS st_id)
        FROM base_sessions AS base, copies WHERE week = '{week}' ORDER BY scheduled_start, id""",
    "session_assessments": """
        SELECT base.* EXCLUDE (week) REPLACE (copied(session_id, copy) AS session_id)
        FROM base_assessments AS base, copies WHERE week = '{week}' ORDER BY created_at, session_id""",
}


def copied_export(base: Export, sessions: int, copies: int, progress: Progress) -> Export:
    """`copies` of a demo of so many `sessions`, beside it. Assessments lie in the week of their session."""
    if not 1 <= copies <= MOST_COPIES:
        raise ValueError(f"{copies} copies: 1 to {MOST_COPIES} fit into the ids")
    source = Path(base.settings.export_location)
    home = source.parent / f"copies-{copies}"

    def write(out: Path) -> None:
        _write(source, out, copies, progress)

    return prepared(home, write, sessions * copies, newest(home / "export") != newest(source))


def _write(source: Path, out: Path, copies: int, progress: Progress) -> None:
    unfinished = out.with_name("unfinished")
    unfinished.mkdir(parents=True)
    export = open_export(source)
    with duckdb.connect() as con:
        con.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
        con.execute(f"SET temp_directory = '{out.with_name('spill')}'")
        con.execute(SETUP)
        con.execute(f"CREATE TABLE copies AS SELECT range AS copy FROM range({copies})")
        for table, paths in export.files.items():
            con.read_parquet([str(path) for path in paths], hive_partitioning=False).create_view(f"source_{table}")
        con.execute(BASE)
        for table, select in ONCE.items():
            _copy(con, select, unfinished / f"{table}.parquet")
        weeks = con.execute("SELECT DISTINCT week::VARCHAR FROM base_sessions ORDER BY ALL").fetchall()
        for done, (week,) in enumerate(weeks, start=1):
            for table, select in WEEKLY.items():
                _copy(con, select.format(week=week), unfinished / table / f"week={week}" / "part-0.parquet")
            progress("copying the demo", done / len(weeks))
    written = export.as_of.timestamp()
    for path in unfinished.rglob("*.parquet"):
        os.utime(path, (written, written))  # the same as-of time, so that the same sessions are overdue
    unfinished.rename(out)


def _copy(con: duckdb.DuckDBPyConnection, select: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    con.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")
