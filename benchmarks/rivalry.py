"""REST beside other ways to answer the same questions from the same export, over HTTP; answers are compared first."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.exports import ROOT, Export
from benchmarks.questions import Timed
from benchmarks.report import Line, creators_by_size, print_found, print_machine
from benchmarks.rivals.asked import IDENTITY, Asked, Plain, Rival
from benchmarks.rivals.endpoint_on_postgres import Endpoint
from benchmarks.rivals.postgres_tables import fill
from benchmarks.rivals.superset import installed, running_superset
from benchmarks.server import HOST, Reader, free_port, serve, wait_until_healthy
from benchmarks.timing import in_turn, median_ms, ratio
from tests.servers.postgres import running_postgres
from warehouse.source import open_export

QUESTIONS = ("stats", "page", "students")
WORDS = ("ann", "mar", "li", "ste", "er", "jo")
TYPICAL_SESSIONS = 5_000
RANGES = 180  # each a day before the last: no kept answer fits the next question
SLOW_BAR, LEVEL_BAR, LARGEST_BAR = 20.0, 1.0, 5.0
LOADING_SECONDS = 1_800


@dataclass(frozen=True, slots=True)
class Bars:
    """Its time / ours, at least, for a typical creator, for the middling one, and for the largest."""

    typical: float | None = None
    middling: float | None = None
    largest: float | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """Our server's port, the creators, and the last day of the first range."""

    port: int
    typical: str
    middling: str
    largest: str
    last: date

    def lines(self, name: str, rival: Rival, bars: Bars, repetitions: int) -> Iterator[Line]:
        for who, creator, bar in (
            ("typical", self.typical, bars.typical),
            ("middling", self.middling, bars.middling),
            ("largest", self.largest, bars.largest),
        ):
            reader = Reader(self.port, creator, "creator")
            for what in QUESTIONS:
                asked = [
                    Asked(creator, what, self.last - timedelta(days=back), WORDS[back % len(WORDS)])
                    for back in range(RANGES)
                ]
                for one in asked[: len(WORDS)]:
                    rival.check(one, reader.answer(one.rest()))
                paths = cycle([one.rest() for one in asked])
                theirs = map(rival.ask, cycle(asked))
                ours = (reader.get(path, IDENTITY) for path in paths)  # the others do not compress either
                taken = in_turn([partial(next, theirs), partial(next, ours)], repetitions)
                timed = Timed(
                    f"{who} creator, {what}, a year", ratio(*taken),
                    {name: median_ms(taken[0]), "REST": median_ms(taken[1])},
                )  # fmt: skip
                yield Line(timed, f"{name} / REST", bar, at_least=True)

    def kept(self, keeping: int) -> Iterator[Line]:
        """The same question again and again, of a server that may keep its answers: apart from all others."""
        anew, kept = (Reader(port, self.typical, "creator") for port in (self.port, keeping))
        for what in QUESTIONS:
            path = Asked(self.typical, what, self.last, WORDS[0]).rest()
            taken = in_turn([partial(anew.get, path), partial(kept.get, path)], RANGES)
            medians = {"worked out anew": median_ms(taken[0]), "maybe kept": median_ms(taken[1])}
            yield Line(Timed(f"the same {what} again", ratio(*taken), medians), "anew / maybe kept")


def measure_rivals(full: Export, repetitions: int) -> bool:
    by_size = creators_by_size(full)
    middling, largest = by_size[len(by_size) // 2], by_size[-1]
    typical = min(by_size, key=lambda creator: abs(creator[1] - TYPICAL_SESSIONS))
    print_machine({"export": full}, middling, largest)
    print(f"typical creator: {typical[1]:,} sessions")
    return print_found(_lines(full, (typical[0], middling[0], largest[0]), repetitions))


def _lines(full: Export, creators: tuple[str, str, str], repetitions: int) -> Iterator[Line]:
    export, few = open_export(full.settings.export_location), max(5, repetitions // 10)
    with ExitStack() as stack:
        port, keeping = (stack.enter_context(serve(full.settings, keep_answers=keep)) for keep in (False, True))
        compared = Compared(port, *creators, export.as_of.date() - timedelta(days=1))
        yield from compared.kept(keeping)
        home = Path(stack.enter_context(TemporaryDirectory(dir=ROOT)))
        started: dict[str, Callable[[], AbstractContextManager[Rival]]] = {
            name: partial(_running, name, full.settings.export_location) for name in ("on_pandas", "on_parquet")
        }
        if programs := installed(ROOT / "superset"):
            started["superset"] = partial(running_superset, programs, export, home)
        for name, start in started.items():
            with start() as rival:
                yield from compared.lines(name, rival, Bars(SLOW_BAR, SLOW_BAR), few)
        address = stack.enter_context(running_postgres())
        print(f"{fill(address, full.snapshot, home):,} rows in PostgreSQL")
        with serve(full.settings, program=partial(_endpoint, address)) as other:
            bars = Bars(LEVEL_BAR, largest=LARGEST_BAR)
            yield from compared.lines("endpoint_on_postgres", Endpoint(other), bars, repetitions)
        with _running("on_postgres", address) as rival:
            yield from compared.lines("on_postgres", rival, Bars(), repetitions)


def _endpoint(address: str, port: int) -> list[str]:
    return [sys.executable, "-m", "benchmarks.rivals.endpoint_on_postgres", address, str(port)]


@contextmanager
def _running(name: str, given: str) -> Iterator[Rival]:
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", f"benchmarks.rivals.{name}", given, str(port)])
    try:
        wait_until_healthy(process, port, "/ready", LOADING_SECONDS)
        yield Plain(HOST, port)
    finally:
        process.terminate()
        process.wait()
