"""Exports read back by pandas, csv, openpyxl, DuckDB, Arrow and LibreOffice: each row is one of the REST list's."""

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.api.exporting import FILTERS, FORMATS, export, listed, spread
from tests.conftest import NOW, Served, served
from tests.exports import START, session, write_export
from tests.hostile import HOSTILE
from tests.readback import (
    by_arrow,
    by_csv_module,
    by_duckdb,
    by_libreoffice,
    by_openpyxl,
    by_pandas,
    manifest_of,
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Each hostile text is a student's name, a Student-Teacher's, a course's title and a comment."""
    folder = tmp_path_factory.mktemp("hostile")
    places = range(len(HOSTILE))
    users = [{"id": f"{who}{at}", "name": HOSTILE[at]} for who in ("u", "t") for at in places]
    sessions = [
        session(at, student_id=f"u{at}", st_id=f"t{at}", course_id=f"k{at}", enrollment_id=None, notes=HOSTILE[at],
                actual_start=START, actual_end=START + timedelta(seconds=1000 + at))
        for at in places
    ]  # fmt: skip
    export = write_export(
        folder / "export", as_of=NOW, sessions=sessions, session_assessments=[], enrollments=[],
        users=[*users, {"id": "c1", "name": "=Cleo"}],
        courses=[{"id": f"k{at}", "title": HOSTILE[at], "creator_id": "c1"} for at in places],
    )  # fmt: skip
    with served(folder / "data", NOW, export=str(export)) as app:
        yield app


@pytest.mark.parametrize("params", FILTERS)
def test_a_csv_has_the_rows_of_the_list_in_its_order(demo: Served, params: dict[str, Any]) -> None:
    rows = spread(listed(demo.as_staff(), **params))
    content = export(demo.as_staff(), format="csv", **params)
    assert by_csv_module(content) == rows
    assert by_pandas(content) == rows


@pytest.mark.parametrize("params", FILTERS)
def test_parquet_and_arrow_have_the_rows_of_the_list_in_its_order(
    demo: Served, tmp_path: Path, params: dict[str, Any]
) -> None:
    rows = listed(demo.as_staff(), **params)
    path = tmp_path / "sessions.parquet"
    path.write_bytes(export(demo.as_staff(), format="parquet", **params))
    assert by_duckdb(path) == rows
    assert by_arrow(export(demo.as_staff(), format="arrow", **params)) == rows


@pytest.mark.parametrize("params", FILTERS[:-1])
def test_a_workbook_has_the_rows_of_the_list_in_its_order(demo: Served, tmp_path: Path, params: dict[str, Any]) -> None:
    path = tmp_path / "sessions.xlsx"
    path.write_bytes(export(demo.as_staff(), format="xlsx", **params))
    assert _rounded(by_openpyxl(path)) == _rounded(spread(listed(demo.as_staff(), **params)))


def _rounded(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A workbook keeps 15 digits of a number."""
    return [row | {"actual_duration": row["actual_duration"] and round(row["actual_duration"], 9)} for row in rows]


def test_hostile_texts_come_back_as_they_are_from_every_format(hostile: Served, tmp_path: Path) -> None:
    rows = listed(hostile.as_staff())
    assert {row["student"] for row in rows} == set(HOSTILE)
    parquet, book = tmp_path / "sessions.parquet", tmp_path / "sessions.xlsx"
    parquet.write_bytes(export(hostile.as_staff(), format="parquet"))
    book.write_bytes(export(hostile.as_staff(), format="xlsx"))
    content = export(hostile.as_staff(), format="csv", bom=True)
    assert by_csv_module(content) == spread(rows)
    assert _rounded(by_openpyxl(book)) == _rounded(spread(rows))
    assert by_duckdb(parquet) == rows
    assert by_arrow(export(hostile.as_staff(), format="arrow")) == rows


def test_libreoffice_runs_no_hostile_text_and_reads_every_row(hostile: Served, tmp_path: Path) -> None:
    rows = spread(listed(hostile.as_staff()))
    with zipfile.ZipFile(io.BytesIO(export(hostile.as_staff(), format="csv"))) as archive:
        archive.extract("sessions.csv", tmp_path)
    (tmp_path / "book.xlsx").write_bytes(export(hostile.as_staff(), format="xlsx"))
    for name in ("sessions.csv", "book.xlsx"):
        read = openpyxl.load_workbook(by_libreoffice(tmp_path / name, tmp_path / "out"))
        cells = list(read[read.sheetnames[0]].iter_rows())
        run = {cell.value for row in cells for cell in row if cell.data_type == "f"}
        assert run <= {"=TRUE()", "=FALSE()"}  # how LibreOffice saves a truth value
        assert [row[0].value for row in cells[1:]] == [row["id"] for row in rows]


def test_libreoffice_reads_the_cells_of_the_list(demo: Served, tmp_path: Path) -> None:
    params = {"status": "completed", "sort": "student"}
    path = tmp_path / "sessions.xlsx"
    path.write_bytes(export(demo.as_staff(), format="xlsx", **params))
    read = _rounded(by_openpyxl(by_libreoffice(path, tmp_path / "out")))
    assert read == _rounded(spread(listed(demo.as_staff(), **params)))


@pytest.mark.parametrize("format_", FORMATS)
def test_the_same_question_gives_the_same_bytes_and_so_does_the_manifests_address(demo: Served, format_: str) -> None:
    params = {"format": format_, "range": "last_30_days", "status": "completed", "sort": "student"}
    content = export(demo.as_staff(), **params)
    assert export(demo.as_staff(), **params) == content
    again = manifest_of(format_, content)["export_url"]
    assert "range=" not in again
    assert demo.as_staff().get(again).content == content


@pytest.mark.parametrize(
    "params",
    [
        {"from": "1900-01-01", "tz": "Pacific/Apia"},
        {"from": "1900-01-01T00:00:00+14:00"},
        {"to": "9000-01-01", "tz": "Pacific/Pago_Pago"},
        {"to": "9000-01-01T23:59:59-14:00"},
    ],
)
def test_a_manifests_address_holds_at_the_ends_of_the_calendar_too(demo: Served, params: dict[str, Any]) -> None:
    content = export(demo.as_staff(), format="arrow", **params)
    assert demo.as_staff().get(manifest_of("arrow", content)["export_url"]).content == content


@pytest.mark.parametrize("format_", FORMATS)
def test_a_manifest_says_what_the_file_holds(demo: Served, format_: str) -> None:
    params = {"status": "no_show", "from": "2026-11-01", "tz": "Asia/Kathmandu"}
    manifest = manifest_of(format_, export(demo.as_staff(), format=format_, **params))
    total = demo.as_staff().get("/api/creators/all/sessions", params=params).json()["pagination"]["total"]
    assert str(manifest["rows"]) == str(total)
    assert manifest["zone"] == "Asia/Kathmandu"
    assert manifest["data_as_of"] == "2026-11-24T10:42:00Z"
    assert manifest["view_url"].endswith(
        "/studio/sessions?status=no_show&from=2026-11-01&tz=Asia%2FKathmandu&sort=-scheduled_start"
    )
    assert len(manifest["sha256"]) == 64
    filters = manifest["filters"] if format_ != "xlsx" else {"status": [manifest["filters / status"]]}
    assert filters["status"] == ["no_show"]


def test_a_manifests_hash_is_that_of_the_rows_as_they_lie_in_the_file(demo: Served) -> None:
    content = {name: export(demo.as_staff(), format=name) for name in FORMATS}
    told = {name: manifest_of(name, content[name])["sha256"] for name in FORMATS}
    with zipfile.ZipFile(io.BytesIO(content["csv"])) as archive:
        assert sha256(archive.read("sessions.csv")) == told["csv"]
    with zipfile.ZipFile(io.BytesIO(content["xlsx"])) as archive:
        readme = archive.getinfo("xl/worksheets/sheet2.xml").header_offset
        assert sha256(content["xlsx"][:readme]) == told["xlsx"]
    footer = int.from_bytes(content["parquet"][-8:-4], "little")
    assert sha256(content["parquet"][: -8 - footer]) == told["parquet"]
    begins = [found.start() for found in re.finditer(b"(?=\xff{4})", content["arrow"])]  # each message of Arrow's
    assert told["arrow"] in {sha256(content["arrow"][:start]) for start in begins}


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
