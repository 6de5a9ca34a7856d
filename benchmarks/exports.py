"""The two exports that are compared, and their snapshots; kept under var/bench and used again."""

import json
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from settings import Settings, load_settings
from warehouse.__main__ import terminal_progress
from warehouse.build import build_snapshot
from warehouse.demo import write_demo
from warehouse.limits import Limits
from warehouse.publish import layout_version, remove_old_snapshots
from warehouse.snapshot import SNAPSHOT_PREFIX, SNAPSHOT_SUFFIX, Snapshot, SnapshotError
from warehouse.source import open_export

ROOT = Path("var/bench")
SEED = 1
TENTH = 10
ROOMY = Limits(memory="10GB")  # only what is built before anything is measured
MOST_AGE = timedelta(days=7)  # an older demo has too few sessions in the last twelve weeks

# Rows of the chosen creators, and of the people and courses that they name, table by table.
PART = {
    "courses": "SELECT * FROM full_courses WHERE creator_id IN (SELECT id FROM chosen)",
    "enrollments": "SELECT * FROM full_enrollments WHERE course_id IN (SELECT id FROM courses)",
    "sessions": "SELECT * FROM full_sessions WHERE course_id IN (SELECT id FROM courses)",
    "session_assessments": "SELECT * FROM full_session_assessments WHERE session_id IN (SELECT id FROM sessions)",
    "users": """SELECT * FROM full_users WHERE id IN (
        SELECT creator_id FROM courses UNION ALL SELECT student_id FROM enrollments
        UNION ALL SELECT student_id FROM sessions UNION ALL SELECT st_id FROM sessions)""",
}


@dataclass(frozen=True, slots=True)
class Export:
    """One export with its published snapshot, and how many rows a second each took to write."""

    settings: Settings
    snapshot: Path
    rates: dict[str, float]


def full_export(sessions: int, creators: int) -> Export:
    """A demo export of that many sessions."""
    home = ROOT / f"{sessions}-{creators}"

    def write(out: Path) -> None:
        write_demo(out, sessions=sessions, creators=creators, seed=SEED, progress=terminal_progress())

    return prepared(home, write, sessions, _is_old(home / "export"))


def part_export(full: Export, creator: str, sessions: int) -> Export:
    """The part of a full export that whole creators make up, `creator` among them: some `sessions` in all."""
    source = Path(full.settings.export_location)
    home = source.parent / f"part-{sessions}"

    def write(out: Path) -> None:
        terminal_progress()("copying a part of the demo", 0)
        _copy_part(source, out, _some_creators(full.snapshot, creator, sessions))

    return prepared(home, write, sessions, newest(home / "export") != newest(source))


def prepared(home: Path, write: Callable[[Path], None], sessions: int, stale: bool) -> Export:
    """The export in `home`, written anew where it is stale, and its snapshot where a server would find it."""
    export, rates_file = home / "export", home / "rates.json"
    settings = load_settings(export=str(export), data_dir=home / "data")
    rates: dict[str, float] = json.loads(rates_file.read_text()) if rates_file.exists() else {}
    if stale:
        shutil.rmtree(home, ignore_errors=True)
        rates = {"export": sessions / _seconds(lambda: write(export))}
        rates_file.write_text(json.dumps(rates))
    snapshot = _published(settings)
    if snapshot is None:
        terminal = terminal_progress()
        build = _seconds(lambda: build_snapshot(open_export(export), settings.snapshots_dir, terminal, limits=ROOMY))
        remove_old_snapshots(settings.snapshots_dir, keep=1)
        rates["build"] = sessions / build
        snapshot = _published(settings)
        assert snapshot, "a snapshot that was just built must open"
    rates_file.write_text(json.dumps(rates))
    return Export(settings, snapshot, rates)


def _published(settings: Settings) -> Path | None:
    """The snapshot that a server with these settings would serve, if it need not build one first."""
    fingerprint = open_export(settings.export_location).fingerprint
    for path in settings.snapshots_dir.glob(f"{SNAPSHOT_PREFIX}*-{fingerprint}{SNAPSHOT_SUFFIX}"):
        try:
            snapshot = Snapshot(path)
        except SnapshotError:
            continue
        snapshot.close()
        if snapshot.info.layout == layout_version():
            return path
    return None


def _some_creators(snapshot: Path, creator: str, sessions: int) -> list[str]:
    """`creator` and others in an order that no size decides, as long as all stay within `sessions`."""
    opened = Snapshot(snapshot)
    rows = opened.query(
        "SELECT id, sessions FROM snapshot.creators ORDER BY id <> $creator, md5(id)", {"creator": creator}
    )
    opened.close()
    chosen, left = [], sessions
    for id_, size in rows:
        if size <= left:
            chosen.append(id_)
            left -= size
    return chosen


def _copy_part(source: Path, out: Path, creators: list[str]) -> None:
    unfinished = out.with_name("unfinished")
    unfinished.mkdir(parents=True)
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        con.execute("CREATE TABLE chosen AS SELECT unnest($creators::VARCHAR[]) AS id", {"creators": creators})
        for table, select in PART.items():
            paths = [str(path) for path in open_export(source).files[table]]
            con.read_parquet(paths, hive_partitioning=False).create_view(f"full_{table}")
            con.execute(f"CREATE TABLE {table} AS {select}")
            con.execute(f"COPY {table} TO '{unfinished / table}.parquet' (COMPRESSION zstd)")
    written = open_export(source).as_of.timestamp()
    for path in unfinished.iterdir():
        os.utime(path, (written, written))  # the same as-of time, so that the same sessions are overdue
    unfinished.rename(out)


def newest(export: Path) -> float | None:
    """When its newest file was written, in seconds since 1970; None where there is no such export."""
    return open_export(export).as_of.timestamp() if export.is_dir() else None


def _is_old(export: Path) -> bool:
    return not export.is_dir() or datetime.now(UTC) - open_export(export).as_of > MOST_AGE


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
