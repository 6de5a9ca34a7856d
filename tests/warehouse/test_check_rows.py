"""What the contract check says of rows that are wrong."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.exports import ROWS, START, arrow_table, session, write_export, write_table
from warehouse.check import check_export
from warehouse.contract import TABLES
from warehouse.source import open_export


@pytest.fixture(autouse=True, params=[200_000, 0], ids=["few rows", "many rows"])
def _read(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of few rows is read once for all that is asked of it, one of many for each: they are told the same."""
    monkeypatch.setattr("warehouse.row_checks.FEW_ROWS", request.param)


def problems_of(folder: Path) -> list[str]:
    return [str(problem) for problem in check_export(open_export(folder))]


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


@pytest.mark.parametrize("year", [1899, 9000, 9999])
def test_an_instant_that_no_date_can_ask_for_is_named(tmp_path: Path, year: int) -> None:
    start = datetime(year, 12, 31, 22, tzinfo=UTC)
    ends = {"actual_start": start, "actual_end": start + timedelta(minutes=9)}
    export = write_export(tmp_path, sessions=[{}, {"id": "s2", "dispute_opened_at": start, **ends}])
    outside = "not between 1900-01-01 and 9000-01-01"
    assert problems_of(export) == [
        f"sessions.parquet, column {name}: {outside} in 1 row: '{year}-12-31 22:0{minute}:00+00'"
        for name, minute in (("actual_start", 0), ("actual_end", 9), ("dispute_opened_at", 0))
    ]
