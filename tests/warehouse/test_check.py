"""The contract check: what it lets through, and what it says of each thing that is wrong."""

import os
import struct
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.exports import ROWS, SCHEMAS, START, arrow_table, session, write_export, write_table
from warehouse.check import check_export
from warehouse.contract import TABLES, ExportError
from warehouse.source import open_export

INSTANTS = ("scheduled_start", "scheduled_end", "actual_start", "actual_end", "dispute_opened_at")


def problems_of(folder: Path) -> list[str]:
    return [str(problem) for problem in check_export(open_export(folder))]


def retyped(table: Any, kind: Any, *columns: str) -> Any:
    for name in columns:
        at = table.schema.get_field_index(name)
        table = table.set_column(at, name, table.column(name).cast(kind))
    return table


def all_null(table: Any, *columns: str) -> Any:
    for name in columns:
        table = table.set_column(table.schema.get_field_index(name), name, pa.nulls(len(table)))
    return table


def strings_of(table: Any, kind: Any) -> Any:
    return retyped(table, kind, *(field.name for field in table.schema if field.type == pa.string()))


# What is let through


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


# Rows that are wrong


NOT_A_STATUS = "must be one of scheduled, completed, cancelled, no_show"
BOTH_OR_NEITHER = "actual_start and actual_end must be given both or neither"


def test_session_rows_that_break_a_rule_are_shown_with_their_values(tmp_path: Path) -> None:
    second = timedelta(seconds=1)
    wrong: list[dict[str, Any]] = [
        {"status": "lost"},
        {"status": "Completed"},
        {"dispute_status": ""},
        {"course_id": "k9"},
        {"enrollment_id": "e9"},
        {"student_id": "u9"},
        {"st_id": "T1"},
        {"scheduled_start": START, "scheduled_end": START},
        {"scheduled_start": START, "scheduled_end": START - timedelta(microseconds=1)},
        {"actual_start": START + second},
        {"actual_end": START + second},
        {"actual_start": START, "actual_end": START - second},
    ]
    sessions = [{}, *(session(number, **change) for number, change in enumerate(wrong, start=2))]
    assert problems_of(write_export(tmp_path, sessions=sessions)) == [
        f"sessions.parquet, column {rest}"
        for rest in (
            "course_id: refers to no courses.id in 1 row: 'k9'",
            "enrollment_id: refers to no enrollments.id in 1 row: 'e9'",
            "student_id: refers to no users.id in 1 row: 'u9'",
            "st_id: refers to no users.id in 1 row: 'T1'",
            f"status: {NOT_A_STATUS} in 2 rows: 'Completed', 'lost'",
            "dispute_status: must be one of open, under_review, resolved, rejected in 1 row: ''",
            "scheduled_end: not after scheduled_start in 2 rows: "
            "'2026-11-02 08:59:59.999999+00', '2026-11-02 09:00:00+00'",
            f"actual_end: {BOTH_OR_NEITHER} in 2 rows: '2026-11-02 09:00:01+00', 'null'",
            "actual_end: before actual_start in 1 row: '2026-11-02 08:59:59+00'",
        )
    ]


def test_rows_of_the_other_tables_that_break_a_rule_are_shown_with_their_values(tmp_path: Path) -> None:
    export = write_export(
        tmp_path,
        courses=[{}, {"id": "k2", "creator_id": "c9"}],
        enrollments=[{}, {"id": "e2", "course_id": "k9"}, {"id": "e3", "student_id": "u9"}],
        session_assessments=[
            {"session_id": "s9"},
            {"assessor": "teacher"},
            *({"session_id": "s2", "assessor": f"x{rating}", "rating": rating} for rating in (0, 6, -128, 1, 5)),
        ],
    )
    assert problems_of(export) == [
        "courses.parquet, column creator_id: refers to no users.id in 1 row: 'c9'",
        "enrollments.parquet, column course_id: refers to no courses.id in 1 row: 'k9'",
        "enrollments.parquet, column student_id: refers to no users.id in 1 row: 'u9'",
        "session_assessments.parquet, column session_id: refers to no sessions.id in 1 row: 's9'",
        "session_assessments.parquet, column assessor: must be one of student, st in 6 rows: "
        "'teacher', 'x-128', 'x0', 'x1', 'x5'",
        "session_assessments.parquet, column rating: not between 1 and 5 in 3 rows: '-128', '0', '6'",
    ]


def test_a_null_where_none_may_be_is_reported(tmp_path: Path) -> None:
    required = {table.name: [column.name for column in table.columns if not column.null] for table in TABLES}
    tables: dict[str, Any] = {
        name: [*ROWS[name], *({**key_of(name, number), column: None} for number, column in enumerate(columns))]
        for name, columns in required.items()
    }
    assert problems_of(write_export(tmp_path, **tables)) == [
        f"{name}.parquet, column {column}: null in 1 row: 'null'"
        for name, columns in required.items()
        for column in columns
    ]


def key_of(table: str, number: int) -> dict[str, Any]:
    if table == "session_assessments":
        return {"session_id": "s2", "assessor": ("student", "st")[number % 2]}
    return {"id": f"new{number}"}


def test_an_id_given_twice_in_a_file_is_reported(tmp_path: Path) -> None:
    ids = {"sessions": "s1", "users": "u1", "courses": "k1", "enrollments": "e1"}
    tables: dict[str, Any] = {name: [*ROWS[name], ROWS[name][0]] for name in ids}
    assert problems_of(write_export(tmp_path, **tables)) == [
        f"{name}.parquet, column id: not unique in 2 rows: '{id_}'" for name, id_ in ids.items()
    ]


def test_an_id_given_in_two_files_is_reported_for_each(tmp_path: Path) -> None:
    write_export(tmp_path, users=None)
    write_table(tmp_path / "users" / "a.parquet", arrow_table("users"))
    write_table(tmp_path / "users" / "b.parquet", arrow_table("users", [{"id": "t1", "name": "Another"}]))
    assert problems_of(tmp_path) == [
        "users/a.parquet, column id: not unique in 1 row: 't1'",
        "users/b.parquet, column id: not unique in 1 row: 't1'",
    ]


def test_a_second_assessment_by_the_same_assessor_is_reported(tmp_path: Path) -> None:
    twice = [{"rating": 1}, {"rating": 2}, {"assessor": "st"}, {"session_id": "s2"}]
    assert problems_of(write_export(tmp_path, session_assessments=twice)) == [
        "session_assessments.parquet, column session_id, assessor: not unique in 2 rows: 's1 / student'"
    ]


def test_a_rating_too_large_for_any_signed_integer_is_reported(tmp_path: Path) -> None:
    rated = arrow_table("session_assessments")
    huge = rated.set_column(2, "rating", pa.array([2**64 - 1, 5], pa.uint64()))
    assert problems_of(write_export(tmp_path, session_assessments=huge)) == [
        "session_assessments.parquet, column rating: not between 1 and 5 in 1 row: '18446744073709551615'"
    ]


def test_five_offending_values_are_shown_and_all_rows_counted(tmp_path: Path) -> None:
    sessions = [session(number, course_id=f"x{number % 8}") for number in range(16)]
    assert problems_of(write_export(tmp_path, sessions=sessions, session_assessments=[])) == [
        "sessions.parquet, column course_id: refers to no courses.id in 16 rows: 'x0', 'x1', 'x2', 'x3', 'x4'"
    ]


def test_offending_instants_are_shown_in_utc_wherever_the_check_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    (problem,) = problems_of(write_export(tmp_path, sessions=[{}, session(2, scheduled_end=START)]))
    assert problem.endswith("'2026-11-02 09:00:00+00'")


# Columns, types and files that are wrong


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


def test_a_bucket_is_an_export_error_that_says_so() -> None:
    with pytest.raises(ExportError, match="not from s3://"):
        open_export("s3://bucket/prefix")


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
