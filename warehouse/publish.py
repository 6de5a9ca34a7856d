"""The folder of snapshots: one built aside, published by a rename, and old ones removed."""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from shutil import rmtree
from typing import IO

import duckdb
import pyarrow

from warehouse.snapshot import SNAPSHOT_PREFIX, SNAPSHOT_SUFFIX

SQL = Path(__file__).parent / "sql"
RULES = ("contract.py", "check.py", "row_checks.py", "changes.py", "writing.py", "slices.py", "build.py")
BUILDING = ".building-"
KEPT_SNAPSHOTS = 2
STAMP = "%Y%m%dT%H%M%S%fZ"


@cache
def layout_version() -> str:
    """Changes with what lays out a snapshot and with what an export is checked by, DuckDB and Arrow included: after an
    upgrade nothing is read, carried on or refused by what was before."""
    rules = [SQL.parent / name for name in RULES]
    parts = [path.read_bytes() for path in [*sorted(SQL.glob("*.sql")), *rules]]
    versions = f"{duckdb.__version__} {pyarrow.__version__}".encode()
    return hashlib.sha256(b"".join([*parts, versions])).hexdigest()[:12]


def snapshots_in(folder: Path) -> list[Path]:
    """Published snapshots, the newest first."""
    return sorted(folder.glob(f"{SNAPSHOT_PREFIX}*{SNAPSHOT_SUFFIX}"), reverse=True)


def remove_old_snapshots(folder: Path, keep: int = KEPT_SNAPSHOTS) -> None:
    """Delete all but the newest snapshots. Those still being read stay readable until they are closed."""
    for path in snapshots_in(folder)[keep:]:
        path.unlink(missing_ok=True)


@contextmanager
def one_builder(folder: Path, *, wait: bool) -> Iterator[IO[str] | None]:
    """The folder's lock, which a process that builds in it holds; None where another has it and `wait` is false."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
            return
        yield lock


def remove_unfinished(folder: Path) -> None:
    """Delete what builds left that were killed. For the one who holds the folder's lock."""
    for path in folder.glob(f"{BUILDING}*"):
        _remove(path)


@contextmanager
def building(folder: Path) -> Iterator[Path]:
    """A path to build at. What is there at the end, its log and what spilled, is removed, and so is a folder that was
    made for it and holds nothing."""
    is_new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{BUILDING}{os.getpid()}.duckdb"
    leftovers = (path, path.with_name(path.name + ".wal"), path.with_suffix(".spill"))
    for leftover in leftovers:
        _remove(leftover)
    try:
        yield path
    finally:
        for leftover in leftovers:
            _remove(leftover)
        if is_new and not any(folder.iterdir()):
            folder.rmdir()


def publish(built: Path, fingerprint: str) -> Path:
    """Rename a built snapshot to its name, once it is on disk for good; the path of the published one."""
    published = built.with_name(f"{SNAPSHOT_PREFIX}{_stamp(built.parent)}-{fingerprint}{SNAPSHOT_SUFFIX}")
    with built.open("rb") as file:
        os.fsync(file.fileno())
    built.rename(published)
    return published


def _stamp(folder: Path) -> str:
    """Now, and later than any snapshot there is: the newest is the last published, though a clock was once ahead."""
    moment = datetime.now(UTC)
    for newest in snapshots_in(folder)[:1]:
        with suppress(ValueError):
            stamp = newest.name.removeprefix(SNAPSHOT_PREFIX).partition("-")[0]
            before = datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)
            moment = max(moment, before + timedelta(microseconds=1))
    return moment.strftime(STAMP)


def _remove(path: Path) -> None:
    if path.is_dir():
        rmtree(path, ignore_errors=True)
    path.unlink(missing_ok=True)
