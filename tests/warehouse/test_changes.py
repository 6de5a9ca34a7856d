"""A snapshot carried on with what changed in its export is the one that a build from nothing makes."""

import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import warehouse.changes
from tests.exports import AS_OF, arrow_table, session, write_table
from warehouse.build import build_snapshot
from warehouse.changes import find_changes
from warehouse.contract import ExportError
from warehouse.publish import snapshots_in
from warehouse.source import open_export

Tables = dict[str, dict[str, list[dict[str, Any]]]]  # table -> file -> rows
# Of these tables all columns, but the numbers of files: those depend on what was there before.
TABLES = {
    "sessions": "EXCLUDE (file, student_file, st_file)",
    "creators": "",
    "courses": "",
    "student_teachers": "",
    "students": "",
    "all_students": "",
    "rollup": "",
    "session_marks": "",
    "user_marks": "",
    "enrollment_marks": "",
    "info": "EXCLUDE (appended)",
    "files": "EXCLUDE (number)",
}
SOURCES = """SELECT sessions.id, a.name, b.name, c.name FROM sessions JOIN files AS a ON a.number = file
    LEFT JOIN files AS b ON b.number = student_file LEFT JOIN files AS c ON c.number = st_file ORDER BY ALL"""


def first_export() -> Tables:
    people = [{"id": f"u{n}", "name": f"Name {n}"} for n in range(9)]
    courses = [{"id": f"k{n}", "title": f"Course {n}", "creator_id": f"u{n % 2}"} for n in range(4)]
    enrollments = [{"id": f"e{n}", "course_id": f"k{n % 3}", "student_id": f"u{n % 4 + 2}"} for n in range(6)]
    sessions = [a_session(n) for n in range(24)]
    heard = [
        {"session_id": f"s{n}", "assessor": assessor, "rating": n % 5 + 1, "comment": f"{assessor} {n}"}
        for n in range(0, 24, 2)
        for assessor in ("student", "st")
    ]
    return {
        "users": {"a": people[:5], "b": people[5:]},
        "courses": {"a": courses},
        "enrollments": {"a": enrollments},
        "sessions": {f"m{n}": sessions[n::4] for n in range(4)},
        "session_assessments": {f"m{n}": heard[n::3] for n in range(3)},
    }


def a_session(n: int, **changes: Any) -> dict[str, Any]:
    status = ("completed", "scheduled", "cancelled", "no_show")[n % 4]
    return session(
        n, course_id=f"k{n % 4}", enrollment_id=f"e{n % 6}" if n % 3 else None, student_id=f"u{n % 4 + 2}",
        st_id=f"u{n % 3 + 6}", status=status, **changes,
    )  # fmt: skip


def write(folder: Path, tables: Tables, hours: int = 0) -> Path:
    """Every file of the export; those that read the same as before keep their time."""
    for table, files in tables.items():
        for path in folder.glob(f"{table}/*.parquet"):
            if path.stem not in files:
                path.unlink()
        for name, rows in files.items():
            path = folder / table / f"{name}.parquet"
            before, written = (path.read_bytes(), path.stat().st_mtime) if path.exists() else (b"", 0.0)
            write_table(path, arrow_table(table, rows))
            same = path.read_bytes() == before
            when = written if same else (AS_OF + timedelta(hours=hours)).timestamp()
            os.utime(path, (when, when))
    return folder


def tables_of(snapshot: Path) -> dict[str, list[Any]]:
    """All rows of all tables, and the names of the files that each session was read from."""
    asked = {name: f"SELECT * {but} FROM {name} ORDER BY ALL" for name, but in TABLES.items()} | {"sources": SOURCES}
    with duckdb.connect(str(snapshot), read_only=True) as con:
        con.execute("SET TimeZone = 'UTC'")
        return {name: con.sql(sql).to_arrow_table().to_pylist() for name, sql in asked.items()}


def outcome(build: Callable[[], Path]) -> Any:
    """The rows of what was built, or what was said against it."""
    try:
        return tables_of(build())
    except ExportError as error:
        return sorted(map(str, error.problems))


# Changes: each is given the tables and a number to choose by, and changes them in place. Some break the contract.


def pick(rows: dict[str, list[dict[str, Any]]], n: int) -> dict[str, Any]:
    everything = [row for file in rows.values() for row in file]
    return everything[n % len(everything)] if everything else {}


def edit_notes(tables: Tables, n: int) -> None:
    pick(tables["sessions"], n)["notes"] = f"late {n}"


def move_course(tables: Tables, n: int) -> None:
    pick(tables["sessions"], n)["course_id"] = f"k{n % 5}"  # k4 is no course


def remove_session_row(tables: Tables, n: int) -> None:
    file = tables["sessions"][sorted(tables["sessions"])[n % len(tables["sessions"])]]
    if file:
        file.pop(n % len(file))


def add_session_file(tables: Tables, n: int) -> None:
    tables["sessions"][f"new{n}"] = [a_session(100 + n % 3)]  # two of the same are one too many


def give_a_session_twice(tables: Tables, n: int) -> None:
    tables["sessions"]["again"] = [dict(pick(tables["sessions"], n))]


def remove_session_file(tables: Tables, n: int) -> None:
    if len(tables["sessions"]) > 1:
        del tables["sessions"][sorted(tables["sessions"])[n % len(tables["sessions"])]]


def rate(tables: Tables, n: int) -> None:
    pick(tables["session_assessments"], n)["rating"] = n % 6 + 1  # 6 is no rating


def hear(tables: Tables, n: int) -> None:
    assessor = ("student", "st")[n % 2]
    row = {"session_id": f"s{n % 26}", "assessor": assessor, "rating": 1}
    tables["session_assessments"][f"m{n % 3}"].append(row)


def unhear(tables: Tables, n: int) -> None:
    file = tables["session_assessments"][f"m{n % 3}"]
    if file:
        file.pop(n % len(file))


def move_rows_between_files(tables: Tables, n: int) -> None:
    for name in ("sessions", "session_assessments"):
        files = sorted(tables[name])
        if tables[name][files[0]]:
            tables[name][files[-1]].append(tables[name][files[0]].pop())


def rename_user(tables: Tables, n: int) -> None:
    pick(tables["users"], n)["name"] = f"Älva {n}"


def remove_user(tables: Tables, n: int) -> None:
    tables["users"]["b"] = [row for row in tables["users"]["b"] if row["id"] != f"u{n % 9}"]


def add_user(tables: Tables, n: int) -> None:
    tables["users"]["a"].append({"id": f"w{n}", "name": f"New {n}"})


def retitle_course(tables: Tables, n: int) -> None:
    pick(tables["courses"], n)["title"] = f"Retitled {n}"


def give_course_away(tables: Tables, n: int) -> None:
    pick(tables["courses"], n)["creator_id"] = f"u{n % 10}"  # u9 is nobody


def remove_course(tables: Tables, n: int) -> None:
    tables["courses"]["a"] = [row for row in tables["courses"]["a"] if row["id"] != f"k{n % 4}"]


def remove_enrollment(tables: Tables, n: int) -> None:
    tables["enrollments"]["a"] = [row for row in tables["enrollments"]["a"] if row["id"] != f"e{n % 6}"]


CHANGES = (
    edit_notes, give_a_session_twice, move_course, remove_session_row, add_session_file, remove_session_file,
    rate, hear, unhear, move_rows_between_files, rename_user, remove_user, add_user,
    retitle_course, give_course_away, remove_course, remove_enrollment,
)  # fmt: skip
STEPS = st.lists(st.lists(st.tuples(st.sampled_from(CHANGES), st.integers(0, 999)), min_size=1, max_size=3), max_size=5)


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """Holds an export and its first snapshot."""
    build_snapshot(open_export(write(tmp_path / "export", first_export())), tmp_path / "out")
    return tmp_path


@pytest.mark.parametrize("change", CHANGES)
def test_each_change_alone_gives_the_rows_and_the_refusals_of_a_build_from_nothing(
    built: Path, change: Callable[[Tables, int], None]
) -> None:
    for n in (1, 3, 4):
        tables = first_export()
        change(tables, n)
        export = open_export(write(built / "export", tables, n))
        carried_on = outcome(partial(build_snapshot, export, built / "out"))
        assert carried_on == outcome(partial(build_snapshot, export, built / "anew", anew=True))


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(STEPS)
def test_whatever_changes_the_rows_and_the_refusals_are_those_of_a_build_from_nothing(
    tmp_path: Path, steps: list[list[tuple[Any, int]]]
) -> None:
    for folder in tmp_path.iterdir():
        shutil.rmtree(folder)
    tables = first_export()
    build_snapshot(open_export(write(tmp_path / "export", tables)), tmp_path / "out")
    for hours, step in enumerate(steps, start=1):
        for change, n in step:
            change(tables, n)
        export = open_export(write(tmp_path / "export", tables, hours * 20))
        carried_on = outcome(partial(build_snapshot, export, tmp_path / "out"))
        assert carried_on == outcome(partial(build_snapshot, export, tmp_path / "anew", anew=True))


@pytest.mark.parametrize(
    "change",
    [edit_notes, add_session_file, unhear, rename_user, add_user, retitle_course, give_course_away,
     move_rows_between_files],
)  # fmt: skip
def test_a_change_that_breaks_nothing_is_carried_on(built: Path, change: Callable[[Tables, int], None]) -> None:
    tables = first_export()
    change(tables, 1)
    stages: list[str] = []
    export = open_export(write(built / "export", tables, 1))
    build_snapshot(export, built / "out", lambda stage, _: stages.append(stage))
    assert set(stages) == {"changing", "published"}


def test_a_late_change_to_an_old_session_is_picked_up(built: Path) -> None:
    tables = first_export()
    tables["sessions"]["m0"][0]["notes"] = "late"
    published = build_snapshot(open_export(write(built / "export", tables, 1)), built / "out")
    with duckdb.connect(str(published), read_only=True) as con:
        assert con.execute("SELECT notes, count(*) FROM sessions GROUP BY ALL ORDER BY ALL").fetchall() == [
            ("late", 1),
            (None, 23),
        ]


def test_what_becomes_overdue_by_time_alone_is_picked_up(tmp_path: Path) -> None:
    first = open_export(write(tmp_path / "export", first_export(), hours=-240))
    before = tables_of(build_snapshot(first, tmp_path / "out"))["sessions"]
    os.utime(tmp_path / "export" / "courses" / "a.parquet", (AS_OF.timestamp(), AS_OF.timestamp()))
    after = tables_of(build_snapshot(open_export(tmp_path / "export"), tmp_path / "out"))["sessions"]
    assert [row["overdue"] for row in before].count(True) == 3
    assert [row["overdue"] for row in after].count(True) == 6


def test_past_a_share_of_changed_rows_everything_is_built_from_nothing(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warehouse.changes, "FEW_ROWS", 7)
    stages: dict[int, set[str]] = {}
    tables = first_export()
    for turn in range(3):
        seen = stages.setdefault(turn, set())
        tables["sessions"]["m0"][0]["notes"] = f"turn {turn}"
        export = open_export(write(built / "export", tables, turn + 1))
        build_snapshot(export, built / "out", lambda stage, _, seen=seen: seen.add(stage))  # type: ignore[misc]
    assert [("building" in seen) for seen in stages.values()] == [False, True, False]


def test_a_snapshot_of_another_layout_is_not_carried_on(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warehouse.changes, "layout_version", lambda: "another")
    assert find_changes(open_export(built / "export"), built / "out") is None


def test_a_damaged_newest_snapshot_gives_way_to_the_one_before(built: Path) -> None:
    (good,) = snapshots_in(built / "out")
    good.with_name("snapshot-29991231T000000000000Z-abc.duckdb").write_bytes(b"damaged")
    changes = find_changes(open_export(built / "export"), built / "out")
    assert changes is not None
    assert changes.base == good
