"""What a snapshot holds, compared with a join written anew in Python."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.exports import AS_OF, START, session, write_export
from warehouse.build import build_snapshot
from warehouse.publish import layout_version
from warehouse.snapshot import Snapshot
from warehouse.source import open_export

AWKWARD_NAMES = (
    "Robert'); DROP TABLE users;--",
    '"quoted", and, commas',
    "José Ñandú-Łukasz Ærø",
    "משה  کریم",
    "👩🏽‍🏫 emoji",
    "<b>bold</b> & <script>alert(1)</script>",
    "line\nbreak\ttab",
    "",
    "$id {figures} %s",
    "x" * 5000,
)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def rows_of_a_busy_export() -> dict[str, list[dict[str, Any]]]:
    people = [{"id": f"p{n}", "name": name, "avatar": f"https://a/{n}" if n % 2 else None}
              for n, name in enumerate(AWKWARD_NAMES)]  # fmt: skip
    courses = [{"id": f"k{n}", "title": f"Course {name[:20]}", "creator_id": f"p{n % 3}"}
               for n, name in enumerate(AWKWARD_NAMES)]  # fmt: skip
    enrollments = [{"id": f"e{n}", "course_id": f"k{n}", "student_id": f"p{n}"} for n in range(10)]
    sessions, assessments = [], []
    for n in range(60):
        start = START + (n * 37 % 50) * DAY
        lasted = None if n % 4 == 3 else (n * 7 % 200) * MINUTE + timedelta(microseconds=n)
        row = session(
            n,
            scheduled_start=start,
            scheduled_end=start + (30 + n) * MINUTE,
            actual_start=start + MINUTE if lasted is not None else None,
            actual_end=start + MINUTE + lasted if lasted is not None else None,
            status=("completed", "completed", "scheduled", "cancelled", "no_show")[n % 5],
            course_id=f"k{n % 10}",
            enrollment_id=f"e{n % 10}" if n % 3 else None,
            student_id=f"p{n % 10}",
            st_id=f"p{n % 7}",
            notes=AWKWARD_NAMES[n % 10] if n % 2 else None,
            recording_key=f"r/{n}.mp4" if n % 3 == 0 else None,
            dispute_status=("open", "under_review", "resolved", "rejected", None)[n // 2 % 5],
            dispute_reason="why" if n % 2 else None,
            dispute_opened_at=start + DAY if n % 2 else None,
        )
        sessions.append(row)
        for assessor in ("student", "st"):
            if (n + len(assessor)) % 3:
                assessments.append(
                    {"session_id": row["id"], "assessor": assessor, "rating": n % 5 + 1 if n % 4 else None,
                     "comment": AWKWARD_NAMES[n % 10] if n % 5 else None, "created_at": start + DAY}
                )  # fmt: skip
    return {
        "users": people,
        "courses": courses,
        "enrollments": enrollments,
        "sessions": sessions,
        "session_assessments": assessments,
    }


def joined(rows: dict[str, list[dict[str, Any]]], as_of: datetime) -> list[dict[str, Any]]:
    """The rows of a snapshot by the words of the contract and of the definitions."""
    users = {row["id"]: row for row in rows["users"]}
    courses = {row["id"]: row for row in rows["courses"]}
    given = {(row["session_id"], row["assessor"]): row for row in rows["session_assessments"]}
    expected = []
    for row in rows["sessions"]:
        course, by_student, by_st = (
            courses[row["course_id"]],
            given.get((row["id"], "student")),
            given.get((row["id"], "st")),
        )
        scheduled = row["scheduled_end"] - row["scheduled_start"]
        lasted = row["actual_end"] - row["actual_start"] if row["actual_start"] else None
        completed = row["status"] == "completed"
        implausible = completed and lasted is not None and (lasted > timedelta(hours=12) or lasted > 3 * scheduled)
        rating = by_student["rating"] if by_student else None
        expected.append(
            {name: row[name] for name in row if name != "id"}
            | {
                "id": row["id"],
                "creator_id": course["creator_id"],
                "creator_name": users[course["creator_id"]]["name"],
                "course_title": course["title"],
                "student_name": users[row["student_id"]]["name"],
                "student_avatar": users[row["student_id"]]["avatar"],
                "st_name": users[row["st_id"]]["name"],
                "st_avatar": users[row["st_id"]]["avatar"],
                "actual_minutes": lasted / MINUTE if lasted is not None else None,
                "scheduled_minutes": scheduled / MINUTE,
                "rating": rating,
                "counted_rating": rating if completed else None,
                "timed_minutes": lasted / MINUTE if completed and lasted is not None and not implausible else None,
                "implausible_duration": implausible,
                "overdue": row["status"] == "scheduled" and as_of - row["scheduled_end"] > timedelta(hours=24),
                "has_recording": row["recording_key"] is not None,
                "has_student_feedback": by_student is not None,
                "student_comment": by_student["comment"] if by_student else None,
                "has_st_feedback": by_st is not None,
                "st_rating": by_st["rating"] if by_st else None,
                "st_comment": by_st["comment"] if by_st else None,
            }
        )
    return sorted(expected, key=lambda row: (row["creator_id"], row["scheduled_start"], row["id"]))


def records(snapshot: Path, table: str, order: str = "") -> list[dict[str, Any]]:
    """The rows of a table as they lie in the file, or in an order; without the numbers of the files they came from."""
    with duckdb.connect(snapshot, read_only=True) as con:
        con.execute("SET TimeZone = 'UTC'")
        con.execute("SET threads = 1")
        found = (
            con.sql(f"SELECT COLUMNS(lambda name: name NOT LIKE '%file') FROM {table} {order}")
            .to_arrow_table()
            .to_pylist()
        )
    return [
        {key: value.astimezone(UTC) if isinstance(value, datetime) else value for key, value in row.items()}
        for row in found
    ]


@pytest.fixture(scope="module")
def rows() -> dict[str, list[dict[str, Any]]]:
    return rows_of_a_busy_export()


@pytest.fixture(scope="module")
def built(rows: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    return build_snapshot(open_export(write_export(folder / "export", **rows)), folder / "it's [out]")


def test_a_snapshot_holds_the_same_rows_as_an_independent_join_in_the_same_order(
    built: Path, rows: dict[str, Any]
) -> None:
    found = records(built, "sessions")
    for row in found:
        del row["student_search"]
    assert found == joined(rows, AS_OF)


def test_the_option_tables_count_sessions_of_all_time(built: Path, rows: dict[str, Any]) -> None:
    sessions = joined(rows, AS_OF)

    def counted(*names: str) -> dict[tuple[str, ...], int]:
        keys = [tuple(row[name] for name in names) for row in sessions]
        return {key: keys.count(key) for key in keys}

    def listed(table: str, *names: str) -> dict[tuple[str, ...], int]:
        return {tuple(row[name] for name in names): row["sessions"] for row in records(built, table)}

    assert listed("creators", "id", "name") == counted("creator_id", "creator_name")
    assert listed("courses", "creator_id", "id", "title") == counted("creator_id", "course_id", "course_title")
    by_st = counted("creator_id", "st_id", "st_name", "st_avatar")
    assert listed("student_teachers", "creator_id", "id", "name", "avatar") == by_st
    by_student = counted("creator_id", "student_id", "student_name", "student_avatar")
    assert listed("students", "creator_id", "id", "name", "avatar") == by_student


def test_courses_and_creators_without_sessions_are_listed_with_none(tmp_path: Path) -> None:
    out = build_snapshot(open_export(write_export(tmp_path / "export")), tmp_path / "out")
    assert {row["id"]: row["sessions"] for row in records(out, "courses")} == {"k1": 2, "k2": 0}
    assert {row["id"]: row["sessions"] for row in records(out, "creators")} == {"c1": 2, "c2": 0}


def test_a_snapshot_says_what_it_was_built_from(built: Path) -> None:
    info = Snapshot(built).info
    export = open_export(built.parent.parent / "export")
    assert (info.layout, info.fingerprint, info.data_as_of) == (layout_version(), export.fingerprint, AS_OF)
    assert (info.sessions, info.last_start) == (60, START + 49 * DAY)


def test_an_export_without_sessions_is_published_with_none(tmp_path: Path) -> None:
    export = write_export(tmp_path / "export", sessions=[], session_assessments=[])
    info = Snapshot(build_snapshot(open_export(export), tmp_path / "out")).info
    assert (info.sessions, info.last_start) == (0, None)
