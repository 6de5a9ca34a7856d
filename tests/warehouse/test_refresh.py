"""What serves, and what becomes of it when the export changes."""

import gc
import logging
import shutil
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

import warehouse.changes
import warehouse.refresh
import warehouse.writing
from tests.exports import AS_OF, write_export
from tests.serving import wait_for
from tests.watched import SESSION_IDS, add_session, ids, snapshots, warehouse_of
from warehouse.refresh import NoSnapshotError, Warehouse
from warehouse.snapshot import Snapshot

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


def test_a_new_snapshot_is_read_before_it_is_asked(
    warehouse_: Warehouse, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, warmed = warehouse_.current(), list[tuple[Path, Path]]()
    monkeypatch.setattr(Snapshot, "warm", lambda self: warmed.append((self.path, warehouse_.current().path)))
    add_session(folder, 3)
    warehouse_.refresh()
    assert warmed == [(warehouse_.current().path, before.path)]


def test_a_snapshot_that_cannot_be_read_is_passed_over_and_the_server_starts(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def damaged(self: Snapshot, creator_id: str) -> tuple[int, int]:
        raise duckdb.IOException("checksum mismatch")

    monkeypatch.setattr(Snapshot, "places_of", damaged)
    started = warehouse_of(folder)
    started.start()
    started.stop()
    with pytest.raises(NoSnapshotError):
        started.current()
    assert "snapshot passed over" in caplog.text


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


def test_a_snapshot_that_was_replaced_is_closed_with_its_last_question(warehouse_: Warehouse, folder: Path) -> None:
    """Its file may be gigabytes that the disk has back only then: nothing waits for a collection of what is unused."""
    replaced = warehouse_.current()
    replaced.places_of("c1")
    replaced.columns("SELECT rowid FROM snapshot.sessions", {})
    replaced.kept(SESSION_IDS, {})
    gone = weakref.ref(replaced)
    add_session(folder, 3)
    gc.disable()
    try:
        warehouse_.refresh()
        assert replaced.query(SESSION_IDS) == [("s1",), ("s2",)]
        del replaced
        assert gone() is None
    finally:
        gc.enable()
    assert ids(warehouse_) == ["s1", "s2", "s3"]


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
    monkeypatch.setattr(warehouse.changes, "layout_version", lambda: "another")
    monkeypatch.setattr(warehouse.writing, "layout_version", lambda: "another")
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
        for _ in range(2):  # those who find another one building take over what it built at their next look
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
