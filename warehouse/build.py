"""Export -> snapshot: check, join once, sort, and publish by one atomic rename."""

import hashlib
import logging
import os
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from warehouse.check import check_export, create_view, quiet
from warehouse.contract import TABLES, ExportError, Problem
from warehouse.snapshot import SNAPSHOT_PREFIX, SNAPSHOT_SUFFIX
from warehouse.source import Export, Progress, Source, source_of

log = logging.getLogger(__name__)
SQL = Path(__file__).parent / "sql"
MEMORY_LIMIT = "4GB"
KEPT_SNAPSHOTS = 2


def layout_version() -> str:
    """Changes with the SQL that lays out a snapshot, so that an upgrade never reads an old layout."""
    parts = sorted(path.read_bytes() for path in SQL.glob("*.sql"))
    return hashlib.sha256(b"".join(parts)).hexdigest()[:12]


def build_snapshot(export: Export, out: Path, progress: Progress = quiet, source: Source | None = None) -> Path:
    """Check an export and publish it as a snapshot in `out`; the path of the new snapshot.

    Raises ExportError with every problem, an export rewritten while it was read among them. Then, and
    on any other failure, nothing is published and what was published before stays as it was.
    """
    problems = check_export(export, progress)
    if problems:
        raise ExportError(problems)
    out.mkdir(parents=True, exist_ok=True)
    building = out / f".building-{os.getpid()}.duckdb"
    _remove(building)
    try:
        _write(export, building, progress)
        if not (source or source_of(export.location)).is_current(export):
            raise ExportError([Problem(export.location, None, "changed while it was being read")])
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
        published = out / f"{SNAPSHOT_PREFIX}{stamp}-{export.fingerprint}{SNAPSHOT_SUFFIX}"
        with building.open("rb") as file:
            os.fsync(file.fileno())
        building.rename(published)
    finally:
        _remove(building)
    progress("published", 1.0)
    log.info("published %s", published.name)
    return published


def remove_old_snapshots(out: Path, keep: int = KEPT_SNAPSHOTS) -> None:
    """Delete all but the newest snapshots. Those still being read stay readable until they are closed."""
    for path in sorted(out.glob(f"{SNAPSHOT_PREFIX}*{SNAPSHOT_SUFFIX}"))[:-keep]:
        path.unlink(missing_ok=True)


def _write(export: Export, building: Path, progress: Progress) -> None:
    values = {"as_of": export.as_of, "fingerprint": export.fingerprint, "layout": layout_version()}
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        con.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
        con.execute("SET temp_directory = $dir", {"dir": str(building.with_suffix(".spill"))})
        con.execute(f"ATTACH '{str(building).replace(chr(39), chr(39) * 2)}' AS snapshot")
        con.execute((SQL / "search_text.sql").read_text())
        for table in TABLES:
            create_view(con, export, table)
        progress("building", 0.0)
        for done, name in enumerate(("build_sessions.sql", "build_lists.sql"), start=1):
            for statement in con.extract_statements((SQL / name).read_text()):
                wanted = {key: values[key] for key in statement.named_parameters}
                con.execute(statement, wanted)
            progress("building", done / 2)
        con.execute("DETACH snapshot")


def _remove(building: Path) -> None:
    for path in (building, building.with_name(building.name + ".wal")):
        path.unlink(missing_ok=True)
