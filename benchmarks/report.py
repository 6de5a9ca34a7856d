"""What a run says: the machine, the data, and a line for each ratio."""

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from benchmarks.exports import Export
from benchmarks.questions import Timed
from warehouse.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Line:
    """One ratio and the bar it must keep, if there is one."""

    timed: Timed
    kind: str
    bar: float | None = None

    @property
    def passed(self) -> bool:
        return self.bar is None or self.timed.ratio.median <= self.bar

    def cells(self) -> tuple[str, ...]:
        found = self.timed.ratio
        return (
            self.timed.question,
            self.kind,
            f"{self.bar:.1f}" if self.bar else "",
            f"{found.median:.2f}",
            f"{found.least:.2f} to {found.greatest:.2f}",
            ("ok" if self.passed else "MISSED") if self.bar else "",
            f"{self.timed.parsed.median:.2f}" if self.timed.parsed else "",
            ", ".join(f"{name} {ms:.2f}" for name, ms in self.timed.medians.items()),
        )


HEAD = (
    "question",
    "ratio",
    "at most",
    "median",
    "least to greatest",
    "verdict",
    "to parsed SQL",
    "medians in ms (information)",
)


def print_machine(exports: Mapping[str, Export], middling: tuple[str, int], largest: tuple[str, int]) -> None:
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, DuckDB {duckdb.__version__}, threads=1")
    for name, export in exports.items():
        snapshot = Snapshot(export.snapshot)
        [(creators,)] = snapshot.query("SELECT count(*) FROM snapshot.creators WHERE sessions > 0")
        snapshot.close()
        made = ", ".join(f"{what} {rate:,.0f} sessions/s" for what, rate in export.rates.items())
        size = export.snapshot.stat().st_size / 1e6
        print(f"{name}: {snapshot.info.sessions:,} sessions of {creators:,} creators, {size:.0f} MB; when made: {made}")
    print(f"middling creator: {middling[1]:,} sessions; largest: {largest[1]:,}\n")


def print_table(lines: Sequence[Line]) -> None:
    rows = [HEAD, *(line.cells() for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    missed = sum(not line.passed for line in lines)
    bars = sum(line.bar is not None for line in lines)
    print(f"\n{bars - missed} of {bars} bars kept")
