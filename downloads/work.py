"""What a process that writes is told, pickled on its standard input by the server that started it."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from downloads.order import Extract, Table

GONE = 76  # exit status: cancelled


@dataclass(frozen=True, slots=True)
class Work:
    """`rows` is what to write: a statement, or rows that are few and worked out already. `folder` is this work's own:
    for the sort, and for a job all that is kept of it. A job goes on alone; else the file goes to standard output.
    """

    table: Table
    rows: Extract | pa.Table
    folder: Path
    slots: Path
    at_once: int
    is_job: bool
