"""The rows of a snapshot as one statement on the parquet files that it was built from."""

import re
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from warehouse.check import CASTS
from warehouse.contract import TABLES, Table

BUILD = Path(__file__).parent / "sql" / "session_rows.sql"
FOLDER = "getvariable('export_folder')"
NAMED = "getvariable('export_files')"
NAMED_SQL = f"""SET VARIABLE export_files = (
    SELECT list(name) FROM (
        SELECT unnest(files).name AS name
        FROM read_json({FOLDER} || '/manifest.json', columns = {{files: 'STRUCT(name VARCHAR)[]'}})
    )
);"""
ALL = "all_sessions"


def raw_sessions_sql(as_of: datetime, sql: str, *, sealed: bool, in_folders: Collection[str]) -> str:
    """`sql`, a statement on snapshot.sessions, with a WITH before it that makes these rows of the files themselves.

    The folder is not in it: it is the variable export_folder, so that another copy of the export does as well. Where a
    manifest names the files (`sealed`), those are read, which NAMED_SQL sets a variable to; else the single file of
    a table, or all in its folder, for the tables `in_folders`. No file is named here: a name may tell of others' rows.
    """
    files = {table.name: _named(table) if sealed else _there(table, in_folders) for table in TABLES}
    parts = [
        f"{table.name} AS (\n{_read(table, files[table.name])}\n)" for table in TABLES if table.name in _read_tables()
    ]
    rows = _body().replace("$as_of", f"'{as_of.isoformat()}'")
    return f"WITH {', '.join(parts)},\n{ALL} AS (\n{rows}\n)\n{sql.replace('FROM snapshot.sessions', f'FROM {ALL}', 1)}"


def _body() -> str:
    """What a snapshot's table of sessions is created from, without the order that it lies in there."""
    text = re.sub("--.*\n", "", BUILD.read_text())
    return text.rpartition("ORDER BY")[0].strip()


def _read_tables() -> frozenset[str]:
    return frozenset(re.findall(r"(?:FROM|JOIN) (\w+)", _body()))


def _named(table: Table) -> str:
    its_own = f"name = '{table.name}.parquet' OR starts_with(name, '{table.name}/') AND ends_with(name, '.parquet')"
    return f"[{FOLDER} || '/' || name FOR name IN {NAMED} IF {its_own}]"


def _there(table: Table, in_folders: Collection[str]) -> str:
    return f"{FOLDER} || '/{table.name}{'/**/*' if table.name in in_folders else ''}.parquet'"


def _read(table: Table, files: str) -> str:
    columns = ", ".join(f"{column.name}::{CASTS[column.kind]} AS {column.name}" for column in table.columns)
    return (
        f"    SELECT {columns}, NULL::INTEGER AS file\n"
        f"    FROM read_parquet({files}, union_by_name = true, hive_partitioning = false)"
    )
