"""Export -> snapshot: check, join once, sort, and publish by one atomic rename."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from warehouse.changes import apply_changes, find_changes
from warehouse.check import check_export, create_view, may_obey
from warehouse.contract import TABLES, ExportError, Problem
from warehouse.limits import Limits
from warehouse.publish import building, publish
from warehouse.slices import write_sessions
from warehouse.source import Export, Progress, Source, SourceError, quiet, source_of
from warehouse.writing import number_files, run, text, write_files, write_lists, writing

log = logging.getLogger(__name__)


def build_snapshot(
    export: Export,
    out: Path,
    progress: Progress = quiet,
    *,
    source: Source | None = None,
    limits: Limits | None = None,
    anew: bool = False,
) -> Path:
    """Check an export and publish it as a snapshot in `out`; the path of the new snapshot.

    Where `out` holds one of the export as it was before, only what changed is read and written, with the same rows
    for a result; `anew` does without. Raises ExportError with every problem, an export rewritten while it was read
    among them. Then, and on any other failure, nothing is published, and what was published before stays as it was.
    """
    limits = limits or Limits()
    source = source or source_of(export.location)
    changes = None if anew else find_changes(export, out)
    if changes:
        with building(out) as path:
            if apply_changes(changes, path, limits, progress):
                return _publish(path, export, source, progress)
    with _told(export, source, progress, limits):
        if not may_obey(export, progress, limits):
            raise IncompleteError
        with building(out) as path:
            if not _write(export, path, limits, progress):
                raise IncompleteError
            return _publish(path, export, source, progress)


class IncompleteError(Exception):
    """Something is wrong with an export that was read as if it obeyed the contract."""


@contextmanager
def _told(export: Export, source: Source, progress: Progress, limits: Limits) -> Iterator[None]:
    """What went wrong as the export's problems, where it has any: only then all that it may break is looked into."""
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise
    except (IncompleteError, duckdb.Error) as error:
        problems = check_export(export, progress, limits)
        _must_be_current(export, source)
        if problems:
            raise ExportError(problems) from error
        raise


def _publish(built: Path, export: Export, source: Source, progress: Progress) -> Path:
    _must_be_current(export, source)
    published = publish(built, export.fingerprint)
    progress("published", 1.0)
    log.info("published %s", published.name)
    return published


def _must_be_current(export: Export, source: Source) -> None:
    """Or what was read is neither the export before nor the one after."""
    if not source.is_current(export):
        raise SourceError([Problem("export", None, "changed while it was being read")])


def _write(export: Export, path: Path, limits: Limits, progress: Progress) -> bool:
    """Build the snapshot of an export; whether each session and each assessment has gone into a row."""
    first = number_files(export)
    with writing(path, limits) as con:
        for table in TABLES:
            create_view(con, export, table, first_file=first[table.name])
        progress("building", 0.0)
        write_sessions(con, export.as_of, progress)
        if con.execute(text("count_joined")).fetchall() != [(True,)]:
            return False
        progress("building", 0.5)
        write_files(con, export, first)
        run(con, "build_rollup", {"counted": "true"})
        run(con, "build_session_marks")
        run(con, "count_sessions")
        run(con, "build_students")
        run(con, "build_marks")
        write_lists(con, export, appended=0)
        progress("building", 1.0)
    return True
