"""A snapshot open for reading: what it refuses, and that threads do not disturb each other."""

import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

import warehouse.snapshot
from tests.exports import session, write_export
from warehouse.build import build_snapshot
from warehouse.snapshot import Snapshot, SnapshotError
from warehouse.source import open_export


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds an export, its snapshot in out/ and a file of comma-separated values."""
    folder = tmp_path_factory.mktemp("snapshot")
    sessions = [session(n, course_id=f"k{n % 2 + 1}") for n in range(500)]
    write_export(folder / "export", sessions=sessions, session_assessments=[])
    build_snapshot(open_export(folder / "export"), folder / "out")
    (folder / "secret.csv").write_text("word\nxyzzy\n")
    return folder


@pytest.fixture(scope="module")
def path(folder: Path) -> Path:
    (published,) = (folder / "out").glob("snapshot-*")
    return published


@pytest.fixture
def snapshot(path: Path) -> Iterator[Snapshot]:
    opened = Snapshot(path, ["CREATE MACRO twice(n) AS 2 * n"])
    yield opened
    opened.close()


def test_the_macros_it_was_opened_with_can_be_used(snapshot: Snapshot) -> None:
    assert snapshot.query("SELECT twice(count(*)) FROM snapshot.sessions WHERE course_id = $k", {"k": "k1"}) == [(500,)]


def test_what_does_not_fit_into_its_memory_spills_beside_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warehouse.snapshot, "MEMORY_LIMIT", "60MB")
    opened = Snapshot(path)
    cursor = opened._con.cursor()
    cursor.execute("SELECT i FROM range(3_000_000) AS rows (i) ORDER BY hash(i)::VARCHAR")
    assert list((path.parent / ".spill").glob("duckdb_temp_*"))
    cursor.close()
    opened.close()
    assert not list((path.parent / ".spill").glob("duckdb_temp_*"))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM snapshot.sessions",
        "UPDATE snapshot.sessions SET notes = 'x'",
        "INSERT INTO snapshot.courses SELECT * FROM snapshot.courses",
        "DROP TABLE snapshot.sessions",
        "CREATE TABLE snapshot.more (n INT)",
        "ALTER TABLE snapshot.sessions RENAME COLUMN notes TO n",
    ],
)
def test_nothing_can_be_written(snapshot: Snapshot, path: Path, statement: str) -> None:
    before = path.read_bytes()
    with pytest.raises(duckdb.InvalidInputException, match="read-only"):
        snapshot.query(statement)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "statement",
    [
        "FROM read_csv('{folder}/secret.csv')",
        "FROM '{folder}/secret.csv'",
        "FROM read_text('{folder}/secret.csv')",
        "FROM read_blob('{folder}/secret.csv')",
        "FROM glob('{folder}/*')",
        "FROM read_parquet('{folder}/export/users.parquet')",
        "COPY snapshot.sessions TO '{folder}/stolen.csv'",
        "EXPORT DATABASE '{folder}/stolen'",
        "ATTACH '{folder}/stolen.duckdb' AS stolen",
    ],
)
def test_no_other_file_can_be_reached(snapshot: Snapshot, folder: Path, statement: str) -> None:
    with pytest.raises(duckdb.PermissionException):
        snapshot.query(statement.format(folder=folder))
    assert not list(folder.glob("stolen*"))


def test_no_variable_of_the_program_can_be_read(snapshot: Snapshot) -> None:
    secret = pa.table({"word": ["xyzzy"]})
    assert secret.num_rows == 1
    with pytest.raises(duckdb.CatalogException):
        snapshot.query("FROM secret")


@pytest.mark.parametrize("statement", ["INSTALL httpfs", "LOAD httpfs", "INSTALL spatial FROM community"])
def test_no_extension_can_be_loaded(snapshot: Snapshot, statement: str) -> None:
    with pytest.raises(duckdb.PermissionException):
        snapshot.query(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "RESET lock_configuration",
        "SET memory_limit = '100GB'",
        "PRAGMA memory_limit = '100GB'",
        "SET threads = 64",
        "SET TimeZone = 'Asia/Tokyo'",
        "SET SESSION TimeZone = 'Asia/Tokyo'",
    ],
)
def test_no_setting_can_be_changed(snapshot: Snapshot, statement: str) -> None:
    with pytest.raises(duckdb.InvalidInputException, match="configuration has been locked"):
        snapshot.query(statement)


def test_a_parameter_is_a_value_and_never_sql(snapshot: Snapshot) -> None:
    given = "k1' OR '1'='1"
    assert snapshot.query("SELECT id FROM snapshot.sessions WHERE course_id = $k", {"k": given}) == []


def test_a_failed_query_leaves_the_next_one_alone(snapshot: Snapshot) -> None:
    with pytest.raises(duckdb.Error):
        snapshot.query("SELECT error('no') FROM snapshot.sessions")
    assert snapshot.query("SELECT 1") == [(1,)]


def test_eight_threads_at_once_get_their_own_answers(snapshot: Snapshot) -> None:
    def ask(n: int) -> tuple[int, list[tuple[object, ...]]]:
        sql = (
            "SELECT $n, id, count(*) OVER () FROM snapshot.sessions WHERE id = 's' || $n OR course_id = $k ORDER BY id"
        )
        return n, snapshot.query(sql, {"n": n, "k": f"k{n % 3}"})

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, range(200)))
    for n, rows in answers:
        course = {f"s{other}" for other in range(500) if f"k{other % 2 + 1}" == f"k{n % 3}"}
        ids = sorted(course | {f"s{n}"})
        assert rows == [(n, id_, len(ids)) for id_ in ids]


@pytest.mark.parametrize("content", [b"", b"no database", b"\0" * 20_000])
def test_a_file_that_is_no_database_is_a_snapshot_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "snapshot-1.duckdb"
    path.write_bytes(content)
    with pytest.raises(SnapshotError, match=r"snapshot-1\.duckdb"):
        Snapshot(path)


def test_a_truncated_snapshot_is_a_snapshot_error(tmp_path: Path, path: Path) -> None:
    cut = tmp_path / "snapshot-1.duckdb"
    cut.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    with pytest.raises(SnapshotError):
        Snapshot(cut)


def test_a_missing_snapshot_is_a_snapshot_error(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError):
        Snapshot(tmp_path / "snapshot-1.duckdb")


def test_another_database_is_a_snapshot_error(tmp_path: Path) -> None:
    path = tmp_path / "snapshot-1.duckdb"
    with duckdb.connect(path) as con:
        con.execute("CREATE TABLE sessions (id VARCHAR)")
    with pytest.raises(SnapshotError, match="info"):
        Snapshot(path)


def test_rowids_asked_for_by_many_at_once_are_read_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[str] = []
    read = Snapshot._read_columns

    def slowly(self: Snapshot, sql: str, parameters: Mapping[str, Any]) -> Any:
        reads.append(sql)
        time.sleep(0.1)
        return read(self, sql, parameters)

    monkeypatch.setattr(Snapshot, "_read_columns", slowly)
    snapshot = Snapshot(path)
    sql = "SELECT rowid FROM snapshot.sessions WHERE id <> $id ORDER BY id DESC"
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: snapshot.columns(sql, {"id": ""})[0].tolist(), range(8)))
    assert len(reads) == 1
    assert [sorted(rowids) for rowids in found] == [list(range(500))] * 8
    assert len(snapshot.columns(sql, {"id": session(1)["id"]})[0]) == 499
    snapshot.close()
