"""What is to be written: all that the process which writes it needs to know."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from warehouse.extract import Content


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"
    ARROW = "arrow"


SHEET_ROWS = 1_048_576 - 1  # of a workbook, below the header
SUFFIXES = {Format.CSV: ".zip", Format.XLSX: ".xlsx", Format.PARQUET: ".parquet", Format.ARROW: ".arrow"}
MEDIA_TYPES = {
    Format.CSV: "application/zip",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.PARQUET: "application/vnd.apache.parquet",
    Format.ARROW: "application/vnd.apache.arrow.file",
}


@dataclass(frozen=True, slots=True)
class Table:
    """How a table is written: `name` is that of its file in a zip and of its sheets, `rows` how many there are.

    `manifest` says of what the table is, as JSON has it; writing adds the hash. `as_of` is the time that files in it
    bear, so that the same question to the same data gives the same bytes.
    """

    name: str
    format: Format
    contents: Mapping[str, Content]
    rows: int
    as_of: datetime
    manifest: Mapping[str, Any]
    bom: bool = False


@dataclass(frozen=True, slots=True)
class Extract:
    """Rows to read: one statement, its values in it as literals, on one snapshot file."""

    snapshot: Path
    setup: tuple[str, ...]
    sql: str


def sheets_of(rows: int) -> int:
    """How many sheets of a workbook so many rows take up."""
    return max(1, -(-rows // SHEET_ROWS))
