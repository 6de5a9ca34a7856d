"""What the contract check lets through."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.exports import SCHEMAS, START, all_null, arrow_table, retyped, session, write_export, write_table
from warehouse.check import check_export
from warehouse.contract import TABLES
from warehouse.source import open_export

INSTANTS = ("scheduled_start", "scheduled_end", "actual_start", "actual_end", "dispute_opened_at")


def problems_of(folder: Path) -> list[str]:
    return [str(problem) for problem in check_export(open_export(folder))]


def strings_of(table: Any, kind: Any) -> Any:
    return retyped(table, kind, *(field.name for field in table.schema if field.type == pa.string()))


def test_the_tables_of_the_tests_are_those_of_the_contract() -> None:
    assert {table.name: {column.name for column in table.columns} for table in TABLES} == {
        name: set(schema.names) for name, schema in SCHEMAS.items()
    }


def test_a_minimal_valid_export_has_no_problems(tmp_path: Path) -> None:
    assert problems_of(write_export(tmp_path)) == []


def test_an_export_without_any_rows_has_no_problems(tmp_path: Path) -> None:
    empty: dict[str, Any] = {name: [] for name in SCHEMAS}
    assert problems_of(write_export(tmp_path, **empty)) == []


def test_tables_may_be_folders_of_files_at_any_depth(tmp_path: Path) -> None:
    write_export(tmp_path, sessions=None, users=None)
    sessions, users = arrow_table("sessions"), arrow_table("users")
    write_table(tmp_path / "sessions" / "year=2026" / "month=2026-11" / "a.parquet", sessions.slice(0, 1))
    write_table(tmp_path / "sessions" / "year=2026" / "month=2026-12" / "a.parquet", sessions.slice(1))
    write_table(tmp_path / "users" / "all.parquet", users)
    (tmp_path / "sessions" / "_SUCCESS").touch()
    assert problems_of(tmp_path) == []


def test_a_hive_folder_named_like_a_column_does_not_replace_the_column(tmp_path: Path) -> None:
    write_export(tmp_path, sessions=None)
    write_table(tmp_path / "sessions" / "status=lost" / "a.parquet", arrow_table("sessions"))
    assert problems_of(tmp_path) == []


def test_columns_may_come_in_any_order_another_in_each_file(tmp_path: Path) -> None:
    write_export(tmp_path, sessions=None)
    table = arrow_table("sessions")
    write_table(tmp_path / "sessions" / "a.parquet", table.slice(0, 1).select(table.column_names[::-1]))
    write_table(tmp_path / "sessions" / "b.parquet", table.slice(1))
    assert problems_of(tmp_path) == []


def test_unknown_columns_are_ignored(tmp_path: Path) -> None:
    users = arrow_table("users")
    for name in ("colour", "filename", "source_file", "file_row_number", "value", "a'b\"c"):
        users = users.append_column(name, pa.array([1] * len(users)))
    assert problems_of(write_export(tmp_path, users=users)) == []


def test_unknown_columns_may_differ_in_type_between_files(tmp_path: Path) -> None:
    write_export(tmp_path, users=None)
    users = arrow_table("users")
    write_table(tmp_path / "users" / "a.parquet", users.slice(0, 2).append_column("x", pa.array([1, 2])))
    write_table(tmp_path / "users" / "b.parquet", users.slice(2).append_column("x", pa.array([{"y": 1}, None])))
    assert problems_of(tmp_path) == []


@pytest.mark.parametrize("kind", [pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())], ids=str)
def test_every_string_type_is_a_string(tmp_path: Path, kind: Any) -> None:
    tables = {name: strings_of(arrow_table(name), kind) for name in SCHEMAS}
    assert problems_of(write_export(tmp_path, **tables)) == []


def test_an_integer_may_have_any_width(tmp_path: Path) -> None:
    write_export(tmp_path, session_assessments=None, sessions=[session(number) for number in range(8)])
    widths = (pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64())
    for number, width in enumerate(widths):
        rated = arrow_table("session_assessments", [{"session_id": f"s{number}", "rating": 5}])
        write_table(tmp_path / "session_assessments" / f"{number}.parquet", retyped(rated, width, "rating"))
    assert problems_of(tmp_path) == []


def test_a_timestamp_may_have_any_unit_and_zone(tmp_path: Path) -> None:
    write_export(tmp_path, sessions=None)
    kinds = [("s", "UTC"), ("ms", "+05:30"), ("us", "Europe/Berlin"), ("ns", "America/New_York")]
    for number, (unit, zone) in enumerate(kinds, start=1):
        table = retyped(arrow_table("sessions", [session(number)]), pa.timestamp(unit, zone), *INSTANTS)
        write_table(tmp_path / "sessions" / f"{unit}.parquet", table)
    assert problems_of(tmp_path) == []


def test_a_column_may_differ_in_accepted_type_between_files(tmp_path: Path) -> None:
    write_export(tmp_path, sessions=None)
    table = arrow_table("sessions")
    nothing = all_null(table.slice(1), *INSTANTS[2:], "notes", "dispute_status", "enrollment_id")
    write_table(tmp_path / "sessions" / "a.parquet", retyped(table.slice(0, 1), pa.timestamp("ns", "UTC"), *INSTANTS))
    write_table(tmp_path / "sessions" / "b.parquet", nothing)
    assert problems_of(tmp_path) == []


def test_columns_that_may_be_null_may_be_so_throughout(tmp_path: Path) -> None:
    nullable = {table.name: [column.name for column in table.columns if column.null] for table in TABLES}
    tables = {name: all_null(arrow_table(name), *columns) for name, columns in nullable.items()}
    assert problems_of(write_export(tmp_path, **tables)) == []


@pytest.mark.parametrize("name", ["it's 100%20 naïve", "a[b]c", "star*{a,b}?"])
def test_the_folder_may_have_an_awkward_name(tmp_path: Path, name: str) -> None:
    assert problems_of(write_export(tmp_path / name)) == []


def test_a_session_may_end_when_it_began_but_not_be_scheduled_so(tmp_path: Path) -> None:
    sessions = [session(1, actual_start=START, actual_end=START)]
    assert problems_of(write_export(tmp_path, sessions=sessions)) == []


def test_a_reference_may_be_null_where_its_table_is_empty(tmp_path: Path) -> None:
    write_export(tmp_path, sessions=[session(1, enrollment_id=None)], enrollments=[], session_assessments=[])
    assert problems_of(tmp_path) == []
