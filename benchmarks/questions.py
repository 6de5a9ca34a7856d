"""Questions asked at three places: REST, the query function behind it, and plain SQL. Checked, then timed in turn."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from auth.viewer import CreatorScope
from benchmarks.bare import FOUND, WORD, ZONE, Answer, Bare, bounds
from benchmarks.check import DifferenceError, check_page, check_queue, check_same, check_stats, check_students
from benchmarks.exports import Export
from benchmarks.server import Reader
from benchmarks.timing import Ratio, Work, in_turn, median_ms, ratio
from queries.filters import SessionFilters, resolve
from queries.options import list_students
from queries.periods import Clock
from queries.reviews import QueueFilters, list_reviews
from queries.sessions import ListParams, list_sessions
from queries.statement import setup_sql
from queries.stats import get_stats
from services import utc_now
from services.reviews.board import review_rules
from settings import Settings
from warehouse.snapshot import Snapshot

RANGES = {"12 weeks": f"range=last_12_weeks&tz={ZONE}", "all time": f"range=all&tz={ZONE}"}
LIMIT = 100
CHOOSING = 20
BARE_MEMORY = "8GB"


@dataclass(frozen=True, slots=True)
class Timed:
    """One question: the ratio that counts, and medians in milliseconds of all that was run in turn.

    `parsed` is the ratio to plain SQL that needs no parsing any more, where plain SQL was run.
    """

    question: str
    ratio: Ratio
    medians: dict[str, float]
    parsed: Ratio | None = None


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks about one creator, or as staff about all (`creator` None), of one server and its snapshot."""

    settings: Settings
    bare: Snapshot
    app: Snapshot
    reader: Reader
    who: str
    creator: str | None

    def against_bare(self, repetitions: int) -> Iterator[Timed]:
        """REST / plain SQL for figures and first page, of twelve weeks and of all time."""
        for range_ in RANGES:
            bare = Bare(self.bare, self.creator, bounded=range_ == "12 weeks")
            for what, sqls in (("stats", bare.stats()), ("first page", bare.page())):
                self.check(what, range_, sqls)
                yield self._time(what, range_, sqls, repetitions)

    def queue_against_bare(self, repetitions: int) -> Iterator[Timed]:
        """The same for what needs review."""
        for range_ in RANGES:
            sqls = Bare(self.bare, self.creator, bounded=range_ == "12 weeks").queue()
            self.check("queue", range_, sqls)
            yield self._time("queue", range_, sqls, repetitions)

    def students_against_bare(self, repetitions: int) -> Iterator[Timed]:
        """The same for students whose name holds a word."""
        sqls = Bare(self.bare, self.creator, bounded=False).students()
        self.check("students", "all time", sqls)
        yield self._time("students", "all time", sqls, repetitions)

    def last_block(self, repetitions: int) -> Timed:
        """The last block of the whole list / its first, once its order is known."""
        path = self._path("first page", "all time")
        total = self.reader.answer(path)["pagination"]["total"]
        last = f"{path}&page={-(-total // LIMIT)}"
        rows = len(self.reader.answer(last)["sessions"])
        if rows != (total - 1) % LIMIT + 1:
            raise DifferenceError(f"the last block of {total:,} sessions has {rows} rows")
        taken = in_turn([lambda: self.reader.get(last), lambda: self.reader.get(path)], repetitions)
        medians = {"last block": median_ms(taken[0]), "first block": median_ms(taken[1])}
        return Timed(f"{self.who}, block of {total:,} rows", ratio(*taken), medians)

    def page(self, range_: str) -> Work:
        """What the page asks for when it is opened: figures and first page."""
        paths = [self._path(what, range_) for what in ("stats", "first page")]
        return lambda: [self.reader.get(path) for path in paths]

    def answers(self, range_: str) -> list[dict[str, Any]]:
        return [self.reader.answer(self._path(what, range_)) for what in ("stats", "first page")]

    def check_opening(self) -> None:
        """That figures and first page are right. Raises DifferenceError."""
        bare = Bare(self.bare, self.creator, bounded=True)
        self.check("stats", "12 weeks", bare.stats())
        self.check("first page", "12 weeks", bare.page())

    def check(self, what: str, range_: str, sqls: Sequence[Answer]) -> None:
        """That REST answers what plain SQL does. Raises DifferenceError."""
        answer = self.reader.answer(self._path(what, range_))
        for sql in sqls:
            if what == "stats":
                check_stats(sql.rows(), answer, bounds() if range_ == "12 weeks" else None)
            elif what == "queue":
                check_queue(sql.rows(), answer)
            elif what == "students":
                check_students(sql.rows(), answer)
            else:
                check_page(sql.rows(), answer)

    def _time(self, what: str, range_: str, sqls: Sequence[Answer], repetitions: int) -> Timed:
        path = self._path(what, range_)
        trials = in_turn([sql.rows for sql in sqls], min(CHOOSING, repetitions))
        sql = sqls[min(range(len(sqls)), key=lambda index: median_ms(trials[index]))]
        works = {
            "REST": lambda: self.reader.get(path),
            "query function": self._query(what, range_),
            "plain SQL": sql.rows,
            "parsed before": sql.rows_parsed_before,
        }
        taken = dict(zip(works, in_turn(list(works.values()), repetitions), strict=True))
        medians = {name: median_ms(times) for name, times in taken.items()}
        to_sql, to_parsed = (ratio(taken["REST"], taken[name]) for name in ("plain SQL", "parsed before"))
        return Timed(f"{self.who}, {what}, {range_}", to_sql, medians, to_parsed)

    def _query(self, what: str, range_: str) -> Callable[[], object]:
        """The function behind the endpoint, in this process: statement, rows and figures, nothing of HTTP."""
        scope = CreatorScope(all_creators=self.creator is None, creator_id=self.creator)
        if what == "students":
            return lambda: list_students(self.app, scope, WORD, FOUND)
        params, clock = ListParams.from_query(RANGES[range_]), self._clock()
        filters: SessionFilters = resolve(params, clock, self.settings.low_rating)
        if what == "stats":
            return lambda: get_stats(self.app, scope, filters, clock)
        if what == "queue":
            rules = review_rules(self.settings)
            return lambda: list_reviews(self.app, scope, filters, rules, QueueFilters(), page=1, limit=LIMIT)
        return lambda: list_sessions(self.app, scope, filters, sort=params.sort, page=1, limit=LIMIT)

    def _clock(self) -> Clock:
        info = self.app.info
        return Clock(now=utc_now(), data_as_of=info.data_as_of, last_start=info.last_start, zone=ZoneInfo(ZONE))

    def _path(self, what: str, range_: str) -> str:
        if what == "queue":
            return f"/api/reviews?{RANGES[range_]}&limit={LIMIT}"
        creator = f"/api/creators/{'me' if self.creator else 'all'}"
        if what == "students":
            return f"{creator}/students?q={WORD}&limit={FOUND}"
        path = f"{creator}/sessions"
        return f"{path}/stats?{RANGES[range_]}" if what == "stats" else f"{path}?{RANGES[range_]}&limit={LIMIT}"


def sizes_compared(large: Asker, small: Asker, repetitions: int) -> Iterator[Timed]:
    """The same creator's page on a large export / on a small one."""
    for range_ in RANGES:
        for one, other in zip(large.answers(range_), small.answers(range_), strict=True):
            check_same("large and small export", one, other)
        first, second = in_turn([large.page(range_), small.page(range_)], repetitions)
        medians = {"large export": median_ms(first), "small export": median_ms(second)}
        yield Timed(f"{large.who}, stats + first page, {range_}", ratio(first, second), medians)


def asker(export: Export, port: int, who: str, creator: str | None) -> Asker:
    """Signed in at the server on that port, which serves that export."""
    user, role = (creator, "creator") if creator else ("operations", "operations")
    return Asker(export.settings, *opened(export.snapshot), Reader(port, user, role), who, creator)


def opened(path: Any) -> tuple[Snapshot, Snapshot]:
    """One snapshot twice: with nothing but its tables, and the memory that plain SQL wants for all of 100 million
    sessions at once; and with the application's macros."""
    with patch("warehouse.snapshot.MEMORY_LIMIT", BARE_MEMORY):
        bare = Snapshot(path)
    return bare, Snapshot(path, setup_sql())
