"""python -m benchmarks.rivals.on_parquet EXPORT PORT: DuckDB on the export's files, joined for each question."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.bare import COLUMNS, FIGURES, NEWEST, ST
from benchmarks.handwritten import BOOKED, HELD, IMPLAUSIBLE, SEARCH, TOOK, VIEW
from benchmarks.rivals.wire import Rows, serve_rows
from warehouse.source import Export, open_export

JOINED = f"""
    CREATE VIEW joined AS
    SELECT
        session.id, course.creator_id, course.id AS course_id, course.title AS course_title,
        student.id AS student_id, student.name AS student_name, student.avatar AS student_avatar,
        {SEARCH} AS student_search, st.id AS st_id, st.name AS st_name, st.avatar AS st_avatar,
        scheduled_start, scheduled_end, {TOOK} / 6e7 AS actual_minutes, {BOOKED} / 6e7 AS scheduled_minutes,
        status, rating, CASE WHEN status = 'completed' THEN rating END AS counted_rating,
        CASE WHEN {HELD} AND NOT {IMPLAUSIBLE} THEN {TOOK} / 6e7 END AS timed_minutes,
        {IMPLAUSIBLE} AS implausible_duration,
        status = 'scheduled' AND scheduled_end < TIMESTAMPTZ '{{as_of}}' - INTERVAL 24 HOURS AS overdue,
        recording_key IS NOT NULL AS has_recording, dispute_status
    FROM sessions AS session
    JOIN courses AS course ON course.id = course_id
    JOIN users AS student ON student.id = student_id
    JOIN users AS st ON st.id = st_id
    LEFT JOIN session_assessments AS by_student
        ON by_student.session_id = session.id AND by_student.assessor = 'student'"""
STATS = f"""
    SELECT CASE WHEN grouping(st_id) = 0 THEN 'st' WHEN in_range THEN 'all' ELSE 'previous' END, st_id, {ST}, {FIGURES}
    FROM (SELECT *, scheduled_start >= $start AS in_range FROM joined
          WHERE creator_id = $creator AND scheduled_start >= $previous AND scheduled_start < $end)
    GROUP BY GROUPING SETS ((in_range), (in_range, st_id)) HAVING in_range OR grouping(st_id) = 1"""
PAGE = f"""
    SELECT {COLUMNS}, count(*) OVER () FROM joined
    WHERE creator_id = $creator AND scheduled_start >= $start AND scheduled_start < $end {NEWEST}"""
STUDENTS = f"""
    SELECT student_id, any_value(student_name), any_value(student_avatar), count(*) AS counted
    FROM (SELECT student_id, student.name AS student_name, student.avatar AS student_avatar, {SEARCH} AS search
          FROM sessions JOIN courses ON courses.id = course_id JOIN users AS student ON student.id = student_id
          WHERE creator_id = $creator AND contains(search, $q))
    GROUP BY student_id ORDER BY counted DESC, any_value(search), student_id LIMIT 12"""


class Answers:
    def __init__(self, export: Export) -> None:
        self._con = duckdb.connect()
        self._con.execute("SET TimeZone = 'UTC'")
        for table, paths in export.files.items():
            self._con.execute(VIEW.format(table=table, paths=[str(path) for path in paths]))
        self._con.execute(JOINED.format(as_of=export.as_of.isoformat()))

    async def stats(self, creator: str, previous: datetime, start: datetime, end: datetime) -> Rows:
        return self._rows(STATS, creator=creator, previous=previous, start=start, end=end)

    async def page(self, creator: str, previous: datetime, start: datetime, end: datetime) -> Rows:
        return self._rows(PAGE, creator=creator, start=start, end=end)

    async def students(self, creator: str, q: str) -> Rows:
        return self._rows(STUDENTS, creator=creator, q=q)

    def _rows(self, sql: str, **values: Any) -> Rows:
        with self._con.cursor() as cursor:
            return cursor.execute(sql, values).fetchall()


if __name__ == "__main__":
    answers = Answers(open_export(Path(sys.argv[1])))
    serve_rows(int(sys.argv[2]), answers.stats, answers.page, answers.students)
