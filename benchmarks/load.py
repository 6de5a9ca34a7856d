"""Two hundred people at the page's REST calls, beside one alone: locust asks, in a process of its own."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.exports import ROOT, Export
from benchmarks.processes import peak_megabytes
from benchmarks.questions import asker
from benchmarks.report import Measured, all_kept, creators_by_size
from benchmarks.server import HOST, serve

VIEWERS = Path(__file__).parent / "viewers.py"
ARRIVING = 20  # a second
PERCENTILES = ("50%", "95%", "99%")
TOTAL = "Aggregated"


@dataclass(frozen=True, slots=True)
class Asked:
    """One kind of request: how many, how many of them failed, and percentiles in milliseconds."""

    requests: int
    failures: int
    milliseconds: tuple[float, ...]


def measure_load(full: Export, viewers: int, seconds: int, workers: int) -> bool:
    """Print percentiles of each request, with one viewer and with many; whether none failed."""
    by_size = creators_by_size(full)
    creators = [id_ for id_, _ in by_size]
    rows = sum(count for _, count in by_size)
    print(f"{rows:,} sessions, {len(creators):,} creators, {workers} processes, {seconds} s each")
    with serve(full.settings, keep_answers=True, workers=workers) as port:
        asker(full, port, "middling creator", creators[len(creators) // 2]).check_opening()
        alone = _asked(port, creators, 1, seconds)
        many = _asked(port, creators, viewers, seconds)
        held = peak_megabytes(f"SESSIONS_PORT={port}\0".encode(), "environ")
    return all_kept([*_lines(alone, many, viewers, seconds), _memory(held)])


def _memory(held: list[float]) -> Measured:
    """A server's bounds: DuckDB's buffers and what answers are kept, beside Python itself."""
    told = ", ".join(f"{megabytes:.0f}" for megabytes in held)
    return Measured("resident MB at most", held[0], None, f"of each process: {told}")


def _lines(alone: dict[str, Asked], many: dict[str, Asked], viewers: int, seconds: int) -> Iterator[Measured]:
    for name, asked in many.items():
        single = alone.get(name, Asked(0, 0, (0, 0, 0)))
        told = (
            " / ".join(f"{ms:.0f}" for ms in asked.milliseconds),
            " / ".join(f"{ms:.0f}" for ms in single.milliseconds),
        )
        yield Measured(
            f"{name}, ms at p95", asked.milliseconds[1], None,
            f"p50 / p95 / p99 of {viewers} viewers {told[0]} ms ({asked.requests:,} requests), of one {told[1]} ms"
            f" ({single.requests:,})",
        )  # fmt: skip
    total = many[TOTAL]
    yield Measured("requests a second", total.requests / seconds, None, f"{viewers} viewers")
    yield Measured("failed requests", total.failures + alone[TOTAL].failures, 0, f"of {total.requests:,}")


def _asked(port: int, creators: list[str], viewers: int, seconds: int) -> dict[str, Asked]:
    """By name of the request, all together under TOTAL; counted from when the last viewer has come."""
    lasting = f"{seconds + viewers // ARRIVING}s"
    with TemporaryDirectory(dir=ROOT) as folder:
        command = [
            sys.executable, "-m", "locust", "--locustfile", str(VIEWERS), "--host", f"http://{HOST}:{port}",
            "--headless", "--users", str(viewers), "--spawn-rate", str(ARRIVING), "--run-time", lasting,
            "--reset-stats", "--csv", f"{folder}/found", "--only-summary", "--exit-code-on-error", "0",
            "--loglevel", "ERROR",
        ]  # fmt: skip
        environment = os.environ | {"BENCH_CREATORS": json.dumps(creators)}
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with (Path(folder) / "found_stats.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
    return {
        row["Name"]: Asked(
            int(row["Request Count"]), int(row["Failure Count"]), tuple(float(row[name]) for name in PERCENTILES)
        )
        for row in rows
    }
