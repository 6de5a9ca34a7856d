"""What is kept beside a snapshot, in memory: changed all or not at all, while others read; the snapshot never."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import duckdb
import pytest

from tests.exports import session, write_export
from warehouse.build import build_snapshot
from warehouse.snapshot import Snapshot
from warehouse.source import open_export

COUNT = "SELECT count(*), coalesce(sum(n), 0)::INTEGER FROM beside"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("transaction")
    rows = [session(n) for n in range(20)]
    export = write_export(folder / "export", sessions=rows, session_assessments=[])
    (folder / "secret.csv").write_text("word\nxyzzy\n")
    return build_snapshot(open_export(export), folder / "out")


@pytest.fixture
def snapshot(path: Path) -> Iterator[Snapshot]:
    opened = Snapshot(path, ["CREATE TABLE beside (n INTEGER)", "INSERT INTO beside VALUES (1)"])
    yield opened
    opened.close()


def add(snapshot: Snapshot, *numbers: int) -> None:
    with snapshot.transaction() as transaction:
        for number in numbers:
            transaction.query("INSERT INTO beside VALUES ($n)", {"n": number})


def test_what_was_changed_is_there_for_all_once_it_is_done(snapshot: Snapshot) -> None:
    add(snapshot, 2, 3)
    assert snapshot.query(COUNT) == [(3, 6)]


def test_others_see_it_as_it_was_until_then(snapshot: Snapshot) -> None:
    with snapshot.transaction() as transaction:
        transaction.query("DELETE FROM beside")
        transaction.query("INSERT INTO beside VALUES (7), (8)")
        assert transaction.query(COUNT) == [(2, 15)]
        assert snapshot.query(COUNT) == [(1, 1)]
    assert snapshot.query(COUNT) == [(2, 15)]


def test_a_transaction_sees_what_it_found_when_it_began(snapshot: Snapshot) -> None:
    with snapshot.transaction() as transaction:
        assert transaction.query(COUNT) == [(1, 1)]
        add(snapshot, 5)
        assert transaction.query(COUNT) == [(1, 1)]
    assert snapshot.query(COUNT) == [(2, 6)]


def fail_midway(snapshot: Snapshot, statement: str) -> None:
    with snapshot.transaction() as transaction:
        transaction.query("DELETE FROM beside")
        transaction.query("INSERT INTO beside VALUES (7)")
        with suppress(duckdb.Error):
            transaction.query(statement)
        transaction.query("INSERT INTO beside VALUES (8)")
        raise ZeroDivisionError


def test_an_error_of_the_program_undoes_all_of_it(snapshot: Snapshot) -> None:
    with pytest.raises(ZeroDivisionError):
        fail_midway(snapshot, "SELECT 1")
    assert snapshot.query(COUNT) == [(1, 1)]
    add(snapshot, 2)
    assert snapshot.query(COUNT) == [(2, 3)]


def test_an_error_of_a_statement_undoes_all_of_it_though_the_program_goes_on(snapshot: Snapshot) -> None:
    with pytest.raises(duckdb.Error):
        fail_midway(snapshot, "SELECT error('no')")
    assert snapshot.query(COUNT) == [(1, 1)]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM snapshot.sessions",
        "UPDATE snapshot.sessions SET notes = 'x'",
        "INSERT INTO snapshot.sessions SELECT * FROM snapshot.sessions",
        "DROP TABLE snapshot.sessions",
        "CREATE TABLE snapshot.more (n INTEGER)",
    ],
)
def test_the_snapshot_itself_cannot_be_written_through_it(snapshot: Snapshot, path: Path, statement: str) -> None:
    before = path.read_bytes()
    with pytest.raises(duckdb.InvalidInputException, match="read-only"), snapshot.transaction() as transaction:
        transaction.query(statement)
    assert path.read_bytes() == before
    assert snapshot.query("SELECT count(*) FROM snapshot.sessions") == [(20,)]


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("SET enable_external_access = true", duckdb.InvalidInputException),
        ("SET lock_configuration = false", duckdb.InvalidInputException),
        ("SET memory_limit = '100GB'", duckdb.InvalidInputException),
        ("SET TimeZone = 'Asia/Tokyo'", duckdb.InvalidInputException),
        ("FROM read_csv('{folder}/secret.csv')", duckdb.PermissionException),
        ("COPY beside TO '{folder}/stolen.csv'", duckdb.PermissionException),
        ("ATTACH '{folder}/stolen.duckdb' AS stolen", duckdb.PermissionException),
        ("INSTALL httpfs", duckdb.PermissionException),
    ],
)
def test_it_is_locked_down_as_everything_else(
    snapshot: Snapshot, path: Path, statement: str, error: type[duckdb.Error]
) -> None:
    folder = path.parents[1]
    with pytest.raises(error), snapshot.transaction() as transaction:
        transaction.query(statement.format(folder=folder))
    assert not list(folder.glob("stolen*"))


def test_nothing_of_it_is_kept_for_the_next_who_opens_the_snapshot(snapshot: Snapshot, path: Path) -> None:
    add(snapshot, 2)
    other = Snapshot(path, ["CREATE TABLE beside (n INTEGER)"])
    assert other.query(COUNT) == [(0, 0)]
    other.close()


def test_readers_see_all_of_a_change_or_none_however_many_there_are(snapshot: Snapshot) -> None:
    """Each change takes all rows out and puts them in again, one by one."""
    add(snapshot, *range(9))
    (total,) = snapshot.query(COUNT)
    stop, seen = threading.Event(), set[tuple[object, ...]]()

    def read() -> None:
        while not stop.is_set():
            seen.update(snapshot.query(COUNT))

    with ThreadPoolExecutor(3) as threads:
        readers = [threads.submit(read) for _ in range(3)]
        for _ in range(60):
            with snapshot.transaction() as transaction:
                rows = transaction.query("SELECT n FROM beside ORDER BY n")
                transaction.query("DELETE FROM beside")
                for (number,) in rows:
                    transaction.query("INSERT INTO beside VALUES ($n)", {"n": number})
        stop.set()
    assert [reader.exception() for reader in readers] == [None] * 3
    assert seen == {total}
