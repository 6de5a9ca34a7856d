"""A large export's sessions, joined and sorted some creators' at a time."""

from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

import warehouse.slices
from tests.exports import ROWS, write_export
from warehouse.build import build_snapshot
from warehouse.contract import ExportError
from warehouse.demo import write_demo
from warehouse.slices import slices
from warehouse.source import open_export

TABLES = ("sessions", "session_marks", "students", "all_students", "rollup", "creators", "courses", "student_teachers")


@pytest.mark.parametrize("at_once", [1, 7, 90])
def test_a_snapshot_is_the_same_row_for_row_in_slices_of_any_size(
    at_once: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_demo(tmp_path / "export", sessions=300, creators=9, seed=5)
    export = open_export(tmp_path / "export")
    whole = build_snapshot(export, tmp_path / "whole")
    monkeypatch.setattr(warehouse.slices, "SESSIONS_AT_ONCE", at_once)
    sliced = build_snapshot(export, tmp_path / "sliced")
    for table in TABLES:
        assert _rows(sliced, table) == _rows(whole, table), table


def test_a_session_of_no_course_is_told_though_no_slice_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warehouse.slices, "SESSIONS_AT_ONCE", 1)
    sessions = [{**ROWS["sessions"][0], "course_id": "nothing"}, *ROWS["sessions"][1:]]
    export = open_export(write_export(tmp_path / "export", sessions=sessions))
    with pytest.raises(ExportError, match=r"refers to no courses\.id"):
        build_snapshot(export, tmp_path / "out")


@given(st.lists(st.integers(1, 20)), st.integers(1, 40))
def test_slices_hold_every_creator_once_and_no_more_sessions_than_asked_for_unless_of_one(
    counts: list[int], most: int
) -> None:
    sizes = {f"c{number:03}": sessions for number, sessions in enumerate(counts)}
    found = list(slices(sizes.items(), most))
    held = [[creator for creator in sizes if first <= creator <= last] for first, last in found]
    assert [creator for creators in held for creator in creators] == list(sizes)
    assert all(len(creators) == 1 or sum(sizes[creator] for creator in creators) <= most for creators in held)
    assert all(sum(sizes[creator] for creator in (*one, *another[:1])) > most for one, another in pairwise(held))


def _rows(snapshot: Path, table: str) -> list[tuple[object, ...]]:
    """In the order in which they lie; of a quarter of an hour's sums in the rollup that is any."""
    places = "" if table == "rollup" else "rowid, "
    with duckdb.connect(str(snapshot), read_only=True) as con:
        return con.execute(f"SELECT {places}COLUMNS(*)::VARCHAR FROM {table} ORDER BY ALL").fetchall()
