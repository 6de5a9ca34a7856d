"""Answers that a snapshot keeps: given again as they were, within their bound, each worked out once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import duckdb
import pytest

from tests.exports import session, write_export
from warehouse.build import build_snapshot
from warehouse.snapshot import ENTRY_BYTES, Snapshot
from warehouse.source import open_export

BOUND = 10_000
ASK = "SELECT id, $n, repeat('x', $size) FROM snapshot.sessions WHERE course_id = $k ORDER BY id LIMIT 1"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept")
    sessions = [session(n, course_id=f"k{n % 2 + 1}") for n in range(20)]
    write_export(folder / "export", sessions=sessions, session_assessments=[])
    return build_snapshot(open_export(folder / "export"), folder / "out")


@pytest.fixture
def snapshot(path: Path) -> Iterator[Snapshot]:
    opened = Snapshot(path, answers_bytes=BOUND)
    yield opened
    opened.close()


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The values of each statement that DuckDB has run."""
    run: list[Any] = []
    query = Snapshot.query

    def counting(self: Snapshot, sql: str, parameters: Any = None) -> Any:
        run.append(parameters)
        return query(self, sql, parameters)

    monkeypatch.setattr(Snapshot, "query", counting)
    return run


def asked(snapshot: Snapshot, n: int, size: int = 1, k: str = "k1") -> Any:
    return snapshot.kept(ASK, {"n": n, "size": size, "k": k})


def test_the_same_question_is_answered_without_asking_again(snapshot: Snapshot, runs: list[Any]) -> None:
    runs.clear()
    answers = [asked(snapshot, 1) for _ in range(3)]
    assert answers == [[("s0", 1, "x")]] * 3
    assert len(runs) == 1


def test_another_value_or_another_statement_is_another_question(snapshot: Snapshot, runs: list[Any]) -> None:
    runs.clear()
    assert [asked(snapshot, 1)[0][0], asked(snapshot, 1, k="k2")[0][0]] == ["s0", "s1"]
    assert asked(snapshot, 2) != asked(snapshot, 1)
    assert snapshot.kept(ASK.replace("ORDER BY id", "ORDER BY id DESC"), {"n": 1, "size": 1, "k": "k1"}) == [
        ("s8", 1, "x")
    ]
    assert len(runs) == 4


def test_values_that_look_alike_are_not_the_same(snapshot: Snapshot) -> None:
    given: list[Any] = [1, "1", True, "True", None, "None", ["a", "b"], ["a, b"], ["a', 'b"]]
    found = [snapshot.kept("SELECT $n::VARCHAR, typeof($n)", {"n": value}) for value in given]
    assert found == [snapshot.query("SELECT $n::VARCHAR, typeof($n)", {"n": value}) for value in given]
    assert len({str(rows) for rows in found}) == len(given)


def test_no_more_is_kept_than_the_bound_whatever_is_asked(snapshot: Snapshot, runs: list[Any]) -> None:
    kept: Any = snapshot._kept_answers.cache
    for n in range(200):
        asked(snapshot, n, size=10 * n)
        assert sum(len(packed) + ENTRY_BYTES for packed in kept.values()) <= BOUND
    assert len(kept) > 1
    runs.clear()
    asked(snapshot, 199, size=1990)
    asked(snapshot, 0, size=0)
    assert [values["n"] for values in runs] == [0]


def test_what_was_asked_for_last_is_kept_longest(snapshot: Snapshot, runs: list[Any]) -> None:
    for n in range(60):
        asked(snapshot, 0, size=100)
        asked(snapshot, n + 1, size=100)
    runs.clear()
    asked(snapshot, 0, size=100)
    asked(snapshot, 1, size=100)
    assert [values["n"] for values in runs] == [1]


def test_an_answer_larger_than_the_bound_is_given_and_drives_no_other_out(snapshot: Snapshot, runs: list[Any]) -> None:
    asked(snapshot, 1)
    assert len(asked(snapshot, 2, size=2 * BOUND)[0][2]) == 2 * BOUND
    runs.clear()
    asked(snapshot, 1)
    assert runs == []


def test_eight_who_ask_at_once_are_answered_by_one_run(snapshot: Snapshot, runs: list[Any]) -> None:
    runs.clear()
    together = Barrier(8)

    def ask(_: int) -> Any:
        together.wait()
        return snapshot.kept("SELECT sum(a.range * b.range) FROM range(3000) AS a, range(3000) AS b", {})

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, range(8)))
    assert len(runs) == 1
    assert answers == [answers[0]] * 8


def test_whoever_changes_an_answer_changes_their_own(snapshot: Snapshot) -> None:
    for _ in range(2):
        rows = snapshot.kept("SELECT [1, 2]", {})
        rows[0][0].append(3)
        rows.clear()
    assert snapshot.kept("SELECT [1, 2]", {}) == [([1, 2],)]


def test_a_question_that_fails_is_asked_again(snapshot: Snapshot, runs: list[Any]) -> None:
    runs.clear()
    for _ in range(2):
        with pytest.raises(duckdb.Error):
            snapshot.kept("SELECT error('no')", {})
    assert len(runs) == 2


def test_two_snapshots_answer_for_themselves(path: Path, tmp_path: Path, snapshot: Snapshot) -> None:
    write_export(tmp_path / "export", sessions=[session(0, course_id="k1")], session_assessments=[])
    other = Snapshot(build_snapshot(open_export(tmp_path / "export"), tmp_path / "out"), answers_bytes=BOUND)
    count = "SELECT count(*) FROM snapshot.sessions"
    assert [one.kept(count, {}) for one in (snapshot, other, snapshot, other)] == [[(20,)], [(1,)], [(20,)], [(1,)]]
    other.close()


def test_without_room_nothing_is_kept(path: Path, runs: list[Any]) -> None:
    unkept = Snapshot(path)
    runs.clear()
    assert asked(unkept, 1) == asked(unkept, 1)
    assert len(runs) == 2
    unkept.close()


def test_nor_does_anybody_wait_for_another_there(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both_within = Barrier(2)
    query = Snapshot.query

    def meeting(self: Snapshot, sql: str, parameters: Any = None) -> Any:
        both_within.wait(timeout=10)
        return query(self, sql, parameters)

    unkept = Snapshot(path)
    monkeypatch.setattr(Snapshot, "query", meeting)
    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(lambda _: unkept.kept("SELECT 1", {}), range(2))) == [[(1,)]] * 2
    unkept.close()


def test_a_transaction_sees_what_it_wrote_and_keeps_nothing(path: Path) -> None:
    snapshot = Snapshot(path, ["CREATE TABLE beside (n INTEGER)"], BOUND)
    with snapshot.transaction() as answers:
        for count in range(3):
            assert answers.kept("SELECT count(*) FROM beside", {}) == [(count,)]
            answers.query("INSERT INTO beside VALUES (1)")
    assert snapshot.query("SELECT count(*) FROM beside") == [(3,)]
    snapshot.close()


def test_orders_that_hold_no_rows_are_let_go_of_too(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warehouse.snapshot.KEPT_BYTES", 10 * ENTRY_BYTES)
    snapshot = Snapshot(path)
    for number in range(50):
        (none,) = snapshot.columns("SELECT rowid FROM snapshot.sessions WHERE id = $id", {"id": f"none {number}"})
        assert not len(none)
    kept = snapshot._kept_columns.cache
    assert kept is not None
    assert len(kept) <= 10


def test_tables_are_kept_within_their_bound_and_read_once_each(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warehouse.snapshot.TABLE_BYTES", 10 * ENTRY_BYTES)
    snapshot = Snapshot(path)
    ask = "SELECT id, $n AS n FROM snapshot.sessions WHERE course_id = $k"
    first = snapshot.table(ask, {"n": 0, "k": "k1"})
    assert snapshot.table(ask, {"n": 0, "k": "k1"}) is first
    assert snapshot.table(ask, {"n": 0, "k": "k2"})["id"].to_pylist() != first["id"].to_pylist()
    for number in range(50):
        assert snapshot.table(ask, {"n": number, "k": "none"}).num_rows == 0
    kept = snapshot._kept_tables.cache
    assert kept is not None
    assert 0 < len(kept) <= 10
    whole = snapshot.table("SELECT repeat('x', 10_000) AS x FROM snapshot.sessions", {})
    assert whole.nbytes > 10 * ENTRY_BYTES
    assert whole not in kept.values()
    snapshot.close()
