"""An export that changed in part: what changed, and the last snapshot carried on with it.

The rows are those of a build from nothing, in another order of the file: what is new lies sorted behind what stays, so
a creator's page reads their own rows in both. Wherever something is unusual (a broken rule, a reference that may
dangle, more changed than is worth it) nothing is decided here: a build from nothing does, and tells all problems.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import copyfile

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.check import create_view, has_broken_rows, is_readable
from warehouse.contract import ASSESSMENTS, COURSES, ENROLLMENTS, SESSIONS, USERS, Table
from warehouse.limits import Limits
from warehouse.publish import layout_version, snapshots_in
from warehouse.source import Export, Progress
from warehouse.writing import number_files, run, text, write_files, write_lists, writing

log = logging.getLogger(__name__)
FACTS, PEOPLE = (SESSIONS, ASSESSMENTS), (USERS, COURSES, ENROLLMENTS)
MOST_CHANGED = 0.2  # of all rows; past that a build from nothing takes little longer
FEW_ROWS = 10_000  # so many may always change
FACT_NAMES = {table.name for table in FACTS}
SESSION_COLUMNS = ", ".join(column.name for column in SESSIONS.columns)


@dataclass(frozen=True, slots=True)
class Changes:
    """From the snapshot `base` to `export`: numbers of the files that have `gone`, and the `fresh` ones as an export of
    their own, numbered from `next_number` on. A file that was rewritten is both. `most` rows may change."""

    base: Path
    export: Export
    gone: tuple[int, ...]
    fresh: Export
    next_number: int
    people_changed: bool
    appended: int
    most: int


def find_changes(export: Export, out: Path) -> Changes | None:
    """What changed since the newest snapshot in `out`; None where a build from nothing is due."""
    for base in snapshots_in(out):
        try:
            with duckdb.connect(str(base), read_only=True) as con:
                if con.execute("SELECT layout FROM info").fetchone() == (layout_version(),):
                    return _compare(con, base, export)
        except (duckdb.Error, pa.ArrowException, OSError) as error:
            log.info("not carried on from %s: %s", base.name, error)
    return None


def _compare(con: duckdb.DuckDBPyConnection, base: Path, export: Export) -> Changes | None:
    noted = con.execute('SELECT "table", name, stamp, number FROM files').fetchall()
    numbers = {(table, name, stamp): number for table, name, stamp, number in noted}
    listed = {
        (table, export.name_of(path), export.stamps[export.name_of(path)]): path
        for table, paths in export.files.items()
        for path in paths
    }
    fresh = {key: path for key, path in listed.items() if key not in numbers}
    gone = [number for key, number in numbers.items() if key not in listed]
    changed_tables = {table for table, *_ in fresh} | {key[0] for key in numbers if key not in listed}
    ((sessions, appended, removed),) = con.execute(
        "SELECT sessions, appended, (SELECT count(*) FROM sessions WHERE file IN (SELECT unnest($gone::INTEGER[])))"
        " FROM info",
        {"gone": gone},
    ).fetchall()
    rows = sum(pq.read_metadata(path).num_rows for (table, *_), path in fresh.items() if table in FACT_NAMES)
    most = max(FEW_ROWS, int(MOST_CHANGED * sessions)) - appended
    if max(rows, removed) > most:
        return None
    files = {name: tuple(path for (table, *_), path in fresh.items() if table == name) for name in export.files}
    return Changes(
        base=base,
        export=export,
        gone=tuple(gone),
        fresh=replace(export, files=files),
        next_number=max(numbers.values(), default=-1) + 1,
        people_changed=not changed_tables <= FACT_NAMES,
        appended=appended,
        most=most,
    )


def apply_changes(changes: Changes, path: Path, limits: Limits, progress: Progress) -> bool:
    """Write the snapshot of the changed export at `path`. False where that takes a build from nothing."""
    progress("changing", 0.0)
    copyfile(changes.base, path)
    try:
        with writing(path, limits) as con:
            applied = _apply(con, changes, progress)
    except duckdb.Error as error:
        log.warning("changes not applied: %s", error)
        return False
    progress("changing", 1.0)
    return applied


def _apply(con: duckdb.DuckDBPyConnection, changes: Changes, progress: Progress) -> bool:
    first = number_files(changes.fresh, changes.next_number)
    _create_views(con, changes, first)
    checked = (*FACTS, *PEOPLE) if changes.people_changed else FACTS
    if not is_readable(con, changes.fresh, checked) or _has_broken_rows(con, checked):
        return False
    progress("changing", 0.2)
    run(con, "change_known", people_changed=changes.people_changed)
    session_rows = text("session_rows").rstrip().removesuffix(";")
    parts = {"session_columns": SESSION_COLUMNS, "session_rows": session_rows}
    run(con, "change_replaced", parts, as_of=changes.export.as_of)
    progress("changing", 0.5)
    ((rebuilt,),) = con.execute("SELECT count(*) FROM rebuilt").fetchall()
    if rebuilt > changes.most or con.execute(text("change_faults")).fetchall() != [(False,)]:
        return False
    run(con, "change_sessions")
    run(con, "build_rollup", {"counted": "quarter_of(scheduled_start) IN (FROM changed_quarters)"})
    run(con, "change_students")
    write_files(con, changes.fresh, first)
    if changes.people_changed:
        run(con, "build_marks")
    write_lists(con, changes.export, changes.appended + rebuilt)
    return True


def _create_views(con: duckdb.DuckDBPyConnection, changes: Changes, first: Mapping[str, int]) -> None:
    """fresh.sessions and fresh.session_assessments of the new files; the small tables, of all files, in main."""
    con.execute("CREATE SCHEMA fresh")
    for table in FACTS:
        create_view(con, changes.fresh, table, first_file=first[table.name], schema="fresh")
    for table in PEOPLE:
        create_view(con, changes.export, table)
    con.execute("CREATE TEMP TABLE gone AS SELECT unnest($gone::INTEGER[]) AS number", {"gone": list(changes.gone)})


def _has_broken_rows(con: duckdb.DuckDBPyConnection, tables: Sequence[Table]) -> bool:
    con.execute("SET search_path = 'memory.fresh,memory.main'")
    broken = has_broken_rows(con, tables, elsewhere=("sessions",))
    con.execute("RESET search_path")
    return broken
