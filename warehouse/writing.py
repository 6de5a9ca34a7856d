"""A snapshot that is being written: its connection, its bounds, and the SQL that writes it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from warehouse.contract import TABLES
from warehouse.limits import Limits, bound
from warehouse.publish import SQL, layout_version
from warehouse.source import Export

GROUP_ROWS = 30_720  # a creator's rows lie in few groups, and of each all is unpacked: a quarter of DuckDB's own size


@contextmanager
def writing(path: Path, limits: Limits) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the snapshot at `path` attached for writing."""
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        bound(con, limits)
        con.execute("SET temp_directory = $dir", {"dir": str(path.with_suffix(".spill"))})
        con.execute(f"ATTACH '{str(path).replace(chr(39), chr(39) * 2)}' AS snapshot (ROW_GROUP_SIZE {GROUP_ROWS})")
        run(con, "search_text")
        run(con, "macros")
        yield con
        con.execute("CHECKPOINT snapshot")  # DETACH would do it too, and say nothing where it fails
        con.execute("DETACH snapshot")


def run(con: duckdb.DuckDBPyConnection, name: str, parts: Mapping[str, str] | None = None, **values: Any) -> None:
    """Run the statements of sql/<name>.sql; of `values` each takes those that it names."""
    for statement in con.extract_statements(text(name, parts)):
        con.execute(statement, {key: values[key] for key in statement.named_parameters})


def text(name: str, parts: Mapping[str, str] | None = None) -> str:
    """sql/<name>.sql with the names in braces in it replaced by `parts`."""
    sql = (SQL / f"{name}.sql").read_text()
    for part, replacement in (parts or {}).items():
        sql = sql.replace(f"{{{part}}}", replacement)
    return sql


def number_files(export: Export, first: int = 0) -> dict[str, int]:
    """The number of each table's first file: files are numbered one after the other."""
    numbers = {}
    for table in TABLES:
        numbers[table.name] = first
        first += len(export.files[table.name])
    return numbers


def write_files(con: duckdb.DuckDBPyConnection, export: Export, first: Mapping[str, int]) -> None:
    """Note the files that rows are read from, for the next build to find what changed."""
    listed = [(table, index, path) for table, paths in export.files.items() for index, path in enumerate(paths)]
    names = [export.name_of(path) for _, _, path in listed]
    run(
        con,
        "build_files",
        numbers=[first[table] + index for table, index, _ in listed],
        tables=[table for table, _, _ in listed],
        names=names,
        stamps=[export.stamps[name] for name in names],
    )


def write_lists(con: duckdb.DuckDBPyConnection, export: Export, appended: int) -> None:
    """The lists, from the views or tables …_counts, and what the snapshot says of itself."""
    run(con, "build_lists")
    run(
        con, "build_info",
        layout=layout_version(), fingerprint=export.fingerprint, as_of=export.as_of, sealed=export.sealed,
        appended=appended,
    )  # fmt: skip
