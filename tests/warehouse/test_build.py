"""What a snapshot holds, compared with a join and definitions written anew in Python; and how it is published."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import pytest

import warehouse.build
from tests.exports import AS_OF, START, arrow_table, session, write_export, write_table
from warehouse.build import build_snapshot, layout_version, remove_old_snapshots
from warehouse.contract import ExportError
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
    """The rows of a table as they lie in the file, or in an order."""
    with duckdb.connect(snapshot, read_only=True) as con:
        con.execute("SET TimeZone = 'UTC'")
        con.execute("SET threads = 1")
        found = con.sql(f"FROM {table} {order}").to_arrow_table().to_pylist()
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


# What a snapshot holds


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


@pytest.fixture(scope="module")
def boundaries(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Sessions at and just past each boundary, by id."""
    tick = timedelta(microseconds=1)

    def lasting(actual: timedelta, scheduled: timedelta, **more: Any) -> dict[str, Any]:
        return {
            "scheduled_start": START, "scheduled_end": START + scheduled,
            "actual_start": START, "actual_end": START + actual, **more,
        }  # fmt: skip

    def ended(before: timedelta, status: str) -> dict[str, Any]:
        return {"scheduled_start": AS_OF - 30 * DAY, "scheduled_end": AS_OF - before, "status": status}

    hours = timedelta(hours=1)
    cases = {
        "12h": lasting(12 * hours, 6 * hours),
        "over12h": lasting(12 * hours + tick, 6 * hours),
        "3x": lasting(180 * MINUTE, 60 * MINUTE),
        "over3x": lasting(180 * MINUTE + tick, 60 * MINUTE),
        "zero": lasting(timedelta(), 60 * MINUTE),
        "over3x-no_show": lasting(300 * MINUTE, 60 * MINUTE, status="no_show"),
        "24h": ended(DAY, "scheduled"),
        "over24h": ended(DAY + tick, "scheduled"),
        "over24h-completed": ended(2 * DAY, "completed"),
        "upcoming": ended(-DAY, "scheduled"),
        **{f"odd{n}": lasting(3 * timedelta(seconds=n), timedelta(seconds=n)) for n in range(1, 400)},
    }
    folder = tmp_path_factory.mktemp("boundaries")
    sessions = [{"id": id_, **case} for id_, case in cases.items()]
    assessed = [{"session_id": id_, "rating": 2} for id_ in ("12h", "over3x-no_show", "upcoming")]
    export = write_export(folder / "export", sessions=sessions, session_assessments=assessed)
    return {row["id"]: row for row in records(build_snapshot(open_export(export), folder / "out"), "sessions")}


@pytest.mark.parametrize(
    ("id_", "implausible", "timed"),
    [
        ("12h", False, 720),
        ("over12h", True, None),
        ("3x", False, 180),
        ("over3x", True, None),
        ("zero", False, 0),
        ("over3x-no_show", False, None),
        ("over24h-completed", False, None),
    ],
)
def test_a_duration_counts_up_to_12_hours_and_three_times_the_scheduled_length(
    boundaries: dict[str, dict[str, Any]], id_: str, implausible: bool, timed: float | None
) -> None:
    row = boundaries[id_]
    assert (row["implausible_duration"], row["timed_minutes"]) == (implausible, timed)


def test_exactly_three_times_an_odd_length_is_not_implausible_for_a_rounding_error(
    boundaries: dict[str, dict[str, Any]],
) -> None:
    odd = [row for id_, row in boundaries.items() if id_.startswith("odd")]
    assert len(odd) == 399
    assert [row["id"] for row in odd if row["implausible_duration"]] == []
    assert all(row["timed_minutes"] == pytest.approx(float(Fraction(3 * int(row["id"][3:]), 60))) for row in odd)


@pytest.mark.parametrize(
    ("id_", "overdue"), [("24h", False), ("over24h", True), ("over24h-completed", False), ("upcoming", False)]
)
def test_a_scheduled_session_is_overdue_when_it_ended_more_than_24_hours_before_the_data(
    boundaries: dict[str, dict[str, Any]], id_: str, overdue: bool
) -> None:
    assert boundaries[id_]["overdue"] is overdue


@pytest.mark.parametrize(("id_", "counted"), [("12h", 2), ("over3x-no_show", None), ("upcoming", None), ("3x", None)])
def test_a_rating_counts_on_completed_sessions_only(
    boundaries: dict[str, dict[str, Any]], id_: str, counted: int | None
) -> None:
    assert boundaries[id_]["counted_rating"] == counted


# How it is published


def test_only_the_snapshot_is_left_in_the_folder(built: Path) -> None:
    assert list(built.parent.iterdir()) == [built]


def test_a_failure_while_building_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    export, out = open_export(write_export(tmp_path / "export")), tmp_path / "out"
    published = build_snapshot(export, out)
    monkeypatch.setattr(warehouse.build, "MEMORY_LIMIT", "1KB")
    with pytest.raises(duckdb.Error):
        build_snapshot(export, out)
    assert list(out.iterdir()) == [published]


def test_a_refused_export_leaves_nothing_behind(tmp_path: Path) -> None:
    export = open_export(write_export(tmp_path / "export", users=[{}]))
    with pytest.raises(ExportError):
        build_snapshot(export, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("changed", ["rewritten", "added", "removed"])
def test_an_export_that_changes_while_it_is_read_is_not_published(tmp_path: Path, changed: str) -> None:
    folder = write_export(tmp_path / "export", users=None)
    users = arrow_table("users")
    write_table(folder / "users" / "a.parquet", users)
    write_table(folder / "users" / "b.parquet", users.slice(0, 0))

    def change(stage: str, fraction: float) -> None:
        if stage == "building" and fraction == 1:
            if changed == "rewritten":
                os.utime(folder / "users" / "a.parquet", (1, 1))
            elif changed == "added":
                write_table(folder / "users" / "c.parquet", users.slice(0, 0))
            else:
                (folder / "users" / "b.parquet").unlink()

    with pytest.raises(ExportError, match="changed while it was being read"):
        build_snapshot(open_export(folder), tmp_path / "out", change)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_build_that_is_killed_publishes_nothing(tmp_path: Path) -> None:
    export, out = write_export(tmp_path / "export"), tmp_path / "out"
    program = (
        "import os, sys; from warehouse.build import *\n"
        "def die(stage, fraction):\n"
        "    if stage == 'building' and fraction == 1: os.kill(os.getpid(), 9)\n"
        "build_snapshot(open_export(sys.argv[1]), Path(sys.argv[2]), die)"
    )
    done = subprocess.run([sys.executable, "-c", program, export, out], capture_output=True, check=False)
    assert done.returncode == -9, done.stderr
    assert {path.suffix for path in out.iterdir()} >= {".duckdb"}
    assert list(out.glob("snapshot-*")) == []


@pytest.mark.parametrize("change", ["size", "time", "name", "table"])
def test_the_fingerprint_changes_with_any_change_of_the_files(tmp_path: Path, change: str) -> None:
    folder = write_export(tmp_path)
    before = open_export(folder).fingerprint
    users = folder / "users.parquet"
    if change == "size":
        times = users.stat()
        write_table(users, arrow_table("users", [{"name": "Another"}]))
        os.utime(users, ns=(times.st_atime_ns, times.st_mtime_ns))
    elif change == "time":
        os.utime(users, ns=(0, users.stat().st_mtime_ns + 1))
    else:
        (folder / "users").mkdir()
        users.rename(folder / "users" / "users.parquet")
        if change == "table":
            write_table(folder / "users" / "zero.parquet", arrow_table("users", []))
    assert open_export(folder).fingerprint != before


def test_as_of_is_when_the_newest_file_was_written(tmp_path: Path) -> None:
    folder = write_export(tmp_path)
    newest = AS_OF + timedelta(hours=3)
    os.utime(folder / "courses.parquet", (newest.timestamp(), newest.timestamp()))
    assert open_export(folder).as_of == newest


def test_all_but_the_newest_snapshots_are_removed(tmp_path: Path) -> None:
    names = [f"snapshot-2026110{day}T000000000000Z-abc.duckdb" for day in (4, 1, 3, 2)]
    for name in (*names, "kept.duckdb", ".building-1.duckdb"):
        (tmp_path / name).touch()
    remove_old_snapshots(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {names[0], names[2], "kept.duckdb", ".building-1.duckdb"}
