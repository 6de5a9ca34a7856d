"""What the contract check says of tables, columns and files that are wrong."""

import os
import struct
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.exports import SCHEMAS, START, all_null, arrow_table, retyped, session, write_export, write_table
from warehouse.check import check_export
from warehouse.contract import TABLES, ExportError
from warehouse.source import open_export


def problems_of(folder: Path) -> list[str]:
    return [str(problem) for problem in check_export(open_export(folder))]


def test_missing_columns_are_reported_with_their_file(tmp_path: Path) -> None:
    tables = {name: pa.table({"unknown": ["x"]}) for name in SCHEMAS}
    assert problems_of(write_export(tmp_path, **tables)) == [
        f"{table.name}.parquet, column {column.name}: missing column" for table in TABLES for column in table.columns
    ]


def test_a_column_missing_in_one_of_several_files_is_reported_for_that_file(tmp_path: Path) -> None:
    write_export(tmp_path, sessions=None)
    table = arrow_table("sessions")
    write_table(tmp_path / "sessions" / "month=2026-10" / "a.parquet", table.slice(0, 1))
    write_table(tmp_path / "sessions" / "month=2026-11" / "a.parquet", table.slice(1).drop_columns(["notes"]))
    assert problems_of(tmp_path) == ["sessions/month=2026-11/a.parquet, column notes: missing column"]


def test_wrong_types_are_reported(tmp_path: Path) -> None:
    sessions = retyped(arrow_table("sessions"), pa.string(), "scheduled_start")
    sessions = retyped(sessions, pa.int64(), "scheduled_end", "actual_start")
    sessions = retyped(sessions, pa.timestamp("ms"), "actual_end", "dispute_opened_at")
    export = write_export(
        tmp_path,
        sessions=sessions,
        users=retyped(arrow_table("users"), pa.binary(), "id"),
        session_assessments=retyped(arrow_table("session_assessments"), pa.float64(), "rating"),
    )
    assert problems_of(export) == [
        "sessions.parquet, column scheduled_start: is string, must be timestamp with a time zone",
        "sessions.parquet, column scheduled_end: is int64, must be timestamp with a time zone",
        "sessions.parquet, column actual_start: is int64, must be timestamp with a time zone",
        "sessions.parquet, column actual_end: timestamp without a time zone: its instants cannot be known",
        "sessions.parquet, column dispute_opened_at: timestamp without a time zone: its instants cannot be known",
        "users.parquet, column id: is binary, must be string",
        "session_assessments.parquet, column rating: is double, must be integer",
    ]


def test_a_column_that_must_not_be_null_may_not_have_the_null_type(tmp_path: Path) -> None:
    problems = problems_of(write_export(tmp_path, users=all_null(arrow_table("users"), "name")))
    assert problems == ["users.parquet, column name: is null, must be string"]


@pytest.mark.parametrize("second", ["id", "ID"])
def test_a_column_given_twice_is_reported(tmp_path: Path, second: str) -> None:
    users = arrow_table("users")
    doubled = pa.Table.from_arrays([users.column(1), *users.columns], names=[second, *users.column_names])
    assert problems_of(write_export(tmp_path, users=doubled)) == [
        "users.parquet, column id: given more than once, upper and lower case being the same"
    ]


def test_a_missing_table_is_reported(tmp_path: Path) -> None:
    (tmp_path / "users").mkdir()
    export = write_export(tmp_path, users=None)
    assert problems_of(export) == ["users.parquet: missing table, and no parquet files in users/ either"]


def test_a_table_given_twice_is_reported(tmp_path: Path) -> None:
    write_export(tmp_path)
    write_table(tmp_path / "users" / "a.parquet", arrow_table("users"))
    assert problems_of(tmp_path) == ["users.parquet: given twice, as a file and as the folder users/"]


def test_an_empty_folder_misses_every_table(tmp_path: Path) -> None:
    assert [problem.partition(":")[0] for problem in problems_of(tmp_path)] == [f"{name}.parquet" for name in SCHEMAS]


def test_a_missing_folder_is_an_export_error(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="nowhere: no such folder"):
        open_export(tmp_path / "nowhere")


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


@pytest.mark.parametrize(
    "spoil",
    [truncate, lambda path: path.write_bytes(b""), lambda path: path.write_text("id,name\n1,Ada\n" * 9)],
    ids=["truncated", "empty", "csv"],
)
def test_files_that_are_no_parquet_are_reported_each(tmp_path: Path, spoil: Callable[[Path], Any]) -> None:
    write_export(tmp_path, users=None)
    for name in ("a", "b", "c"):
        write_table(tmp_path / "users" / f"{name}.parquet", arrow_table("users", [{"id": name}]))
    spoil(tmp_path / "users" / "a.parquet")
    spoil(tmp_path / "users" / "c.parquet")
    assert [problem.partition(" (")[0] for problem in problems_of(tmp_path)] == [
        "users/a.parquet: not a readable parquet file",
        "users/c.parquet: not a readable parquet file",
    ]


def test_files_after_an_unreadable_one_are_still_checked_for_their_columns(tmp_path: Path) -> None:
    write_export(tmp_path, users=None)
    (tmp_path / "users").mkdir()
    (tmp_path / "users" / "a.parquet").write_bytes(b"PAR1")
    write_table(tmp_path / "users" / "b.parquet", arrow_table("users").drop_columns(["name"]))
    first, second = problems_of(tmp_path)
    assert first.startswith("users/a.parquet: not a readable parquet file")
    assert second == "users/b.parquet, column name: missing column"


def test_a_column_with_damaged_pages_is_reported_and_the_rest_checked(tmp_path: Path) -> None:
    export = write_export(tmp_path, courses=[{}, {"id": "k2"}, {"id": "k2"}])
    path = export / "courses.parquet"
    chunk = pq.read_metadata(path).row_group(0).column(2)
    content = bytearray(path.read_bytes())
    start = chunk.dictionary_page_offset or chunk.data_page_offset
    content[start : start + chunk.total_compressed_size] = b"\xff" * chunk.total_compressed_size
    path.write_bytes(content)
    first, second = problems_of(export)
    assert first.startswith("courses.parquet, column creator_id: cannot be read: ")
    assert second == "courses.parquet, column id: not unique in 2 rows: 'k2'"


def test_text_that_is_not_utf8_is_reported_without_its_text_in_the_summary(tmp_path: Path) -> None:
    body = b"secret\xff"
    names = pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(struct.pack("<2i", 0, 7)), pa.py_buffer(body)])
    users = arrow_table("users", [{"id": "u8"}]).set_column(1, "name", names)
    write_export(tmp_path, users=None)
    write_table(tmp_path / "users" / "a.parquet", arrow_table("users"))
    write_table(tmp_path / "users" / "b.parquet", users)
    (problem,) = check_export(open_export(tmp_path))
    assert (problem.file, problem.column) == ("users/b.parquet", "name")
    assert problem.summary() == "users/b.parquet, column name: cannot be read"


def test_all_errors_of_an_export_are_reported_together_in_table_order(tmp_path: Path) -> None:
    sessions = [
        session(1, status="lost", st_id="t9"),
        session(1, scheduled_end=START - timedelta(days=1), dispute_status="shut"),
    ]
    write_export(
        tmp_path,
        sessions=sessions,
        users=arrow_table("users").drop_columns(["avatar"]),
        courses=retyped(arrow_table("courses"), pa.binary(), "title"),
        enrollments=None,
        session_assessments=[{"rating": 9, "comment": "x"}, {"rating": 7, "assessor": None}],
    )
    found = {(problem.file, problem.column, problem.message) for problem in check_export(open_export(tmp_path))}
    assert found == {
        ("enrollments.parquet", None, "missing table, and no parquet files in enrollments/ either"),
        ("users.parquet", "avatar", "missing column"),
        ("courses.parquet", "title", "is binary, must be string"),
        ("sessions.parquet", "status", "must be one of scheduled, completed, cancelled, no_show"),
        ("sessions.parquet", "dispute_status", "must be one of open, under_review, resolved, rejected"),
        ("sessions.parquet", "st_id", "refers to no users.id"),
        ("sessions.parquet", "scheduled_end", "not after scheduled_start"),
        ("sessions.parquet", "id", "not unique"),
        ("session_assessments.parquet", "rating", "not between 1 and 5"),
        ("session_assessments.parquet", "assessor", "null"),
    }


def test_one_file_with_a_bad_column_does_not_hide_bad_rows_in_its_other_columns(tmp_path: Path) -> None:
    write_export(tmp_path, sessions=None)
    good, bad = arrow_table("sessions", [{}]), arrow_table("sessions", [session(2, status="lost")])
    write_table(tmp_path / "sessions" / "a.parquet", retyped(good, pa.timestamp("us"), "scheduled_end"))
    write_table(tmp_path / "sessions" / "b.parquet", bad)
    assert [problem.partition(" in 1 row")[0] for problem in problems_of(tmp_path)] == [
        "sessions/a.parquet, column scheduled_end: timestamp without a time zone: its instants cannot be known",
        "sessions/b.parquet, column status: must be one of scheduled, completed, cancelled, no_show",
    ]


@pytest.mark.parametrize("name", ["file_index", "FILE_INDEX", "__source_file"])
def test_a_further_column_that_would_hide_whose_file_a_row_is_from_is_named(tmp_path: Path, name: str) -> None:
    users = arrow_table("users")
    write_export(tmp_path, users=users.append_column(name, pa.array([0] * len(users))))
    assert problems_of(tmp_path) == [
        f"users.parquet, column {name}: is a name that reading the files needs: call it otherwise"
    ]
