"""REST beside other ways to answer the same questions from the same export, over HTTP; answers are compared first."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from benchmarks.bare import ZONE
from benchmarks.check import check_page, check_stats, check_students
from benchmarks.exports import ROOT, Export
from benchmarks.questions import Timed
from benchmarks.report import Line, creators_by_size, print_found, print_machine
from benchmarks.rivals.postgres_tables import fill
from benchmarks.server import HOST, Reader, free_port, serve, wait_until_healthy
from benchmarks.timing import in_turn, median_ms, ratio
from queries.periods import day_start
from tests.servers.postgres import running_postgres
from warehouse.source import open_export

QUESTIONS = ("stats", "page", "students")
WORDS = ("ann", "mar", "li", "ste", "er", "jo")
DAYS, RANGES, FOUND = 365, 180, 12
SLOW_BAR, LEVEL_BAR, LARGEST_BAR = 20.0, 1.0, 5.0
LOADING_SECONDS = 1_800


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, its range moved by a day or its word changed each time: no kept answer fits the next."""

    creator: str
    what: str
    last: date
    word: str

    @property
    def first(self) -> date:
        return self.last - timedelta(days=DAYS - 1)

    def bounds(self) -> dict[str, datetime]:
        days = {
            "previous": self.first - timedelta(days=DAYS),
            "start": self.first,
            "end": self.last + timedelta(days=1),
        }
        return {name: day_start(day, ZoneInfo(ZONE)) for name, day in days.items()}

    def rest(self) -> str:
        path = "/api/creators/me"
        given = f"from={self.first}&to={self.last}&tz={ZONE}"
        return {
            "stats": f"{path}/sessions/stats?{given}",
            "page": f"{path}/sessions?{given}&limit=100",
            "students": f"{path}/students?q={self.word}&limit={FOUND}",
        }[self.what]

    def rival(self) -> str:
        ranged = {name: instant.isoformat() for name, instant in self.bounds().items()}
        given = {"q": self.word} if self.what == "students" else ranged
        return f"/{self.what}?{urlencode({'creator': self.creator, **given})}"


@dataclass(frozen=True, slots=True)
class Rival:
    """Its module and what is given to it; the bars are its time / ours, for a middling and for the largest creator."""

    name: str
    given: tuple[str, ...]
    repetitions: int
    bar: float
    largest_bar: float | None


def measure_rivals(full: Export, repetitions: int) -> bool:
    by_size = creators_by_size(full)
    middling, largest = by_size[len(by_size) // 2], by_size[-1]
    print_machine({"export": full}, middling, largest)
    return print_found(_lines(full, middling[0], largest[0], repetitions))


def _lines(full: Export, middling: str, largest: str, repetitions: int) -> Iterator[Line]:
    few, location = max(5, repetitions // 10), full.settings.export_location
    last = open_export(location).as_of.date() - timedelta(days=1)
    with ExitStack() as stack:
        ours, keeping = (stack.enter_context(serve(full.settings, keep_answers=keep)) for keep in (False, True))
        yield from _kept(Reader(ours, middling, "creator"), Reader(keeping, middling, "creator"), middling, last)
        yield from _against(Rival("on_pandas", (location,), few, SLOW_BAR, None), ours, (middling, largest), last)
        yield from _against(Rival("on_parquet", (location,), few, SLOW_BAR, None), ours, (middling, largest), last)
        address = stack.enter_context(running_postgres())
        with TemporaryDirectory(dir=ROOT) as folder:
            print(f"{fill(address, full.snapshot, Path(folder)):,} rows in PostgreSQL")
        rival = Rival("on_postgres", (address,), repetitions, LEVEL_BAR, LARGEST_BAR)
        yield from _against(rival, ours, (middling, largest), last)


def _kept(anew: Reader, kept: Reader, creator: str, last: date) -> Iterator[Line]:
    """The same question again and again, of a server that may keep its answers: apart from all others."""
    for what in QUESTIONS:
        path = Asked(creator, what, last, WORDS[0]).rest()
        taken = in_turn([partial(anew.get, path), partial(kept.get, path)], RANGES)
        medians = {"worked out anew": median_ms(taken[0]), "maybe kept": median_ms(taken[1])}
        yield Line(Timed(f"the same {what} again", ratio(*taken), medians), "anew / maybe kept")


def _against(rival: Rival, port: int, creators: Sequence[str], last: date) -> Iterator[Line]:
    with _running(rival) as theirs:
        for creator, who, bar in zip(
            creators, ("middling creator", "largest creator"), (rival.bar, rival.largest_bar), strict=True
        ):
            ours = Reader(port, creator, "creator")
            for what in QUESTIONS:
                asked = [
                    Asked(creator, what, last - timedelta(days=back), WORDS[back % len(WORDS)])
                    for back in range(RANGES)
                ]
                for one in asked[: len(WORDS)]:
                    _check(one, ours, theirs)
                turns = _Turns(asked, ours, theirs)
                taken = in_turn([turns.rival, turns.rest], rival.repetitions)
                medians = {rival.name: median_ms(taken[0]), "REST": median_ms(taken[1])}
                kept_bar = None if rival.largest_bar and who.startswith("largest") and what == "students" else bar
                yield Line(
                    Timed(f"{who}, {what}, a year", ratio(*taken), medians), f"{rival.name} / REST", kept_bar, True
                )


def _varied(creator: str, what: str, last: date) -> list[Asked]:
    return [Asked(creator, what, last - timedelta(days=back), WORDS[back % len(WORDS)]) for back in range(RANGES)]


class _Turns:
    """Both sides are asked the same questions, each in its own turn."""

    def __init__(self, asked: Sequence[Asked], ours: Reader, theirs: HTTPConnection) -> None:
        self._paths = [(one.rest(), one.rival()) for one in asked]
        self._ours, self._theirs = ours, theirs
        self._turns = [0, 0]

    def rest(self) -> bytes:
        return self._ours.get(self._next(0))

    def rival(self) -> bytes:
        return _get(self._theirs, self._next(1))

    def _next(self, side: int) -> str:
        self._turns[side] += 1
        return self._paths[self._turns[side] % len(self._paths)][side]


@contextmanager
def _running(rival: Rival) -> Iterator[HTTPConnection]:
    port = free_port()
    command = [sys.executable, "-m", f"benchmarks.rivals.{rival.name}", *rival.given, str(port)]
    process = subprocess.Popen(command)
    try:
        wait_until_healthy(process, port, "/ready", LOADING_SECONDS)
        yield HTTPConnection(HOST, port)
    finally:
        process.terminate()
        process.wait()


def _get(connection: HTTPConnection, path: str) -> bytes:
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}: {body[:500]!r}")
    return body


def _check(asked: Asked, ours: Reader, theirs: HTTPConnection) -> None:
    """Raises DifferenceError where both do not say the same."""
    answer, rows = ours.answer(asked.rest()), json.loads(_get(theirs, asked.rival()))
    if asked.what == "stats":
        check_stats([tuple(row) for row in rows], answer, asked.bounds())
    elif asked.what == "page":
        check_page([(row[0], _naive(row[1]), _naive(row[2]), *row[3:]) for row in rows], answer)
    else:
        check_students(rows, answer)


def _naive(instant: str) -> datetime:
    return datetime.fromisoformat(instant).astimezone(UTC).replace(tzinfo=None)
