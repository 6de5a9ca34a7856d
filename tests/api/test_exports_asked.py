"""What may be exported by whom: columns, tables, the SQL beside them, and what is refused."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from auth.viewer import Role, Viewer
from tests.api.exporting import EXPORT, FILTERS, FORMATS, ZONE, export, listed
from tests.conftest import NOW, Served, served
from tests.exports import arrow_table, write_export, write_table
from tests.readback import (
    by_arrow,
)


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
    assert _run(script) == listed(demo.as_staff(), **params)


@pytest.mark.parametrize("sealed", [False, True], ids=["all files there", "files a manifest names"])
def test_the_sql_reads_the_files_that_are_the_export_wherever_they_are_now(tmp_path: Path, sealed: bool) -> None:
    place, later = tmp_path / "export", tmp_path / "elsewhere"
    write_export(place, as_of=NOW)
    (place / "sessions").mkdir()
    (place / "sessions.parquet").rename(place / "sessions" / "new.parquet")
    if sealed:
        files = [{"name": name, "size": (place / name).stat().st_size} for name in _names(place)]
        (place / "manifest.json").write_text(json.dumps({"files": files, "written_at": NOW.isoformat()}))
        write_table(place / "sessions" / "old.parquet", arrow_table("sessions", [{"status": "cancelled"}]))
    with served(tmp_path / "data", NOW, export=str(place)) as app:
        place.rename(later)
        for client, address in ((app.as_staff(), EXPORT), (app.as_creator("c1"), EXPORT.replace("all", "me"))):
            script = client.get(f"{address}/sql", params={"tz": ZONE}).text
            assert "new.parquet" not in script  # a name may tell of another's rows
            found = _run(script.replace(str(place), str(later)).replace("/path/to/the/export", str(later)))
            assert found == listed(client, address.removesuffix("/export"))
            assert [row["status"] for row in found] == ["scheduled", "completed"]


def _names(export: Path) -> list[str]:
    return [path.relative_to(export).as_posix() for path in export.rglob("*.parquet")]


def _run(script: str) -> list[dict[str, Any]]:
    with duckdb.connect() as con:
        settings, _, query = script.partition("WITH sessions")
        con.execute(settings)
        rows = con.sql(f"WITH sessions{query}").to_arrow_table()
    found: list[dict[str, Any]] = rows.cast(_with_utc(rows.schema)).to_pylist()
    return found


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
