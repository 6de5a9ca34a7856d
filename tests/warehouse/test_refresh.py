"""What serves, and what becomes of it when the export changes for better or worse."""

import logging
import os
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import warehouse.refresh
from tests.exports import AS_OF, arrow_table, session, write_export, write_table, written_at
from tests.serving import wait_for
from warehouse.build import build_snapshot
from warehouse.refresh import NoSnapshotError, Warehouse
from warehouse.source import LocalExport

SESSION_IDS = "SELECT id FROM snapshot.sessions ORDER BY id"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A valid export and its first snapshot, to be copied."""
    folder = tmp_path_factory.mktemp("prepared")
    write_export(folder / "export")
    Warehouse(str(folder / "export"), folder / "snapshots").refresh()
    return folder


@pytest.fixture
def folder(prepared: Path, tmp_path: Path) -> Path:
    """Holds an export in export/ and its snapshot in snapshots/."""
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture
def warehouse_(folder: Path) -> Warehouse:
    """Serves the first snapshot; the export is looked at when a test says so."""
    made = warehouse_of(folder)
    made.refresh()
    assert ids(made) == ["s1", "s2"]
    return made


def warehouse_of(folder: Path) -> Warehouse:
    return Warehouse(str(folder / "export"), folder / "snapshots", refresh_seconds=0.02)


def ids(warehouse: Warehouse) -> list[str]:
    return [row[0] for row in warehouse.current().query(SESSION_IDS)]


def snapshots(folder: Path) -> list[Path]:
    return sorted((folder / "snapshots").glob("snapshot-*"))


def add_session(folder: Path, number: int, status: str = "completed") -> None:
    rows = [session(1), session(2), session(number, status=status)]
    write_table(folder / "export" / "sessions.parquet", arrow_table("sessions", rows))


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The fingerprints that were built, in order."""
    seen: list[str] = []

    def build(export: LocalExport, out: Path) -> Path:
        seen.append(export.fingerprint)
        return build_snapshot(export, out)

    monkeypatch.setattr(warehouse.refresh, "build_snapshot", build)
    return seen


# Starting


def test_nothing_can_be_asked_before_the_first_snapshot(tmp_path: Path) -> None:
    with pytest.raises(NoSnapshotError):
        warehouse_of(tmp_path).current()


def test_an_export_is_served_after_the_start(tmp_path: Path) -> None:
    write_export(tmp_path / "export")
    started = warehouse_of(tmp_path)
    started.start()
    wait_for(lambda: bool(snapshots(tmp_path)))
    started.stop()
    assert (ids(started), started.problems) == (["s1", "s2"], ())


def test_an_export_without_sessions_is_served(tmp_path: Path) -> None:
    write_export(tmp_path / "export", sessions=[], session_assessments=[])
    empty = warehouse_of(tmp_path)
    empty.refresh()
    assert (ids(empty), empty.problems) == ([], ())


def test_a_snapshot_that_is_there_serves_at_once_and_is_not_built_again(folder: Path, builds: list[str]) -> None:
    before = snapshots(folder)
    restarted = warehouse_of(folder)
    restarted.start()
    assert ids(restarted) == ["s1", "s2"]
    restarted.stop()
    assert (builds, snapshots(folder)) == ([], before)


def test_a_snapshot_serves_from_the_start_though_its_export_has_gone(folder: Path) -> None:
    shutil.rmtree(folder / "export")
    restarted = warehouse_of(folder)
    restarted.start()
    assert ids(restarted) == ["s1", "s2"]
    wait_for(lambda: bool(restarted.problems))
    restarted.stop()
    assert [problem.message for problem in restarted.problems] == ["no such folder"]


def test_a_file_left_by_a_build_that_died_is_never_served(folder: Path) -> None:
    (published,) = snapshots(folder)
    published.rename(folder / "snapshots" / ".building-99.duckdb")
    died = warehouse_of(folder)
    shutil.rmtree(folder / "export")
    died.start()
    died.stop()
    with pytest.raises(NoSnapshotError):
        died.current()


# Changes


def test_a_changed_export_is_picked_up(warehouse_: Warehouse, folder: Path) -> None:
    add_session(folder, 3)
    assert ids(warehouse_) == ["s1", "s2"]
    warehouse_.refresh()
    assert ids(warehouse_) == ["s1", "s2", "s3"]


def test_a_changed_export_is_picked_up_by_the_watch_alone(folder: Path) -> None:
    watching = warehouse_of(folder)
    watching.start()
    add_session(folder, 3)
    wait_for(lambda: ids(watching) == ["s1", "s2", "s3"])
    watching.stop()


def test_an_unchanged_export_is_not_built_again(warehouse_: Warehouse, builds: list[str]) -> None:
    warehouse_.refresh()
    assert builds == []


def test_a_snapshot_being_read_stays_readable_after_it_was_removed(warehouse_: Warehouse, folder: Path) -> None:
    (first,) = snapshots(folder)
    held = warehouse_.current()
    for number in (3, 4):
        add_session(folder, number)
        warehouse_.refresh()
    assert first not in snapshots(folder)
    assert len(snapshots(folder)) == 2
    assert held.query(SESSION_IDS) == [("s1",), ("s2",)]
    assert ids(warehouse_) == ["s1", "s2", "s4"]


def test_a_question_under_way_is_answered_from_one_snapshot(warehouse_: Warehouse, folder: Path) -> None:
    asked, stop = [], threading.Event()

    def ask() -> None:
        while not stop.is_set():
            snapshot = warehouse_.current()
            asked.append((len(snapshot.query(SESSION_IDS)), snapshot.info.sessions))

    with ThreadPoolExecutor(4) as threads:
        readers = [threads.submit(ask) for _ in range(4)]
        add_session(folder, 3)
        warehouse_.refresh()
        wait_for(lambda: asked[-1:] == [(3, 3)])
        stop.set()
    assert [reader.exception() for reader in readers] == [None] * 4
    assert set(asked) == {(2, 2), (3, 3)}


# Bad exports


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
    def full(export: object, out: Path) -> Path:
        raise OSError(28, "No space left on device")

    add_session(folder, 3)
    with monkeypatch.context() as patched:
        patched.setattr(warehouse.refresh, "build_snapshot", full)
        warehouse_.refresh()
    assert ids(warehouse_) == ["s1", "s2"]
    assert [problem.message for problem in warehouse_.problems] == ["could not be built (OSError)"]
    assert "No space left" in caplog.text
    warehouse_.refresh()
    assert (ids(warehouse_), warehouse_.problems) == (["s1", "s2", "s3"], ())


def test_an_export_that_changed_while_it_was_read_is_built_at_the_next_look(
    warehouse_: Warehouse, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build(export: LocalExport, out: Path) -> Path:
        os.utime(folder / "export" / "users.parquet", (2, 2))
        return build_snapshot(export, out)

    add_session(folder, 3)
    with monkeypatch.context() as patched:
        patched.setattr(warehouse.refresh, "build_snapshot", build)
        warehouse_.refresh()
    assert ids(warehouse_) == ["s1", "s2"]
    assert [problem.message for problem in warehouse_.problems] == ["changed while it was being read"]
    warehouse_.refresh()
    assert (ids(warehouse_), warehouse_.problems) == (["s1", "s2", "s3"], ())


# Snapshots that cannot be used


def test_a_damaged_newest_snapshot_gives_way_to_the_older_one(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    (good,) = snapshots(folder)
    damaged = good.with_name("snapshot-29991231T000000000000Z-abc.duckdb")
    damaged.write_bytes(good.read_bytes()[:5000])
    restarted = warehouse_of(folder)
    with caplog.at_level(logging.WARNING):
        restarted.start()
    assert restarted.current().path == good
    restarted.stop()
    assert f"snapshot passed over: {damaged.name}" in caplog.text


def test_a_damaged_newest_snapshot_does_not_keep_a_changed_export_from_serving(folder: Path) -> None:
    (good,) = snapshots(folder)
    good.with_name("snapshot-29991231T000000000000Z-abc.duckdb").write_bytes(b"damaged")
    restarted = warehouse_of(folder)
    restarted.refresh()
    for number in (3, 4):
        add_session(folder, number)
        restarted.refresh()
        assert ids(restarted) == ["s1", "s2", f"s{number}"]


def test_a_snapshot_of_another_layout_is_not_served_and_built_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (old,) = snapshots(folder)
    monkeypatch.setattr(warehouse.refresh, "layout_version", lambda: "another")
    monkeypatch.setattr(warehouse.build, "layout_version", lambda: "another")
    upgraded = warehouse_of(folder)
    with pytest.raises(NoSnapshotError):
        upgraded.current()
    upgraded.refresh()
    assert upgraded.current().path != old
    assert upgraded.current().info.layout == "another"
    assert ids(upgraded) == ["s1", "s2"]


# Several at once


@pytest.fixture
def several(folder: Path) -> list[Warehouse]:
    """Four servers of one directory, as worker processes are."""
    return [warehouse_of(folder) for _ in range(4)]


def test_several_servers_of_one_directory_build_a_changed_export_once(
    several: list[Warehouse], folder: Path, builds: list[str]
) -> None:
    add_session(folder, 3)
    with ThreadPoolExecutor(len(several)) as threads:
        list(threads.map(Warehouse.refresh, several))
    assert [ids(server) for server in several] == [["s1", "s2", "s3"]] * 4
    assert len({server.current().path for server in several}) == 1
    assert len(builds) == 1


def test_a_server_takes_over_what_another_one_built(folder: Path, builds: list[str]) -> None:
    first, second = warehouse_of(folder), warehouse_of(folder)
    first.refresh()
    second.refresh()
    add_session(folder, 3)
    first.refresh()
    second.refresh()
    assert second.current().path == first.current().path
    assert len(builds) == 1


def test_an_older_export_put_back_is_served_again(warehouse_: Warehouse, folder: Path) -> None:
    original = (folder / "export" / "sessions.parquet").rename(folder / "original")
    add_session(folder, 3)
    warehouse_.refresh()
    original.replace(folder / "export" / "sessions.parquet")
    warehouse_.refresh()
    assert ids(warehouse_) == ["s1", "s2"]
    assert warehouse_.current().info.data_as_of == AS_OF
