"""A database that is locked, frozen, deleted or spoilt: nobody waits long for it, and nothing is lost unnoticed."""

import shutil
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg
import pytest
from sqlalchemy import Connection, text

from store import Store, calls, engine, open_store
from store.access_log import AccessFilters
from store.engine import RefusedError, StoreError, writing
from tests.servers.postgres import new_database, running_postgres
from tests.store.conftest import LIFETIME
from tests.store.test_access_log import SAW, WATCHED, listed


@pytest.fixture
def local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """On SQLite, in `tmp_path`, where one waits briefly for another's write."""
    monkeypatch.setattr(engine, "LOCK_SECONDS", 0.3)
    opened = open_store(None, tmp_path, LIFETIME)
    yield opened
    opened.close()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    other = sqlite3.connect(folder / "store.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


@contextmanager
def frozen(family: list[psutil.Process]) -> Iterator[None]:
    """Processes that take no step while the block runs; one that has ended meanwhile is no matter."""
    try:
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGSTOP)
        yield
    finally:
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGCONT)


def test_many_who_need_a_locked_database_are_all_refused_within_seconds(tmp_path: Path) -> None:
    local = open_store(None, tmp_path, LIFETIME)

    def refused_after(number: int) -> float:
        began = time.monotonic()
        with pytest.raises(StoreError):
            local.access_log.add(WATCHED)
        return time.monotonic() - began

    with locked(tmp_path), ThreadPoolExecutor(40) as threads:
        assert max(threads.map(refused_after, range(40))) < calls.DEADLINE_SECONDS + 0.5
        assert local.problem() == "the access log cannot be written"
    local.access_log.add(WATCHED)
    assert local.problem() is None
    local.close()


def test_looking_at_its_health_never_gets_in_the_way_of_a_write(store: Store) -> None:
    def ask(number: int) -> None:
        if number % 3:
            store.access_log.add(WATCHED)
        else:
            assert store.problem() is None

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(ask, range(150)))
    assert len(listed(store)) == 100


def test_what_the_database_will_not_have_is_told_without_its_values(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    store.sign_ins.begin("one", "anna@secret", id_token="a secret token")
    with pytest.raises(RefusedError):
        store.sign_ins.begin("one", "bela@secret", id_token="another secret token")
    assert "secret" not in caplog.text
    assert store.problem() is None


def test_a_table_that_is_lost_is_told_by_health_and_not_with_values(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    with writing(store.calls.engine) as connection:
        connection.execute(text("DROP TABLE access_log"))
    with pytest.raises(StoreError):
        store.access_log.add(WATCHED)
    assert store.problem() == "the access log cannot be written"
    assert WATCHED.account not in caplog.text


def test_after_a_failure_everybody_is_refused_at_once_for_a_moment(
    local: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "REST_SECONDS", 0.3)
    with locked(tmp_path), pytest.raises(StoreError):
        local.access_log.add(WATCHED)
    began = time.monotonic()
    with pytest.raises(StoreError, match="a moment ago"):
        local.access_log.add(WATCHED)
    assert time.monotonic() - began < 0.1
    time.sleep(0.3)
    local.access_log.add(WATCHED)


def test_a_frozen_postgresql_holds_nobody_up_and_its_threads_no_exit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "DEADLINE_SECONDS", 0.5)
    with running_postgres() as address:
        database = new_database(address, "frozen")
        store = open_store(database, tmp_path, LIFETIME)
        store.access_log.add(WATCHED)
        with psycopg.connect(address) as connection:
            processes = psutil.Process(connection.info.backend_pid).parent()
        assert processes
        with frozen([processes, *processes.children(recursive=True)]):
            began = time.monotonic()
            for _ in range(2):
                with pytest.raises(StoreError, match="access log"):
                    store.access_log.add(WATCHED)
            assert store.problem() is not None
            assert time.monotonic() - began < 3 * calls.DEADLINE_SECONDS + 0.5
        stuck = [thread for thread in threading.enumerate() if thread.name.startswith("store-")]
        assert all(thread.daemon for thread in stuck)
        store.close()


@pytest.mark.parametrize("spoil", ["delete", "replace"])
def test_a_file_that_is_not_the_same_any_more_is_not_written_to_where_nobody_finds_it(
    local: Store, tmp_path: Path, spoil: str
) -> None:
    local.access_log.add_hourly(SAW)
    file = tmp_path / "store.sqlite"
    copy = shutil.copy(file, tmp_path / "copy")
    for name in ("store.sqlite", "store.sqlite-wal", "store.sqlite-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    if spoil == "replace":
        shutil.move(copy, file)
    for add in (local.access_log.add_hourly, local.access_log.add):
        if spoil == "delete":
            with pytest.raises(StoreError):
                add(SAW)
        else:
            add(SAW)
    if spoil == "delete":
        assert local.problem()
    else:
        assert len(listed(local)) >= 1


def test_a_spoilt_file_is_told_of(local: Store, tmp_path: Path) -> None:
    local.calls.engine.dispose()
    (tmp_path / "store.sqlite").write_bytes(b"garbage" * 1000)
    with pytest.raises(StoreError, match="access log"):
        local.access_log.add(WATCHED)
    with pytest.raises(StoreError):
        local.access_log.list_entries(AccessFilters(), limit=1, offset=0)
    assert local.problem()


def test_the_log_tells_why_and_the_answer_does_not(
    local: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with locked(tmp_path), pytest.raises(StoreError) as raised:
        local.access_log.add(WATCHED)
    assert "database is locked" in caplog.text
    assert "locked" not in str(raised.value)


def test_the_file_is_readable_by_its_owner_alone(local: Store, tmp_path: Path) -> None:
    local.access_log.add(WATCHED)
    assert {file.stat().st_mode & 0o077 for file in tmp_path.glob("store.sqlite*")} == {0}


def test_what_is_wrong_with_one_statement_stops_no_other(local: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "REST_SECONDS", 60)
    with pytest.raises(StoreError):
        local.calls.write("no such thing", lambda found: found.execute(text("INSERT INTO sign_ins (id) VALUES ('x')")))
    local.access_log.add(WATCHED)


def test_what_its_caller_was_told_has_failed_is_not_written_later(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "DEADLINE_SECONDS", 0.2)
    ended = threading.Event()

    def write_slowly(connection: Connection) -> None:
        connection.execute(text("INSERT INTO reviewers VALUES ('a', 'A', 'operations', '2026-11-24 10:00:00')"))
        time.sleep(0.5)
        ended.set()

    with pytest.raises(StoreError):
        store.calls.write("it cannot be kept", write_slowly)
    assert ended.wait(5)
    monkeypatch.setattr(calls, "DEADLINE_SECONDS", 5)
    store.calls.write("it cannot be kept", lambda found: found.execute(text("UPDATE reviewers SET name = 'B'")))
    assert store.calls.read("", lambda found: found.execute(text("SELECT count(*) FROM reviewers")).scalar()) == 0
