"""What is written, cut off anywhere, is no file of its format; rows are counted; a workbook splits into sheets."""

import io
import zipfile
from datetime import UTC, datetime
from typing import Any

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from downloads import order, workbook
from downloads.order import Format, Table
from downloads.sink import Told
from downloads.write import CountError, write
from warehouse.extract import Content

AS_OF = datetime(2026, 11, 24, 12, tzinfo=UTC)
CONTENTS = {"id": Content.TEXT, "start": Content.UTC, "local": Content.LOCAL, "rating": Content.PLAIN}


def rows(count: int, text: str = "name") -> pa.Table:
    moments = pa.array([AS_OF.replace(tzinfo=None)] * count, pa.timestamp("us"))
    ids = pa.array([f"{text} {number}" for number in range(count)], pa.string())
    return pa.table({"id": ids, "start": moments, "local": moments, "rating": pa.array([5] * count, pa.int8())})


def written(format_: Format, table: pa.Table, count: int | None = None, told: Told | None = None) -> bytes:
    out = io.BytesIO()
    given = Table("sessions", format_, CONTENTS, table.num_rows if count is None else count, AS_OF, {"what": "a test"})
    write(table.to_reader(100), table.schema, given, out, told or (lambda rows: None))
    return out.getvalue()


def read(format_: Format, content: bytes) -> int:
    """How many rows a reader of the format finds in it."""
    if format_ is Format.CSV:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.read("sessions.csv").count(b"\r\n") - 1
    if format_ is Format.XLSX:
        return int(openpyxl.load_workbook(io.BytesIO(content))["Sessions"].max_row) - 1
    if format_ is Format.PARQUET:
        return int(pq.read_table(io.BytesIO(content)).num_rows)
    return int(pa.ipc.open_file(content).read_all().num_rows)


@pytest.mark.parametrize("format_", Format)
def test_a_file_that_is_cut_anywhere_is_no_file(format_: Format) -> None:
    content = written(format_, rows(450))
    assert read(format_, content) == 450
    for place in (*range(0, len(content) - 1, max(1, len(content) // 60)), len(content) - 1):
        with pytest.raises((zipfile.BadZipFile, pa.ArrowInvalid, OSError)):
            read(format_, content[:place])


@pytest.mark.parametrize("format_", Format)
def test_an_empty_table_has_its_columns(format_: Format) -> None:
    content = written(format_, rows(0))
    if format_ is Format.XLSX:
        sheet = openpyxl.load_workbook(io.BytesIO(content))["Sessions"]
        assert [cell.value for cell in sheet[1]] == list(CONTENTS)
    else:
        assert read(format_, content) == 0


@pytest.mark.parametrize("format_", Format)
@pytest.mark.parametrize("count", [449, 451])
def test_other_rows_than_were_counted_are_an_error(format_: Format, count: int) -> None:
    with pytest.raises(CountError):
        written(format_, rows(450), count)


@pytest.mark.parametrize("format_", Format)
def test_progress_is_told_up_to_the_last_row(format_: Format) -> None:
    told: list[int] = []
    written(format_, rows(250), told=told.append)
    assert told == [0, 100, 200, 250]


@pytest.mark.parametrize("format_", Format)
def test_what_ends_the_writing_from_outside_ends_it(format_: Format) -> None:
    def stop(done: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        written(format_, rows(250), told=stop)


@pytest.mark.parametrize(("count", "sheets"), [(249, 1), (250, 1), (251, 2), (500, 2), (501, 3)])
def test_a_workbook_goes_on_in_the_next_sheet_and_says_so(
    monkeypatch: pytest.MonkeyPatch, count: int, sheets: int
) -> None:
    for module in (workbook, order):
        monkeypatch.setattr(module, "SHEET_ROWS", 250)
    book = openpyxl.load_workbook(io.BytesIO(written(Format.XLSX, rows(count))))
    names = ["Sessions"] if sheets == 1 else [f"Sessions {number + 1}" for number in range(sheets)]
    assert book.sheetnames == [*names, "README"]
    found = [row[0].value for name in names for row in list(book[name].iter_rows())[1:]]
    assert found == [f"name {number}" for number in range(count)]
    readme = dict(row for row in book["README"].iter_rows(values_only=True))
    assert str(readme["sheets"]).startswith(f"{sheets}: {', '.join(names)}")


@pytest.mark.parametrize(("count", "sheets"), [(0, 1), (1_048_575, 1), (1_048_576, 2), (5_000_000, 5)])
def test_so_many_rows_take_so_many_sheets(count: int, sheets: int) -> None:
    assert order.sheets_of(count) == sheets


def test_a_sheet_has_room_for_a_header_and_no_more_rows_than_excel_reads() -> None:
    assert order.SHEET_ROWS + 1 == 2**20


@pytest.mark.parametrize("text", ["x" * 40_000, "😀" * 20_000])
def test_a_text_that_no_cell_holds_is_cut_and_says_so(text: str) -> None:
    table = rows(1, text)
    cell = openpyxl.load_workbook(io.BytesIO(written(Format.XLSX, table)))["Sessions"]["A2"].value
    assert len(cell.encode("utf-16-le")) // 2 <= 32_767
    assert cell.endswith(workbook.CUT_MARK)
    assert text.startswith(cell.removesuffix(workbook.CUT_MARK))
    with zipfile.ZipFile(io.BytesIO(written(Format.CSV, table))) as archive:
        assert text.encode() in archive.read("sessions.csv")


def test_parquet_knows_what_is_an_instant_and_what_a_wall_clock() -> None:
    schema = pq.read_schema(io.BytesIO(written(Format.PARQUET, rows(1))))
    kinds: list[Any] = [schema.field(name).type for name in ("start", "local")]
    assert kinds == [pa.timestamp("us", "UTC"), pa.timestamp("us")]


def test_an_enum_is_text_in_every_format() -> None:
    with duckdb.connect() as con:
        table = con.sql("SELECT 'completed'::ENUM('scheduled', 'completed') AS id").to_arrow_table()
    given = Table("sessions", Format.PARQUET, {"id": Content.PLAIN}, 1, AS_OF, {})
    out = io.BytesIO()
    write(table.to_reader(), table.schema, given, out, lambda done: None)
    assert pq.read_table(out).to_pylist() == [{"id": "completed"}]
