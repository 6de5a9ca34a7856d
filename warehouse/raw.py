"""The rows of a snapshot as one statement on the parquet files that it was built from."""

import re
from datetime import datetime
from pathlib import Path

from warehouse.check import CASTS
from warehouse.contract import TABLES, Table

BUILD = Path(__file__).parent / "sql" / "session_rows.sql"
FOLDER = "getvariable('export_folder')"
ALL = "all_sessions"


def raw_sessions_sql(export: Path, as_of: datetime, sql: str) -> str:
    """`sql`, a statement on snapshot.sessions, with a WITH before it that makes these rows of the files themselves.

    The folder is not in it: it is the variable export_folder, so that another copy of the export does as well.
    """
    parts = [f"{table.name} AS (\n{_read(export, table)}\n)" for table in TABLES if table.name in _read_tables()]
    rows = _body().replace("$as_of", f"'{as_of.isoformat()}'")
    return f"WITH {', '.join(parts)},\n{ALL} AS (\n{rows}\n)\n{sql.replace('FROM snapshot.sessions', f'FROM {ALL}', 1)}"


def _body() -> str:
    """What a snapshot's table of sessions is created from, without the order that it lies in there."""
    text = re.sub("--.*\n", "", BUILD.read_text())
    return text.rpartition("ORDER BY")[0].strip()


def _read_tables() -> frozenset[str]:
    return frozenset(re.findall(r"(?:FROM|JOIN) (\w+)", _body()))


def _read(export: Path, table: Table) -> str:
    columns = ", ".join(f"{column.name}::{CASTS[column.kind]} AS {column.name}" for column in table.columns)
    files = f"{table.name}.parquet" if (export / f"{table.name}.parquet").is_file() else f"{table.name}/**/*.parquet"
    return (
        f"    SELECT {columns}, NULL::INTEGER AS file\n"
        f"    FROM read_parquet({FOLDER} || '/{files}', union_by_name = true, hive_partitioning = false)"
    )
