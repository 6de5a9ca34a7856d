"""What the page costs in a real browser, against its bars, on a demo export of 50,000 sessions."""

import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from playwright.sync_api import Browser

from benchmarks.browser import Change, Visit, changes, visits
from benchmarks.exports import full_export
from benchmarks.server import HOST, serve
from tests.servers.chromium import running_chromium

SESSIONS, CREATORS, CREATOR = 50_000, 25, "usr_00000001"
FIRST_BYTES, REPEATED_BYTES = 2_000_000, 50_000
MOST_SHIFT, PAINT_MS = 0.02, 150
COMPRESSING_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure, the bar it must keep, and what is told beside it."""

    name: str
    value: float
    bar: float
    digits: int
    beside: str = ""

    @property
    def kept(self) -> bool:
        return self.value <= self.bar

    def line(self) -> str:
        bar, verdict = f"at most {self.bar:,.{self.digits}f}", "ok" if self.kept else "MISSED"
        return f"{self.name:<46}{self.value:>10,.{self.digits}f}  {bar:<18}{verdict:<8}{self.beside}"


def measure_page(repetitions: int) -> bool:
    """Print every figure; whether all bars are kept."""
    export = full_export(SESSIONS, CREATORS)
    with serve(export.settings) as port, running_chromium() as browser:
        address = f"http://{HOST}:{port}"
        _warm_up(browser, address)
        first, repeated = visits(browser, address, CREATOR, max(3, repetitions // 4))
        taken = changes(browser, address, CREATOR, repetitions)
    measured = [
        *_of_visits("first visit", first, FIRST_BYTES),
        *_of_visits("repeated visit", repeated, REPEATED_BYTES),
        *_of_changes(taken),
    ]
    print(f"the page on {SESSIONS:,} sessions, Chromium, 1440 x 900; medians")
    print("\n".join(figure.line() for figure in measured) + "\n")
    return all(figure.kept for figure in measured)


def _warm_up(browser: Browser, address: str) -> None:
    """Visit until the server has compressed its files as far as they go, which it does after their first request."""
    until, least = time.monotonic() + COMPRESSING_SECONDS, 0
    while time.monotonic() < until:
        transferred = visits(browser, address, CREATOR, 1)[0][0].transferred
        if transferred == least:
            return
        least = transferred
        time.sleep(5)


def _of_visits(kind: str, found: Sequence[Visit], most_bytes: int) -> Iterator[Measured]:
    paint, figures = (
        statistics.median(times) for times in zip(*((v.first_paint, v.figures) for v in found), strict=True)
    )
    beside = (
        f"in {found[0].requests} requests; first contentful paint {paint:.0f} ms, figures and rows {figures:.0f} ms"
    )
    yield Measured(f"{kind}: bytes", max(visit.transferred for visit in found), most_bytes, 0, beside)
    yield Measured(f"{kind}: layout shift", max(visit.shift for visit in found), MOST_SHIFT, 3)


def _of_changes(taken: Mapping[str, Sequence[Change]]) -> Iterator[Measured]:
    for name, found in [*taken.items(), ("any of these", [change for some in taken.values() for change in some])]:
        painted, server = (statistics.median(ms) for ms in zip(*((c.painted, c.server) for c in found), strict=True))
        yield Measured(f"painted, ms: {name}", painted, PAINT_MS, 0, f"of which the server {server:.0f} ms")
