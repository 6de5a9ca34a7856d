"""What no row of an export may be, and which of it some row is."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress, groupby

import duckdb

from warehouse.contract import TABLES, Column, Table
from warehouse.source import Progress, quiet

FEW_ROWS = 200_000
# What session_rows.sql joins by: a row that refers to nothing is missing from the result.
JOINED = {
    ("sessions", "course_id"), ("sessions", "student_id"), ("sessions", "st_id"), ("session_assessments", "session_id"),
}  # fmt: skip
FIRST, AFTER_LAST = "1900-01-01", "9000-01-01"  # as the dates that can be asked for


@dataclass(frozen=True, slots=True)
class RowCheck:
    """What no row of a table may be, `broken`, in SQL, what is shown of one that is, and whether a row is `by_itself`
    or for what other rows are."""

    table: Table
    column: str
    message: str
    broken: str
    value: str
    by_itself: bool = True


def row_checks(
    usable: dict[str, set[str]], *, elsewhere: Collection[str] = (), joined: bool = True
) -> Iterator[RowCheck]:
    """Each check that can run. References to the tables `elsewhere`, and those that a build joins by, can be left
    out."""
    for table in TABLES:
        columns = usable[table.name]
        for column in (column for column in table.columns if column.name in columns):
            yield from _column_checks(table, column)
            is_told = joined or (table.name, column.name) not in JOINED
            if column.refers_to and column.refers_to not in elsewhere and is_told and "id" in usable[column.refers_to]:
                known = f"SELECT id FROM {column.refers_to} WHERE id IS NOT NULL"
                missing = f"{column.name} IS NOT NULL AND {column.name} NOT IN ({known})"
                message = f"refers to no {column.refers_to}.id"
                yield RowCheck(table, column.name, message, missing, column.name, by_itself=False)
        for rule in (rule for rule in table.rules if set(rule.needs) <= columns):
            yield RowCheck(table, rule.column, rule.message, rule.broken, rule.column)
        if set(table.key) <= columns:
            key = ", ".join(table.key)
            repeated = f"({key}) IN (SELECT ({key}) FROM {table.name} GROUP BY {key} HAVING count(*) > 1)"
            yield RowCheck(table, key, "not unique", repeated, " || ' / ' || ".join(table.key), by_itself=False)


def _column_checks(table: Table, column: Column) -> Iterator[RowCheck]:
    name = column.name
    if not column.null:
        yield RowCheck(table, name, "null", f"{name} IS NULL", "'null'")
    if column.kind == "timestamp":
        sides = (("<", FIRST), (">=", AFTER_LAST))
        outside = " OR ".join(f"{name} {than} TIMESTAMPTZ '{day} 00:00:00+00'" for than, day in sides)
        yield RowCheck(table, name, f"not between {FIRST} and {AFTER_LAST}", outside, name)
    if column.values:
        listed = ", ".join(f"'{value}'" for value in column.values)
        yield RowCheck(table, name, f"must be one of {', '.join(column.values)}", f"{name} NOT IN ({listed})", name)


def broken_checks(
    con: duckdb.DuckDBPyConnection, checks: Sequence[RowCheck], progress: Progress = quiet
) -> list[RowCheck]:
    """Those that a row breaks, in their order."""
    broken: set[RowCheck] = set()
    passes = _passes(con, checks)
    for done, some in enumerate(passes):
        progress("checking", done / len(passes))
        broken.update(_pass(con, some))
    return [check for check in checks if check in broken]


def _passes(con: duckdb.DuckDBPyConnection, checks: Sequence[RowCheck]) -> list[list[RowCheck]]:
    """What is found in one reading of a table: of few rows all that they break by themselves. Of many rows each alone:
    DuckDB then leaves out what the files' statistics tell of a column, nearly everything where nothing is broken."""
    passes = []
    for table, of_table in groupby(checks, lambda check: check.table):
        some = list(of_table)
        ((rows,),) = con.execute(f"SELECT count(*) FROM {table.name}").fetchall()
        together = [check for check in some if check.by_itself and rows <= FEW_ROWS]
        passes += [together] if together else []
        passes += [[check] for check in some if check not in together]
    return passes


def _pass(con: duckdb.DuckDBPyConnection, checks: Sequence[RowCheck]) -> Iterator[RowCheck]:
    """Those of one table's checks that a row breaks."""
    table = checks[0].table.name
    if len(checks) == 1:
        sql = f"SELECT count(*) > 0 FROM {table} WHERE {checks[0].broken}"
    else:
        sql = f"SELECT {', '.join(f'count(*) FILTER ({check.broken}) > 0' for check in checks)} FROM {table}"
    (answers,) = con.execute(sql).fetchall()
    return compress(checks, answers)
