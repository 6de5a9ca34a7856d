"""Exports of 5 million sessions beside DuckDB's own COPY of the same rows, and the page while one is written."""

import json
import statistics
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from benchmarks.check import DifferenceError
from benchmarks.exports import Export
from benchmarks.processes import peak_megabytes
from benchmarks.report import Measured, all_kept
from benchmarks.server import Reader, serve
from benchmarks.timing import seconds

COPY_BAR, RSS_BAR, XLSX_BAR, BUSY_BAR = 1.5, 600.0, 50_000.0, 2.0
ASKED = 300
EXPORT = "/api/creators/all/sessions/export"
PLAIN = """
    id, scheduled_start AT TIME ZONE 'UTC' AS scheduled_start_utc, scheduled_start AS scheduled_start_local,
    scheduled_end AT TIME ZONE 'UTC' AS scheduled_end_utc, scheduled_end AS scheduled_end_local,
    actual_minutes AS actual_duration, status, course_id, course_title AS course, student_id, student_name AS student,
    st_id, st_name AS st, rating, has_recording, coalesce(counted_rating <= 2, false) AS low_rating, overdue,
    implausible_duration, dispute_status, creator_id"""
COPY = """
import duckdb, sys
snapshot, sql, spill = sys.argv[1:]
with duckdb.connect() as con:
    con.execute(f"ATTACH '{snapshot}' AS snapshot (READ_ONLY)")
    con.execute("SET TimeZone = 'UTC'")
    con.execute("SET memory_limit = '256MB'")
    con.execute(f"SET temp_directory = '{spill}'")
    con.execute(sql)
"""


@dataclass(frozen=True, slots=True)
class Written:
    """One download: seconds until it was ready, and the most memory that its process held, in MB."""

    id: str
    seconds: float
    megabytes: float


def measure_downloads(full: Export, repetitions: int) -> bool:
    """Print each figure as it is found; whether all bars are kept."""
    with serve(full.settings) as port:
        return all_kept(_lines(full, Reader(port, "operations", "operations"), repetitions))


def _lines(full: Export, reader: Reader, repetitions: int) -> Iterator[Measured]:
    for format_, options in (("csv", "FORMAT csv"), ("parquet", "FORMAT parquet, COMPRESSION zstd")):
        yield from _against_copy(full, reader, format_, options, repetitions)
    yield from _workbook(full, reader)
    yield _while_writing(reader)


def _against_copy(full: Export, reader: Reader, format_: str, options: str, repetitions: int) -> Iterator[Measured]:
    with TemporaryDirectory(dir=full.settings.data_dir) as folder:
        copied = Path(folder) / f"copied.{format_}"

        def copy() -> None:
            rows = f"SELECT {PLAIN} FROM snapshot.sessions ORDER BY scheduled_start DESC, id DESC"
            sql = f"COPY ({rows}) TO '{copied}' ({options})"
            subprocess.run([sys.executable, "-c", COPY, str(full.snapshot), sql, f"{folder}/spill"], check=True)

        copy()
        _check(full, reader, format_, copied, Path(folder))
        ratios, most, times = [], 0.0, []
        for turn in range(repetitions):
            if turn % 2:
                bare, written = seconds(copy), _write(reader, format_)
            else:
                written, bare = _write(reader, format_), seconds(copy)
            ratios.append(written.seconds / bare)
            most = max(most, written.megabytes)
            times.append((written.seconds, bare))
            reader.delete(f"/api/downloads/{written.id}")
    told = ", ".join(f"{ours:.1f} s / {theirs:.1f} s" for ours, theirs in times)
    yield Measured(f"{format_}, export / COPY", statistics.median(ratios), COPY_BAR, told)
    yield Measured(f"{format_}, resident MB at most", most, RSS_BAR, "of the process that writes")


def _workbook(full: Export, reader: Reader) -> Iterator[Measured]:
    written = _write(reader, "xlsx")
    rows = _rows(reader)
    path = full.settings.downloads_dir / "jobs" / written.id / "data"
    with zipfile.ZipFile(path) as book:
        sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/")]
        found = sum(_count(book, name) for name in sheets[:-1]) - len(sheets) + 1
    if found != rows:
        raise DifferenceError(f"{found:,} rows in the workbook, {rows:,} in the list")
    reader.delete(f"/api/downloads/{written.id}")
    told = f"{rows:,} rows in {written.seconds:.1f} s, {len(sheets) - 1} sheets"
    yield Measured("xlsx, rows a second", rows / written.seconds, XLSX_BAR, told, at_least=True)
    yield Measured("xlsx, resident MB at most", written.megabytes, RSS_BAR, "of the process that writes")


def _while_writing(reader: Reader) -> Measured:
    """95th percentile of the page's figures while a CSV is written, beside the same when nothing is."""
    path = "/api/creators/all/student-teachers"
    creator = json.loads(reader.get("/api/creators/all/sessions?limit=1", "identity"))["sessions"][0]["creator_id"]
    path = f"/api/creators/{creator}/sessions/stats?range=last_12_weeks"
    idle = [seconds(lambda: reader.get(path)) for _ in range(ASKED)]
    id_ = reader.begin(f"{EXPORT}?format=csv")
    busy = []
    while _standing(reader, id_)["state"] in ("waiting", "writing"):
        busy += [seconds(lambda: reader.get(path)) for _ in range(10)]
        time.sleep(0.02)
    reader.delete(f"/api/downloads/{id_}")
    before, during = (statistics.quantiles(times, n=20)[-1] * 1000 for times in (idle, busy))
    told = f"p95 {during:.1f} ms of {len(busy)} / {before:.1f} ms of {len(idle)}"
    return Measured("figures while a CSV is written / idle", during / before, BUSY_BAR, told)


def _write(reader: Reader, format_: str) -> Written:
    start = time.perf_counter()
    id_ = reader.begin(f"{EXPORT}?format={format_}")
    most = 0.0
    while (standing := _standing(reader, id_))["state"] in ("waiting", "writing"):
        most = max(most, *peak_megabytes(b"downloads.worker", "cmdline"), 0.0)
        time.sleep(0.05)
    if standing["state"] != "ready":
        raise DifferenceError(f"{format_}: {standing['reason']}")
    return Written(id_, time.perf_counter() - start, most)


def _standing(reader: Reader, id_: str) -> dict[str, str]:
    found: dict[str, str] = reader.answer(f"/api/downloads/{id_}")
    return found


def _rows(reader: Reader) -> int:
    return int(reader.answer("/api/creators/all/sessions?limit=1")["pagination"]["total"])


def _count(book: zipfile.ZipFile, sheet: str) -> int:
    rows, kept = 0, b""
    with book.open(sheet) as file:
        while chunk := file.read(2**20):
            rows += (kept + chunk).count(b"<row ")
            kept = chunk[-4:]
    return rows


def _check(full: Export, reader: Reader, format_: str, copied: Path, folder: Path) -> None:
    """Both files hold the same rows in the same order, cell by cell, an apostrophe before a formula apart."""
    written = _write(reader, format_)
    path = full.settings.downloads_dir / "jobs" / written.id / "data"
    if format_ == "csv":
        with zipfile.ZipFile(path) as archive:
            ours = f"read_csv('{archive.extract('sessions.csv', folder)}', all_varchar = true)"
        theirs = f"read_csv('{copied}', all_varchar = true)"
        same_time = "strptime(a.{0}_utc, '%Y-%m-%dT%H:%M:%SZ') = b.{0}_utc::TIMESTAMP"
    else:
        ours, theirs = f"read_parquet('{path}')", f"read_parquet('{copied}')"
        same_time = "a.{0}_utc AT TIME ZONE 'UTC' = b.{0}_utc"
    names = [
        "id", "status", "course_id", "course", "student_id", "student", "st_id", "st", "rating",
        "has_recording", "low_rating", "overdue", "implausible_duration", "dispute_status", "creator_id",
    ]  # fmt: skip
    freed = "CASE WHEN a.{0}::VARCHAR = chr(39) || b.{0}::VARCHAR THEN b.{0}::VARCHAR ELSE a.{0}::VARCHAR END"
    same = [f"{freed.format(name)} IS NOT DISTINCT FROM b.{name}::VARCHAR" for name in names]
    same.append("a.actual_duration::DOUBLE IS NOT DISTINCT FROM b.actual_duration::DOUBLE")
    same += [same_time.format(name) for name in ("scheduled_start", "scheduled_end")]
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        con.execute(f"SET temp_directory = '{folder}/check'")
        sql = f"SELECT count(*), count(*) FILTER ({' AND '.join(same)}) FROM {ours} a POSITIONAL JOIN {theirs} b"
        found = con.execute(sql).fetchone()
    reader.delete(f"/api/downloads/{written.id}")
    if found != (_rows(reader), _rows(reader)):
        raise DifferenceError(f"{format_}: of {_rows(reader):,} rows {found} were there and the same as COPY's")
