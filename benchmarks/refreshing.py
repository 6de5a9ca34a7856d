"""Figures asked at a steady pace of a server of several processes while the export changes again and again."""

import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.client import HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.bare import ZONE
from benchmarks.changes import change, linked
from benchmarks.exports import ROOT, Export
from benchmarks.questions import asker
from benchmarks.report import Measured, all_kept, creators_by_size
from benchmarks.server import Reader, serve
from settings import load_settings
from warehouse.build import build_snapshot
from warehouse.source import open_export

P95_BAR = 2.0  # while refreshes run / idle
CLIENTS, EACH_SECONDS = 4, 0.2
IDLE_SECONDS = 30.0
LOOKED_AT_SECONDS = 1
GIVEN_UP_SECONDS = 1_800
DAYS = 84


def measure_refresh(full: Export, refreshes: int, workers: int) -> bool:
    """Print percentiles, refreshes and failures; whether the bars are kept."""
    by_size = creators_by_size(full)
    creator, sessions = by_size[len(by_size) // 2]
    with TemporaryDirectory(dir=ROOT) as folder:
        export = linked(Path(full.settings.export_location).resolve(), Path(folder) / "export")
        settings = load_settings(
            export=str(export), data_dir=Path(folder) / "data", refresh_seconds=LOOKED_AT_SECONDS
        )  # fmt: skip
        built = build_snapshot(open_export(export), settings.snapshots_dir)
        print(
            f"{sum(count for _, count in by_size):,} sessions, {workers} processes; a creator of {sessions:,} sessions"
        )
        with serve(settings, workers=workers) as port:
            asker(Export(settings, built, {}), port, "middling creator", creator).check_opening()
            return all_kept(_lines(export, port, creator, refreshes))


@dataclass(slots=True)
class Asked:
    """What came of each request: seconds from when it was due, and what went wrong with those that failed."""

    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @property
    def p95_ms(self) -> float:
        return statistics.quantiles(self.seconds, n=20)[-1] * 1000


def _lines(export: Path, port: int, creator: str, refreshes: int) -> Iterator[Measured]:
    with _asking(port, creator) as idle:
        time.sleep(IDLE_SECONDS)
    watchers = [Reader(port, "operations", "operations") for _ in range(CLIENTS)]
    taken = []
    with _asking(port, creator) as busy:
        for turn in range(1, refreshes + 1):
            change(export, 0, turn)
            taken.append(_served(watchers, open_export(export).as_of))
    told = f"p95 {busy.p95_ms:.1f} ms of {len(busy.seconds):,} / {idle.p95_ms:.1f} ms of {len(idle.seconds):,}"
    yield Measured("figures while the export is refreshed / idle", busy.p95_ms / idle.p95_ms, P95_BAR, told)
    failures = idle.failures + busy.failures
    told = f"of {len(busy.seconds) + len(busy.failures):,} during {refreshes} refreshes; {failures[:1]}"
    yield Measured("failed requests", len(failures), 0, told)
    told = f"from the change until all processes serve it, {min(taken):.1f} to {max(taken):.1f}"
    yield Measured("seconds a refresh, median", statistics.median(taken), None, told)


def _served(watchers: list[Reader], as_of: datetime) -> float:
    """Seconds until every connection, and so every process that has one, answers from the new export."""
    start = time.perf_counter()
    left = list(watchers)
    while left:
        left = [one for one in left if datetime.fromisoformat(one.answer("/api/health")["data_as_of"]) < as_of]
        if time.perf_counter() - start > GIVEN_UP_SECONDS:
            raise RuntimeError("the change is not served")
        time.sleep(0.05)
    return time.perf_counter() - start


@contextmanager
def _asking(port: int, creator: str) -> Iterator[Asked]:
    """Several clients, each with a connection of its own, until the block ends."""
    asked, stop = Asked(), threading.Event()
    clients = [threading.Thread(target=_client, args=(port, creator, number, asked, stop)) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    try:
        yield asked
    finally:
        stop.set()
        for client in clients:
            client.join()


def _client(port: int, creator: str, number: int, asked: Asked, stop: threading.Event) -> None:
    """Ask at a steady pace, however long the answers take; the range moves on by a day each time."""
    reader = Reader(port, creator, "creator")
    today, begun = datetime.now().date(), time.perf_counter() + EACH_SECONDS * number / CLIENTS
    turn = 0
    while not stop.is_set():
        due = begun + turn * EACH_SECONDS
        time.sleep(max(0.0, due - time.perf_counter()))
        last = today - timedelta(days=turn % 365)
        path = f"/api/creators/me/sessions/stats?from={last - timedelta(days=DAYS - 1)}&to={last}&tz={ZONE}"
        try:
            reader.get(path)
            asked.seconds.append(time.perf_counter() - due)
        except (OSError, HTTPException, RuntimeError) as error:
            asked.failures.append(str(error))
            reader = Reader(port, creator, "creator")
        turn += 1
