"""Check an export against the contract: files and columns first, then every row, all errors together."""

import re
import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.contract import TABLES, Column, Kind, Problem, Table
from warehouse.limits import Limits, bound
from warehouse.row_checks import RowCheck, broken_checks, row_checks
from warehouse.source import Export, Progress, quiet

SHOWN_VALUES = 5
RESERVED = {"file_index", "__source_file"}  # DuckDB's and ours, for which file a row is from
TYPE_NAMES: dict[Kind, str] = {
    "string": "string",
    "int": "integer",
    "timestamp": "timestamp with a time zone",
}
UNBUILT = {"session_assessments": {"created_at"}}  # what building does not read
CASTS: dict[Kind, str] = {"string": "VARCHAR", "int": "HUGEINT", "timestamp": "TIMESTAMPTZ"}


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
        for check in broken_checks(con, list(row_checks(usable, joined=whole)), progress):
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
    checks = [check for check in row_checks(usable, elsewhere=elsewhere) if check.table in tables]
    return bool(broken_checks(con, checks))


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
