"""Many rows of a snapshot in one pass, for a process of its own: bounded memory, Arrow batches."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

import duckdb
import pyarrow as pa

MEMORY_LIMIT = "256MB"
BATCH_ROWS = 20_480


class Content(StrEnum):
    """What a column holds: text that people may have written; an instant in UTC; a zone's wall clock at an instant;
    anything else."""

    TEXT = "text"
    UTC = "utc"
    LOCAL = "local"
    PLAIN = "plain"


@contextmanager
def read_batches(snapshot: Path, setup: Sequence[str], sql: str, spill: Path) -> Iterator[pa.RecordBatchReader]:
    """The rows of one statement in its order, some 20,000 at a time. What does not fit into memory is sorted in
    `spill`, a folder for this extract alone; no other file can be reached.

    The statement takes no parameters: with any, DuckDB keeps the whole result before it gives the first row.
    """
    con = duckdb.connect()
    try:
        con.execute(f"ATTACH '{_quoted(snapshot)}' AS snapshot (READ_ONLY)")
        for statement in setup:
            con.execute(statement)
        con.execute("SET TimeZone = 'UTC'")
        con.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
        con.execute(f"SET temp_directory = '{_quoted(spill)}'")
        con.execute("SET enable_external_access = false")
        con.execute("SET lock_configuration = true")
        yield con.sql(sql).to_arrow_reader(BATCH_ROWS)
    finally:
        con.close()


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
