"""python -m benchmarks.rivals.endpoint_on_postgres ADDRESS PORT: this server, but PostgreSQL finds the rows.

All else is ours: sign-in, scope, parameters, models, JSON. What is not asked here would still be answered by DuckDB.
"""

import json
import sys
import threading
from datetime import datetime
from typing import Any
from unittest.mock import patch

import psycopg
import uvicorn

from benchmarks.check import check_alike
from benchmarks.rivals.asked import IDENTITY, Asked
from benchmarks.rivals.on_postgres import FIGURES, SESSION
from benchmarks.server import HOST, Reader
from queries import options, sessions, stats
from queries.filters import SessionFilters
from queries.models import PersonOption, Session, SessionPage
from queries.periods import Comparison
from queries.scope import Scope
from queries.sessions import OrderBy, Sort, as_session, pagination
from warehouse.snapshot import Row, Snapshot

IN_RANGE = "creator_id = %(creator)s AND scheduled_start >= %(start)s AND scheduled_start < %(end)s"
COUNT = f"SELECT count(*) FROM sessions WHERE {IN_RANGE}"
PAGE = f"""
    SELECT id, scheduled_start AT TIME ZONE 'UTC', scheduled_end AT TIME ZONE 'UTC', actual_minutes, status, course_id,
        course_title, student_id, student_name, student_avatar, st_id, st_name, st_avatar, rating, has_recording,
        coalesce(counted_rating <= %(low)s, false), overdue, implausible_duration, dispute_status, creator_id
    FROM sessions WHERE {IN_RANGE} ORDER BY {{order_by}} LIMIT %(limit)s OFFSET %(offset)s"""
SUMS = FIGURES.replace("count(*) FILTER (WHERE status = 'scheduled'),", "")  # as ours do, from the others
STATS = f"""
    SELECT in_range, st_id, min(st_name), min(st_avatar), {SUMS}
    FROM (SELECT *, scheduled_start >= %(start)s AS in_range FROM sessions
          WHERE creator_id = %(creator)s AND scheduled_start >= %(previous)s AND scheduled_start < %(end)s) AS found
    GROUP BY GROUPING SETS ((in_range), (in_range, st_id)) HAVING in_range OR grouping(st_id) = 1"""
STUDENTS = """
    SELECT student_id, min(student_name), min(student_avatar), count(*) AS sessions FROM sessions
    WHERE creator_id = %(creator)s AND strpos(student_search, %(q)s) > 0
    GROUP BY student_id ORDER BY sessions DESC, min(student_search COLLATE "C"), student_id COLLATE "C"
    LIMIT %(limit)s"""
LAST_PERIOD = "the questions of this benchmark compare whole periods"


class OnPostgres:
    """What the routes call, with their own parameters. Each thread has a connection; statements are prepared on it."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._own = threading.local()

    def _rows(self, sql: str, values: dict[str, Any]) -> list[Row]:
        if not hasattr(self._own, "cursor"):
            connection = psycopg.connect(self._address, autocommit=True, prepare_threshold=0)
            connection.execute(SESSION, prepare=False)
            self._own.cursor = connection.cursor(binary=True)
        found: list[Row] = self._own.cursor.execute(sql, values).fetchall()
        return found

    def list_sessions(
        self, snapshot: Snapshot, scope: Scope, filters: SessionFilters, *, sort: Sort, page: int, limit: int
    ) -> SessionPage:
        values = _values(scope, filters) | {"limit": limit, "offset": (page - 1) * limit}
        rows = self._rows(PAGE.format(order_by=OrderBy[sort.name].value), values)
        found = [as_session(row, Session) for row in rows]
        return SessionPage(found, pagination(len(rows), page, limit, lambda: self._rows(COUNT, values)[0][0]))

    def list_students(self, snapshot: Snapshot, scope: Scope, q: str, limit: int) -> list[PersonOption]:
        values = {"creator": scope.creator_id, "q": q, "limit": limit}
        return [PersonOption(*row) for row in self._rows(STUDENTS, values)]

    def read_stats(
        self, snapshot: Snapshot, scope: Scope, filters: SessionFilters, compared: Comparison | None,
        end: datetime | None, most_sts: int | None,
    ) -> list[Row]:  # fmt: skip
        assert compared, LAST_PERIOD
        assert end == filters.period.end == compared.compared_end, LAST_PERIOD
        return self._rows(STATS, _values(scope, filters) | {"previous": compared.start})


def _values(scope: Scope, filters: SessionFilters) -> dict[str, Any]:
    asked = {"creator": scope.creator_id, "start": filters.period.start, "end": filters.period.end}
    return {**asked, "low": filters.low_rating}


class Endpoint:
    """Asked as we are: by who has signed in."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._readers: dict[str, Reader] = {}

    def ask(self, asked: Asked) -> bytes:
        if asked.creator not in self._readers:
            self._readers[asked.creator] = Reader(self._port, asked.creator, "creator")
        return self._readers[asked.creator].get(asked.rest(), IDENTITY)

    def check(self, asked: Asked, answer: Any) -> None:
        check_alike(asked.what, json.loads(self.ask(asked)), answer)


def main(address: str, port: int) -> None:
    rows = OnPostgres(address)
    with (
        patch.object(sessions, "list_sessions", rows.list_sessions),
        patch.object(options, "list_students", rows.list_students),
        patch.object(stats, "_read", rows.read_stats),
    ):
        uvicorn.run(
            "app:worker_app", factory=True, host=HOST, port=port, access_log=False, log_level="warning",
            timeout_keep_alive=3600,
        )  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
