"""Check an export against the contract: files and columns first, then every row, all errors together."""

import re
import tempfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress, groupby
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.contract import TABLES, Column, Kind, Problem, Table
from warehouse.limits import Limits, bound
from warehouse.source import Export, Progress

SHOWN_VALUES = 5
FEW_ROWS = 200_000
RESERVED = {"file_index", "__source_file"}  # DuckDB's and ours, for which file a row is from
TYPE_NAMES: dict[Kind, str] = {
    "string": "string",
    "int": "integer",
    "timestamp": "timestamp with a time zone",
}
# What session_rows.sql joins by: a row that refers to nothing is missing from the result.
JOINED = {
    ("sessions", "course_id"), ("sessions", "student_id"), ("sessions", "st_id"), ("session_assessments", "session_id"),
}  # fmt: skip
UNBUILT = {"session_assessments": {"created_at"}}  # what building does not read
FIRST, AFTER_LAST = "1900-01-01", "9000-01-01"  # as the dates that can be asked for
CASTS: dict[Kind, str] = {"string": "VARCHAR", "int": "HUGEINT", "timestamp": "TIMESTAMPTZ"}


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


def quiet(stage: str, fraction: float) -> None:
    """A progress callback that shows nothing."""


def check_export(export: Export, progress: Progress = quiet, limits: Limits | None = None) -> list[Problem]:
    """Everything that is wrong with an export, in table order; empty if it obeys the contract."""
    return _check(export, progress, limits or Limits(), whole=True)


def may_obey(export: Export, progress: Progress, limits: Limits) -> bool:
    """Whether nothing is wrong with an export but, perhaps, what its sessions and assessments refer to, which shows in
    how many rows are built of them. Raises duckdb.Error, as building does, where a page is damaged."""
    return not _check(export, progress, limits, whole=False)


def _check(export: Export, progress: Progress, limits: Limits, *, whole: bool) -> list[Problem]:
    problems = list(export.problems)
    usable = {table.name: _check_schemas(export, table, problems) for table in TABLES}
    with tempfile.TemporaryDirectory() as spill, duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        con.execute("SET temp_directory = $dir", {"dir": spill})
        bound(con, limits)
        for table in (table for table in TABLES if usable[table.name]):
            progress("reading", 0.0)
            read = usable[table.name] if whole else usable[table.name] & UNBUILT.get(table.name, set())
            if read:
                usable[table.name] -= _check_pages(con, export, table, read, problems)
            if usable[table.name]:
                create_view(con, export, table, usable[table.name])
        for check in _broken(con, list(_row_checks(usable, joined=whole)), progress):
            problems += _offending(con, export, check)
    return problems


def create_view(
    con: duckdb.DuckDBPyConnection,
    export: Export,
    table: Table,
    columns: set[str] | None = None,
    *,
    first_file: int = 0,
    schema: str = "main",
) -> None:
    """A view named like the table over its parquet files, with the contract's columns and types.

    `file` is each row's file by number, `first_file` that of the table's first. Without files there are no rows.
    """
    wanted = [column for column in table.columns if columns is None or column.name in columns]
    files = export.files[table.name]
    if files:
        listed = [f"{column.name}::{CASTS[column.kind]} AS {column.name}" for column in wanted]
        rest = f"__source_file AS source_file, (file_index + {first_file})::INTEGER AS file FROM {_parquet(files)}"
    else:
        listed = [f"NULL::{CASTS[column.kind]} AS {column.name}" for column in wanted]
        rest = "NULL::VARCHAR AS source_file, NULL::INTEGER AS file WHERE false"
    con.execute(f"CREATE VIEW {schema}.{table.name} AS SELECT {', '.join(listed)}, {rest}")


def is_readable(con: duckdb.DuckDBPyConnection, export: Export, tables: Sequence[Table]) -> bool:
    """Whether all files of these tables have the contract's columns and can be read."""
    problems = list(export.problems)
    for table in (table for table in tables if export.files[table.name]):
        columns = _check_schemas(export, table, problems)
        if not problems:
            _check_pages(con, export, table, columns, problems)
    return not problems


def has_broken_rows(con: duckdb.DuckDBPyConnection, tables: Sequence[Table], elsewhere: Collection[str]) -> bool:
    """Whether a row of these tables' views breaks a rule. References to the tables `elsewhere` are left out: not all
    their rows are in the views."""
    usable = {table.name: {column.name for column in table.columns} for table in TABLES}
    checks = [check for check in _row_checks(usable, elsewhere=elsewhere) if check.table in tables]
    return bool(_broken(con, checks))


def _parquet(paths: Sequence[Path]) -> str:
    escaped = [re.sub(r"[\[*?]", r"[\g<0>]", str(path)).replace("'", "''") for path in paths]  # a name is no pattern
    listed = ", ".join(f"'{path}'" for path in escaped)
    return f"read_parquet([{listed}], union_by_name = true, hive_partitioning = false, filename = '__source_file')"


def _check_schemas(export: Export, table: Table, problems: list[Problem]) -> set[str]:
    """Columns that every file of the table has in the right type; a table with an unreadable file has none."""
    good = {column.name for column in table.columns} if export.files[table.name] else set()
    for path in export.files[table.name]:
        name = export.name_of(path)
        try:
            schema = pq.read_schema(path)
        except (pa.ArrowException, OSError) as error:
            if isinstance(error, OSError) and error.errno:
                raise  # the machine's, such as a permission, and no fault of the file
            problems.append(Problem(name, None, f"not a readable parquet file ({_first_line(error)})"))
            good.clear()
            continue
        for taken in (column for column in schema.names if column.lower() in RESERVED):
            problems.append(Problem(name, taken, "is a name that reading the files needs: call it otherwise"))
            good.clear()
        for column in table.columns:
            complaint = _type_complaint(schema, column)
            if complaint:
                problems.append(Problem(name, column.name, complaint))
                good.discard(column.name)
    return good


def _type_complaint(schema: pa.Schema, column: Column) -> str | None:
    if column.name not in schema.names:
        return "missing column"
    if sum(name.lower() == column.name for name in schema.names) > 1:
        return "given more than once, upper and lower case being the same"
    kind = schema.field(column.name).type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if column.null and pa.types.is_null(kind):
        return None
    if column.kind == "timestamp" and pa.types.is_timestamp(kind) and kind.tz is None:
        return "timestamp without a time zone: its instants cannot be known"
    accepted = {
        "string": pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind),
        "int": pa.types.is_integer(kind),
        "timestamp": pa.types.is_timestamp(kind),
    }
    return None if accepted[column.kind] else f"is {kind}, must be {TYPE_NAMES[column.kind]}"


def _check_pages(
    con: duckdb.DuckDBPyConnection, export: Export, table: Table, columns: set[str], problems: list[Problem]
) -> set[str]:
    """Columns whose data cannot be read in some file: damaged pages, text that is not UTF-8."""
    files = export.files[table.name]
    if _read_error(con, files, sorted(columns)) is None:
        return set()
    bad = set()
    for path in files:
        for column in (column.name for column in table.columns if column.name in columns):
            if error := _read_error(con, [path], [column]):
                problems.append(Problem(export.name_of(path), column, "cannot be read", (error,)))
                bad.add(column)
    return bad


def _read_error(con: duckdb.DuckDBPyConnection, paths: Sequence[Path], columns: Sequence[str]) -> str | None:
    try:
        con.execute(f"SELECT bit_xor(hash({', '.join(columns)})) FROM {_parquet(paths)}").fetchall()
    except duckdb.OutOfMemoryException:
        raise  # of this machine's memory, not of the export
    except duckdb.Error as error:
        return _first_line(error)
    return None


def _row_checks(
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


def _broken(con: duckdb.DuckDBPyConnection, checks: Sequence[RowCheck], progress: Progress = quiet) -> list[RowCheck]:
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


def _offending(con: duckdb.DuckDBPyConnection, export: Export, check: RowCheck) -> list[Problem]:
    rows = con.execute(
        f"SELECT source_file, count(*), array_agg(DISTINCT coalesce(({check.value})::VARCHAR, 'null'))"
        f" FROM {check.table.name} WHERE {check.broken} GROUP BY source_file ORDER BY source_file"
    ).fetchall()
    return [
        Problem(export.name_of(file), check.column, check.message, tuple(sorted(values)[:SHOWN_VALUES]), count)
        for file, count, values in rows
    ]


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].replace(str(Path.cwd()), ".")
