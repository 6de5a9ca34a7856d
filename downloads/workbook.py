"""A workbook: sheets of rows, as many as they need, and one that says what they are."""

import hashlib
import re
import secrets
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from rustpy_xlsxwriter import write_worksheets

from downloads.manifest import lines
from downloads.order import SHEET_ROWS, Table, sheets_of
from downloads.sink import Sink

CELL_UNITS = 32_767  # of UTF-16, that a cell holds
CUT_MARK = " … [cut here: a cell holds no more; CSV, Parquet and Arrow have the whole text]"
README = "README"
WIDEST = 32
COPIED = 2**20
STAMP = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
Cells = dict[str, Any]


def write_workbook(batches: Iterable[pa.RecordBatch], schema: pa.Schema, table: Table, sink: Sink) -> None:
    """Rows past a sheet's 1,048,576 go on in the next one. The workbook is made in a file, then passed on whole."""
    rows = _cells(batches)
    names = _sheet_names(table)
    sheets: list[tuple[str, Iterable[Cells]]] = [(name, islice(rows, SHEET_ROWS)) for name in names]
    if not table.rows:
        sheets = [(names[0], [dict.fromkeys(schema.names)])]
    hash_here = secrets.token_hex(32)  # as long as the hash; stands in the README until that is known
    readme = _readme(table, names, hash_here)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "workbook.xlsx"
        write_worksheets(
            [*sheets, (README, readme)], str(path), freeze_panes={"general": {"row": 1, "col": 0}}, bold_headers=True,
            datetime_format="yyyy-mm-dd hh:mm:ss", autofilter=dict.fromkeys(names, True),
            column_widths={**dict.fromkeys(names, _widths(schema)), README: [40.0, 110.0]},
        )  # fmt: skip
        next(rows, None)  # all rows are read, and counted, even where a sheet ends with the last
        _finish(path, len(names), table, hash_here)
        with path.open("rb") as file:
            while chunk := file.read(COPIED):
                sink.write(chunk)


def _sheet_names(table: Table) -> list[str]:
    title = table.name.replace("_", " ").capitalize()
    count = sheets_of(table.rows)
    return [title] if count == 1 else [f"{title} {number}" for number in range(1, count + 1)]


def _readme(table: Table, names: list[str], hash_here: str) -> Iterator[Cells]:
    sheets = f"{len(names)}: {', '.join(names)}; each holds up to {SHEET_ROWS:,} rows, in one order throughout"
    told = {
        **table.manifest,
        "sheets": sheets,
        "sha256": hash_here,
        "sha256_of": "all bytes of this file before this sheet",
    }
    for name, value in lines(told):
        yield {"what": name, "value": value}


def _widths(schema: pa.Schema) -> list[float]:
    return [float(min(WIDEST, max(len(name) + 4, 12))) for name in schema.names]


def _cells(batches: Iterable[pa.RecordBatch]) -> Iterator[Cells]:
    for batch in batches:
        names = batch.schema.names
        columns = [_values(column) for column in batch.columns]
        for row in zip(*columns, strict=True):
            yield dict(zip(names, row, strict=True))


def _values(column: pa.Array) -> list[Any]:
    """As Python has them. Instants by way of numpy, which takes a twentieth of the time."""
    if pa.types.is_timestamp(column.type):
        moments: list[Any] = column.to_numpy(zero_copy_only=False).tolist()
        return moments
    values: list[Any] = _fitting(column).to_pylist()
    return values


def _fitting(column: pa.Array) -> pa.Array:
    """Text that is longer than a cell can hold is cut, and says so."""
    if not pa.types.is_string(column.type):
        return column
    longest = pc.max(pc.utf8_length(column)).as_py() or 0
    if 2 * longest <= CELL_UNITS:
        return column
    return pa.array([value and _cut(value) for value in column.to_pylist()], pa.string())


def _cut(value: str) -> str:
    units = value.encode("utf-16-le")
    if len(units) <= 2 * CELL_UNITS:
        return value
    kept = units[: 2 * (CELL_UNITS - len(CUT_MARK))]
    return kept.decode("utf-16-le", errors="ignore") + CUT_MARK


def _finish(path: Path, sheets: int, table: Table, hash_here: str) -> None:
    """The last parts again, with the hash of the rows in the README and the data's time instead of the clock's.

    They lie behind the sheets of rows, so that these are not copied: the file is cut where the README begins.
    """
    with zipfile.ZipFile(path) as book:
        parts = [info for info in book.infolist() if info.filename.startswith("xl/worksheets/sheet")]
        start = parts[sheets].header_offset
        behind = {info.filename: book.read(info) for info in book.infolist() if info.header_offset >= start}
    digest = _digest(path, start)
    stamp = table.as_of.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    behind["docProps/core.xml"] = STAMP.sub(stamp, behind["docProps/core.xml"])
    readme = parts[sheets].filename
    behind[readme] = behind[readme].replace(hash_here.encode(), digest.encode())
    with zipfile.ZipFile(path, "a") as book:
        book.filelist[:] = [info for info in book.filelist if info.header_offset < start]
        book.NameToInfo = {info.filename: info for info in book.filelist}
        book.start_dir = start
        for name, data in behind.items():
            book.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)


def _digest(path: Path, end: int) -> str:
    """Of the file's bytes before `end`."""
    digest, left = hashlib.sha256(), end
    with path.open("rb") as file:
        while left:
            chunk = file.read(min(COPIED, left))
            digest.update(chunk)
            left -= len(chunk)
    return digest.hexdigest()
