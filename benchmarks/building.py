"""A build beside the bare statement of its main table, and a refresh of a few changed partitions beside a build."""

import shutil
import statistics
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from benchmarks.changes import change, linked
from benchmarks.check import DifferenceError
from benchmarks.exports import ROOT, Export
from benchmarks.handwritten import COLUMNS, write_bare
from benchmarks.report import Measured, all_kept
from benchmarks.timing import seconds
from warehouse.build import build_snapshot
from warehouse.publish import remove_old_snapshots
from warehouse.snapshot import SNAPSHOT_SUFFIX
from warehouse.source import Export as Listed
from warehouse.source import open_export

BUILD_BAR = 1.5  # a build from nothing / the bare statement
REFRESH_BAR = 0.10  # a build after 1% of the partitions changed / one from nothing
CHANGED = 0.01
ONE = "SELECT COLUMNS(*)::VARCHAR"
LISTS = ("creators", "courses", "student_teachers", "students", "all_students", "rollup", "session_marks")


def measure_build(full: Export, repetitions: int) -> bool:
    """Print both ratios once their results are known to be the same; whether the bars are kept."""
    with TemporaryDirectory(dir=ROOT) as folder:
        export = linked(Path(full.settings.export_location).resolve(), Path(folder) / "export")
        listed = open_export(export)
        rows, files = _rows(full.snapshot), len(listed.files["sessions"])
        print(f"an export of {rows:,} sessions in {files} partitions, {repetitions} times each")
        try:
            return all_kept(_lines(export, Path(folder), repetitions))
        except DifferenceError as error:
            print(f"the results differ: {error}")
            return False


def _lines(export: Path, folder: Path, repetitions: int) -> Iterator[Measured]:
    served, bare = folder / "served", folder / "bare.duckdb"
    first, second = [], []
    for turn in range(repetitions):
        listed = open_export(export)
        works = [partial(_anew, listed, served), partial(_bare, listed, bare)]
        taken = [seconds(work) for work in (works[::-1] if turn % 2 else works)]
        built, by_hand = taken[::-1] if turn % 2 else taken
        first.append(built)
        second.append(by_hand)
        _compare(_only(served), bare, ("sessions",), COLUMNS)
    yield _ratio("build / bare statement", first, second, BUILD_BAR, "from nothing, with checks and option lists")
    first, second = [], []
    for turn in range(1, repetitions + 1):
        count = change(export, CHANGED, turn)
        listed = open_export(export)
        first.append(seconds(partial(build_snapshot, listed, served)))
        remove_old_snapshots(served, keep=1)
        second.append(seconds(partial(_anew, listed, folder / "anew")))
        _compare(_only(served), _only(folder / "anew"), ("sessions",), COLUMNS)
        _compare(_only(served), _only(folder / "anew"), LISTS)
    told = f"{count} of {len(listed.files['sessions'])} partitions changed, the same rows as from nothing"
    yield _ratio("refresh / build from nothing", first, second, REFRESH_BAR, told)


def _anew(export: Listed, out: Path) -> None:
    shutil.rmtree(out, ignore_errors=True)
    build_snapshot(export, out)


def _bare(export: Listed, path: Path) -> None:
    path.unlink(missing_ok=True)
    write_bare(export, path)


def _only(folder: Path) -> Path:
    [path] = folder.glob(f"*{SNAPSHOT_SUFFIX}")
    return path


def _ratio(what: str, ours: list[float], theirs: list[float], bar: float, told: str) -> Measured:
    ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
    times = ", ".join(f"{one:.1f} s / {other:.1f} s" for one, other in zip(ours, theirs, strict=True))
    return Measured(what, statistics.median(ratios), bar, f"{told}: {times}")


def _rows(snapshot: Path) -> int:
    with duckdb.connect(str(snapshot), read_only=True) as con:
        found = con.execute("SELECT count(*) FROM sessions").fetchone()
    assert found
    return int(found[0])


def _compare(one: Path, other: Path, tables: tuple[str, ...], columns: str = "*") -> None:
    """Row for row, in whatever order. Raises DifferenceError with one row that only one of them has."""
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        con.execute(f"SET temp_directory = '{one.parent / 'compare'}'")
        for name, path in (("one", one), ("other", other)):
            con.execute(f"ATTACH '{path}' AS {name} (READ_ONLY)")
        for table in tables:
            rows = [f"SELECT {columns} FROM {name}.{table}" for name in ("one", "other")]
            sums = [con.execute(f"SELECT count(*), sum(hash(row)) FROM ({sql}) AS row").fetchone() for sql in rows]
            if sums[0] != sums[1]:
                found = [
                    con.execute(f"{ONE} FROM ({a} EXCEPT ALL {b}) LIMIT 1").fetchall() for a, b in (rows, rows[::-1])
                ]
                raise DifferenceError(f"{table}: {sums[0]} and {sums[1]}, such as {found}"[:2000])
