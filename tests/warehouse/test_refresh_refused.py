"""A bad export never replaces a good snapshot, and is told of until it is repaired."""

import os
from pathlib import Path
from typing import Any

import pytest

import warehouse.builder
from tests.exports import AS_OF, arrow_table, write_export, write_table, written_at
from tests.watched import add_session, ids, warehouse_of
from warehouse.build import build_snapshot
from warehouse.refresh import NoSnapshotError, Warehouse
from warehouse.source import Export


def test_a_bad_export_never_replaces_a_good_snapshot(
    warehouse_: Warehouse, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    add_session(folder, 3, status="lost")
    warehouse_.refresh()
    assert ids(warehouse_) == ["s1", "s2"]
    assert [str(problem) for problem in warehouse_.problems] == [
        "sessions.parquet, column status: must be one of scheduled, completed, cancelled, no_show in 1 row: 'lost'"
    ]
    assert "export refused: sessions.parquet, column status" in caplog.text
    assert "the last good snapshot goes on serving" in caplog.text


def test_a_bad_export_is_checked_and_logged_once(
    warehouse_: Warehouse, folder: Path, builds: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    add_session(folder, 3, status="lost")
    for _ in range(3):
        warehouse_.refresh()
    assert len(builds) == 1
    assert caplog.text.count("export refused") == 1


def test_a_repaired_export_is_served_and_clears_the_problems(warehouse_: Warehouse, folder: Path) -> None:
    add_session(folder, 3, status="lost")
    warehouse_.refresh()
    add_session(folder, 4)
    warehouse_.refresh()
    assert (ids(warehouse_), warehouse_.problems) == (["s1", "s2", "s4"], ())


def test_an_export_put_back_as_it_was_clears_the_problems(warehouse_: Warehouse, folder: Path) -> None:
    extra = write_table(folder / "export" / "users" / "a.parquet", arrow_table("users"))
    warehouse_.refresh()
    assert [problem.file for problem in warehouse_.problems] == ["users.parquet"]
    extra.unlink()
    warehouse_.refresh()
    assert (ids(warehouse_), warehouse_.problems) == (["s1", "s2"], ())


def test_an_export_folder_that_was_away_for_a_while_clears_the_problems(warehouse_: Warehouse, folder: Path) -> None:
    export = folder / "export"
    away = export.rename(folder / "away")
    warehouse_.refresh()
    assert [problem.message for problem in warehouse_.problems] == ["no such folder"]
    away.rename(export)
    warehouse_.refresh()
    assert (ids(warehouse_), warehouse_.problems) == (["s1", "s2"], ())


def test_the_same_bad_export_is_refused_again_after_a_good_one(warehouse_: Warehouse, folder: Path) -> None:
    extra = folder / "export" / "users" / "a.parquet"
    for _ in range(2):
        write_table(extra, arrow_table("users"))
        written_at(extra.parent, AS_OF)
        warehouse_.refresh()
        assert [problem.file for problem in warehouse_.problems] == ["users.parquet"]
        extra.unlink()
        warehouse_.refresh()
        assert not warehouse_.problems


def test_a_bad_first_export_serves_nothing_and_says_why(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write_export(tmp_path / "export", users=None)
    bad = warehouse_of(tmp_path)
    bad.refresh()
    with pytest.raises(NoSnapshotError):
        bad.current()
    assert [problem.file for problem in bad.problems] == ["users.parquet"]
    assert "nothing to serve yet" in caplog.text


def test_a_failure_that_is_not_the_exports_is_tried_again(
    warehouse_: Warehouse, folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(export: object, out: Path, **more: Any) -> Path:
        raise OSError(28, "No space left on device")

    add_session(folder, 3)
    with monkeypatch.context() as patched:
        patched.setattr(warehouse.builder, "build_snapshot", full)
        warehouse_.refresh()
    assert ids(warehouse_) == ["s1", "s2"]
    assert [problem.message for problem in warehouse_.problems] == ["could not be built (No space left on device)"]
    assert "No space left" in caplog.text
    warehouse_.refresh()
    assert (ids(warehouse_), warehouse_.problems) == (["s1", "s2", "s3"], ())


def test_an_export_that_changed_while_it_was_read_is_built_at_the_next_look(
    warehouse_: Warehouse, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build(export: Export, out: Path, **more: Any) -> Path:
        os.utime(folder / "export" / "users.parquet", (2, 2))
        return build_snapshot(export, out, **more)

    add_session(folder, 3)
    with monkeypatch.context() as patched:
        patched.setattr(warehouse.builder, "build_snapshot", build)
        warehouse_.refresh()
    assert ids(warehouse_) == ["s1", "s2"]
    assert [problem.message for problem in warehouse_.problems] == ["changed while it was being read"]
    warehouse_.refresh()
    assert (ids(warehouse_), warehouse_.problems) == (["s1", "s2", "s3"], ())
