"""Exports read back by pandas, csv, openpyxl, DuckDB, Arrow and LibreOffice: each row is one of the REST list's."""

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import httpx2
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from auth.viewer import Role, Viewer
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
    expected,
    in_spreadsheet,
    manifest_of,
)

FORMATS = ("csv", "xlsx", "parquet", "arrow")
ZONE = "America/St_Johns"
EXPORT = "/api/creators/all/sessions/export"


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


def export(client: httpx2.Client, path: str = EXPORT, **params: Any) -> bytes:
    answer = client.get(path, params={"tz": ZONE} | params)
    assert answer.status_code == 200, answer.text
    return answer.content


def listed(client: httpx2.Client, **params: Any) -> list[dict[str, Any]]:
    """The rows of the REST list, all pages of it, as an export has them."""
    rows: list[dict[str, Any]] = []
    while True:
        asked: dict[str, Any] = {"tz": ZONE, "limit": 500, "page": len(rows) // 500 + 1}
        page = client.get("/api/creators/all/sessions", params=asked | params).json()
        rows += page["sessions"]
        if not page["pagination"]["has_more"]:
            return [expected(row, ZONE) for row in rows]


def spread(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [in_spreadsheet(row) for row in rows]


FILTERS: list[dict[str, Any]] = [
    {"range": "all"},
    {"status": ["completed", "no_show"], "sort": "-rating"},
    {"rating_max": 2, "sort": "st"},
    {"from": "2026-10-25", "to": "2026-11-05", "sort": "status"},
    {"student_q": "a", "flag": "dispute", "sort": "-duration"},
    {"from": "2031-01-01"},
]


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


def test_columns_are_those_chosen_in_the_order_chosen(demo: Served) -> None:
    content = export(demo.as_staff(), format="arrow", column=["st", "id", "creator", "notes"])
    assert pa.ipc.open_file(content).schema.names == ["st", "id", "creator", "notes"]


def test_comments_and_notes_are_for_those_who_may_read_them(two_creators: Served) -> None:
    for column in ("notes", "student_comment", "st_comment", "dispute_reason"):
        params = {"format": "csv", "column": column}
        assert two_creators.as_staff(Role.OPERATIONS).get(EXPORT, params=params).status_code == 200
        refused = two_creators.as_staff(Role.ANALYST).get(EXPORT, params=params)
        assert (refused.status_code, refused.json()["field"]) == (422, "column")
        sql = two_creators.as_staff(Role.ANALYST).get(f"{EXPORT}/sql", params={"column": column})
        assert sql.status_code == 422


@pytest.mark.parametrize("format_", FORMATS)
def test_a_creator_exports_nothing_of_anothers(two_creators: Served, format_: str) -> None:
    anna = two_creators.as_creator("anna")
    for table in ("sessions", "student_teachers", "over_time"):
        path = "/api/creators/me/sessions/export"
        content = export(anna, path, format=format_, table=table)
        assert b"ecret" not in _unpacked(content)
    refused = anna.get("/api/creators/bela/sessions/export", params={"format": format_})
    assert refused.status_code == 403


def _unpacked(content: bytes) -> bytes:
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return b"".join(archive.read(name) for name in archive.namelist())
    if content.startswith(b"PAR1"):
        return str(pq.read_table(io.BytesIO(content)).to_pylist()).encode()
    return str(pa.ipc.open_file(content).read_all().to_pylist()).encode()


def test_figures_are_exported_as_rest_tells_them(demo: Served) -> None:
    by_st = demo.as_staff().get("/api/creators/all/sessions/stats", params={"tz": ZONE}).json()["by_st"]
    rows = by_arrow(export(demo.as_staff(), format="arrow", table="student_teachers"))
    assert [(row["st_id"], row["st"]) for row in rows] == [(st["st"]["id"], st["st"]["name"]) for st in by_st]
    for row, st in zip(rows, by_st, strict=True):
        low, high = st["avg_rating_interval"] or (None, None)
        assert (row["avg_rating_low"], row["avg_rating_high"]) == (low, high)
        assert {name: row[name] for name in st if name in row and name != "st"} == {
            name: st[name] for name in st if name in row and name != "st"
        }
    buckets = demo.as_staff().get("/api/creators/all/sessions/over-time", params={"tz": ZONE}).json()["buckets"]
    rows = by_arrow(export(demo.as_staff(), format="arrow", table="over_time"))
    assert [(str(row["first"]), row["completed"]) for row in rows] == [
        (one["first"], one["completed"]) for one in buckets
    ]


@pytest.mark.parametrize("params", FILTERS[:-1])
def test_the_sql_gives_the_same_rows_from_the_platforms_files(demo: Served, params: dict[str, Any]) -> None:
    script = demo.as_staff().get(f"{EXPORT}/sql", params={"tz": ZONE} | params).text
    with duckdb.connect() as con:
        settings, _, query = script.partition("WITH sessions")
        con.execute(settings)
        rows = con.sql(f"WITH sessions{query}").to_arrow_table()
    found = rows.cast(_with_utc(rows.schema)).to_pylist()
    assert found == listed(demo.as_staff(), **params)


def _with_utc(schema: pa.Schema) -> pa.Schema:
    kinds = {"_utc": pa.timestamp("us", "UTC")}
    return pa.schema(
        (field.name, next((kind for end, kind in kinds.items() if field.name.endswith(end)),
                          pa.string() if pa.types.is_dictionary(field.type) else field.type))
        for field in schema
    )  # fmt: skip


def test_where_the_export_lies_is_told_to_staff_alone(two_creators: Served) -> None:
    told = two_creators.as_creator("anna").get("/api/creators/me/sessions/export/sql").text
    assert "SET VARIABLE export_folder = '/path/to/the/export';" in told
    assert "creator_id = 'anna'" in told


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({}, "format"),
        ({"format": "ods"}, "format"),
        ({"format": "csv", "column": "recording_key"}, "column"),
        ({"format": "csv", "column": ["id", "id"]}, "column"),
        ({"format": "csv", "column": "id", "table": "over_time"}, "column"),
        ({"format": "parquet", "bom": "true"}, "bom"),
        ({"format": "csv", "table": "users"}, "table"),
        ({"format": "csv", "page": "2"}, "page"),
        ({"format": "csv", "from": "yesterday"}, "from"),
    ],
)
def test_what_cannot_be_exported_is_refused_by_name(demo: Served, params: dict[str, Any], field: str) -> None:
    for method in ("GET", "POST"):
        answer = demo.as_staff().request(method, EXPORT, params=params)
        assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_who_exports_is_in_the_access_log_first(two_creators: Served) -> None:
    viewer = Viewer("analyst-9", "Ada", Role.ANALYST)
    client = two_creators.as_viewer(viewer)
    assert client.get(EXPORT, params={"format": "csv"}).status_code == 200
    entries = two_creators.as_staff().get("/api/access-log", params={"action": "exported", "account": "analyst-9"})
    assert len(entries.json()["entries"]) == 1


def test_a_byte_order_mark_is_there_where_asked_for(demo: Served) -> None:
    for bom, start in (("true", b'\xef\xbb\xbf"id"'), ("false", b'"id"')):
        with zipfile.ZipFile(io.BytesIO(export(demo.as_staff(), format="csv", bom=bom))) as archive:
            assert archive.read("sessions.csv").startswith(start)
