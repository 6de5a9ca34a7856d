"""What a run says: the machine, the data, and a line for each ratio."""

import os
import platform
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from benchmarks.check import DifferenceError
from benchmarks.exports import Export
from benchmarks.questions import Timed
from warehouse.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Line:
    """One ratio and the bar it must keep, if there is one: at most so much, or at least."""

    timed: Timed
    kind: str
    bar: float | None = None
    at_least: bool = False

    @property
    def passed(self) -> bool:
        found = self.timed.ratio.median
        return self.bar is None or (found >= self.bar if self.at_least else found <= self.bar)

    def cells(self) -> tuple[str, ...]:
        found = self.timed.ratio
        return (
            self.timed.question,
            self.kind,
            f"{'at least' if self.at_least else 'at most'} {self.bar:g}" if self.bar else "",
            f"{found.median:.2f}",
            f"{found.least:.2f} to {found.greatest:.2f}",
            ("ok" if self.passed else "MISSED") if self.bar else "",
            f"{self.timed.parsed.median:.2f}" if self.timed.parsed else "",
            ", ".join(f"{name} {ms:.2f}" for name, ms in self.timed.medians.items()),
        )


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure beside its bar, if there is one; more is better where `at_least`."""

    what: str
    figure: float
    bar: float | None
    told: str
    at_least: bool = False

    @property
    def passed(self) -> bool:
        return self.bar is None or (self.figure >= self.bar if self.at_least else self.figure <= self.bar)

    def line(self) -> str:
        verdict = f" (bar {self.bar:,g}, {'ok' if self.passed else 'MISSED'})" if self.bar is not None else ""
        return f"{self.what}: {self.figure:,.2f}{verdict}; {self.told}"


def all_kept(measured: Iterable[Measured]) -> bool:
    """Print each figure as it is found; whether all bars are kept."""
    kept = True
    for one in measured:
        print(one.line(), flush=True)
        kept &= one.passed
    return kept


HEAD = (
    "question",
    "ratio",
    "bar",
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


def creators_by_size(export: Export) -> list[tuple[str, int]]:
    """Id and number of sessions of each creator, the least first."""
    snapshot = Snapshot(export.snapshot)
    rows = snapshot.query("SELECT id, sessions FROM snapshot.creators WHERE sessions > 0 ORDER BY sessions, id")
    snapshot.close()
    return [(id_, sessions) for id_, sessions in rows]


def print_found(found: Iterable[Line]) -> bool:
    """Print all ratios, each at once to the terminal, and in the end as a table, however it ends; whether all bars are
    kept.

    Where two answers differ, nothing more is timed.
    """
    lines: list[Line] = []
    try:
        for line in found:
            print(f"{line.timed.question}: {line.timed.ratio.median:.2f}", file=sys.stderr)
            lines.append(line)
    except DifferenceError as error:
        print(f"not timed, because the answers differ: {error}", file=sys.stderr)
        return False
    finally:
        print_table(lines)
    return all(line.passed for line in lines)


def print_table(lines: Sequence[Line]) -> None:
    rows = [HEAD, *(line.cells() for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    missed = sum(not line.passed for line in lines)
    bars = sum(line.bar is not None for line in lines)
    print(f"\n{bars - missed} of {bars} bars kept")
