"""python -m benchmarks.rivals.on_postgres ADDRESS PORT: one wide table behind an index, statements prepared once."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import psycopg
from fastapi import FastAPI

from benchmarks.rivals.wire import Rows, serve_rows

CONNECTIONS = 8
SESSION = """
    SET jit = off; SET work_mem = '64MB'; SET random_page_cost = 1.1; SET effective_cache_size = '8GB';
    SET TimeZone = 'UTC'"""
FIGURES = """
    count(*), count(*) FILTER (WHERE status = 'completed'), count(*) FILTER (WHERE status = 'cancelled'),
    count(*) FILTER (WHERE status = 'no_show'), count(*) FILTER (WHERE status = 'scheduled'),
    count(*) FILTER (WHERE overdue), count(timed_minutes), sum(timed_minutes),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY timed_minutes), count(*) FILTER (WHERE implausible_duration),
    count(counted_rating), sum(counted_rating)::BIGINT, sum(counted_rating * counted_rating)::BIGINT,
    count(*) FILTER (WHERE counted_rating <= 2), count(dispute_status)"""
STATS = f"""
    SELECT CASE WHEN grouping(st_id) = 0 THEN 'st' WHEN in_range THEN 'all' ELSE 'previous' END,
        st_id, min(st_name), min(st_avatar), {FIGURES}
    FROM (SELECT *, scheduled_start >= %(start)s AS in_range FROM sessions
          WHERE creator_id = %(creator)s AND scheduled_start >= %(previous)s AND scheduled_start < %(end)s) AS found
    GROUP BY GROUPING SETS ((in_range), (in_range, st_id)) HAVING in_range OR grouping(st_id) = 1"""
WHERE = "WHERE creator_id = %(creator)s AND scheduled_start >= %(start)s AND scheduled_start < %(end)s"
PAGE = f"""
    SELECT id, scheduled_start, scheduled_end, actual_minutes, status, course_id, course_title, student_id,
        student_name, student_avatar, st_id, st_name, st_avatar, rating, has_recording,
        coalesce(counted_rating <= 2, false), overdue, implausible_duration, dispute_status, creator_id,
        (SELECT count(*) FROM sessions {WHERE})
    FROM sessions {WHERE} ORDER BY scheduled_start DESC, id DESC LIMIT 100"""
STUDENTS = """
    SELECT id, name, avatar, sessions FROM students
    WHERE creator_id = %(creator)s AND strpos(search, %(q)s) > 0 ORDER BY sessions DESC, search, id LIMIT 12"""


class Answers:
    """A few connections that statements are prepared on; who asks takes one and gives it back."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._free: asyncio.Queue[psycopg.AsyncConnection] = asyncio.Queue()

    @asynccontextmanager
    async def lifespan(self, app: FastAPI) -> AsyncIterator[None]:
        for _ in range(CONNECTIONS):
            connection = await psycopg.AsyncConnection.connect(self._address, autocommit=True, prepare_threshold=0)
            await connection.execute(SESSION, prepare=False)
            self._free.put_nowait(connection)
        yield
        while not self._free.empty():
            await self._free.get_nowait().close()

    async def stats(self, creator: str, previous: datetime, start: datetime, end: datetime) -> Rows:
        return await self._rows(STATS, creator=creator, previous=previous, start=start, end=end)

    async def page(self, creator: str, previous: datetime, start: datetime, end: datetime) -> Rows:
        return await self._rows(PAGE, creator=creator, start=start, end=end)

    async def students(self, creator: str, q: str) -> Rows:
        return await self._rows(STUDENTS, creator=creator, q=q)

    async def _rows(self, sql: str, **values: Any) -> Rows:
        connection = await self._free.get()
        try:
            async with connection.cursor(binary=True) as cursor:
                await cursor.execute(sql, values)
                return await cursor.fetchall()
        finally:
            self._free.put_nowait(connection)


if __name__ == "__main__":
    answers = Answers(sys.argv[1])
    app = FastAPI(lifespan=answers.lifespan)
    serve_rows(int(sys.argv[2]), answers.stats, answers.page, answers.students, app)
