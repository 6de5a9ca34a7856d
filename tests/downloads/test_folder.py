"""Downloads of a folder: written by a process wherever the server runs, and swept when nobody needs them any more."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from downloads.folder import Downloads, Job, TooManyDownloadsError
from downloads.job import Asked, Owner, State
from downloads.order import Format, Table
from tests.serving import wait_for
from warehouse.extract import Content

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
OWNER = Owner("ada@id", "ada", "analyst", False)
ROWS = pa.table({"id": ["a", "b"]})
TABLE = Table("sessions", Format.PARQUET, {"id": Content.TEXT}, 2, NOW, {"what": "a test"})


def asked(id_: str) -> Asked:
    return Asked(id_, OWNER, "sessions", "parquet", "all", {}, 2, "sessions.parquet", NOW)


def opened(root: Path, most_bytes: int = 10**9) -> Downloads:
    return Downloads(root, at_once=2, kept=timedelta(hours=48), most_bytes=most_bytes)


def finished(downloads: Downloads, id_: str) -> State:
    def state() -> State:
        job = downloads.find(id_, OWNER)
        assert job
        return job.state

    wait_for(lambda: state() not in (State.WAITING, State.WRITING), seconds=60)
    return state()


def test_a_folder_that_is_named_from_where_the_server_runs_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    downloads = opened(Path("data"))
    downloads.start(asked("a1"), TABLE, ROWS)
    assert finished(downloads, "a1") is State.READY
    file = downloads.file("a1", OWNER)
    assert file
    assert pq.read_table(file).equals(ROWS)


def test_where_downloads_take_up_all_their_room_no_new_one_begins(tmp_path: Path) -> None:
    downloads = opened(tmp_path, most_bytes=100)
    downloads.start(asked("a1"), TABLE, ROWS)
    finished(downloads, "a1")
    with pytest.raises(TooManyDownloadsError, match="room"):
        downloads.start(asked("a2"), TABLE, ROWS)
    assert downloads.remove("a1", OWNER)
    assert downloads.start(asked("a2"), TABLE, ROWS)
    finished(downloads, "a2")


def test_what_a_killed_process_left_is_swept_after_a_day(tmp_path: Path) -> None:
    left = [tmp_path / "streams" / "s1", tmp_path / "jobs" / "half-removed"]
    for folder in left:
        (folder / "spill").mkdir(parents=True)
        os.utime(folder, (NOW.timestamp(), NOW.timestamp()))
    opened(tmp_path).sweep(NOW + timedelta(hours=23))
    assert all(folder.exists() for folder in left)
    opened(tmp_path).sweep(NOW + timedelta(hours=25))
    assert not any(folder.exists() for folder in left)


def test_what_another_version_left_is_in_nobodys_way_and_swept_after_a_day(tmp_path: Path) -> None:
    downloads = opened(tmp_path)
    for id_, text in (("b1", "{"), ("b2", '{"id": "b2"}'), ("b3", "[]")):
        folder = tmp_path / "jobs" / id_
        folder.mkdir(parents=True)
        (folder / "job.json").write_text(text)
        os.utime(folder, (NOW.timestamp(), NOW.timestamp()))
    assert downloads.list_jobs(OWNER) == []
    downloads.start(asked("a1"), TABLE, ROWS)
    assert finished(downloads, "a1") is State.READY
    downloads.sweep(NOW + timedelta(hours=25))
    assert [path.name for path in (tmp_path / "jobs").iterdir()] == ["a1"]


def test_a_failed_one_is_kept_as_long_as_a_good_one(tmp_path: Path) -> None:
    downloads = opened(tmp_path)
    wrong = Table("sessions", Format.PARQUET, {"id": Content.TEXT}, 3, NOW, {})
    downloads.start(asked("a1"), wrong, ROWS)
    assert finished(downloads, "a1") is State.FAILED
    assert downloads.file("a1", OWNER) is None
    wait_for(lambda: not list((tmp_path / "jobs" / "a1").glob("data*")))
    downloads.sweep(NOW + timedelta(hours=47))
    assert [job.reason for job in downloads.list_jobs(OWNER)] == ["error"]
    wait_for(lambda: not _left(downloads, NOW + timedelta(hours=49)))  # as soon as its process has ended


def _left(downloads: Downloads, now: datetime) -> list[Job]:
    downloads.sweep(now)
    return downloads.list_jobs(OWNER)
