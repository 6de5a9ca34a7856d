"""Rows that lie together are read in blocks, which are one creator's, read once, and the same rows as any others."""

import pytest

from queries import at_places
from queries.at_places import LIST_BLOCK, LIST_FEW_AT, rows_at
from queries.sessions import Sort, list_sessions
from queries.statement import filter_values, setup_sql
from queries.timeline import places_in_range
from tests.queries.asking import question
from tests.queries.fold import Asked
from tests.queries.test_kept_answers import CHANGES
from tests.queries.world import NOW
from warehouse.snapshot import Snapshot

EVERYTHING = question(Asked("c1", NOW))
VALUES = filter_values(EVERYTHING.scope, EVERYTHING.filters)
THEIRS = question(Asked("c2", NOW))


def places_of(snapshot: Snapshot) -> list[int]:
    places = places_in_range(snapshot, EVERYTHING.scope, EVERYTHING.filters)
    assert places is not None
    return list(map(int, places))


@pytest.mark.parametrize("size", [1, 7, 64, 4096])
def test_every_cell_is_what_a_cursor_fetches(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(at_places, "BLOCK", size)
    places = places_of(snapshot)
    first, last = snapshot.places_of("c1")
    asked = VALUES | {"places": places, "first_place": first, "last_place": last}
    fetched = {row[0]: row[1:] for row in LIST_FEW_AT.rows(snapshot, asked)}
    for begin in range(0, len(places), 50):
        some = places[begin : begin + 50][::-1]
        rows = rows_at(snapshot, VALUES, some)
        assert rows == [fetched[place] for place in some]
        assert [list(map(type, row)) for row in rows] == [list(map(type, fetched[place])) for place in some]
    assert any(None in column and len(set(column)) > 2 for column in zip(*fetched.values(), strict=True))


def test_a_block_holds_the_rows_of_its_creator_alone(snapshot: Snapshot) -> None:
    scopes = [filter_values(asked.scope, asked.filters) for asked in (EVERYTHING, THEIRS)]
    everywhere = {"first_place": 0, "last_place": 2**40}
    mine, theirs = (set(LIST_BLOCK.table(snapshot, one | everywhere)["creator_id"].to_pylist()) for one in scopes)
    assert (mine, theirs) == ({"c1"}, {"c2"})
    assert not LIST_BLOCK.table(snapshot, scopes[0] | everywhere | {"creator_id": None}).num_rows


def test_a_row_of_another_creator_is_not_told_by_its_place(snapshot: Snapshot) -> None:
    place, _ = snapshot.places_of("c2")
    with pytest.raises(KeyError):
        rows_at(snapshot, VALUES, [place])


@pytest.mark.parametrize("field", [None, *sorted(CHANGES)])
def test_whatever_is_asked_of_a_creator_reads_the_same_blocks(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch, field: str | None
) -> None:
    reads: list[dict[str, object]] = []
    read = Snapshot._read_table

    def counting(self: Snapshot, sql: str, parameters: dict[str, object]) -> object:
        reads.append(parameters)
        return read(self, sql, parameters)

    monkeypatch.setattr(Snapshot, "_read_table", counting)
    fresh = Snapshot(snapshot.path, setup_sql())
    for params in ({}, {"range": "last_12_weeks"}, {} if field is None else {field: CHANGES[field]}):
        asked = question(Asked("c1", NOW, params=params))
        for page in (1, 2, 3):
            list_sessions(fresh, asked.scope, asked.filters, sort=Sort.SCHEDULED_START, page=page, limit=1)
    fresh.close()
    assert len(reads) == 1


def test_pages_that_cross_blocks_are_those_that_no_block_is_read_for(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pages() -> list[object]:
        return [
            list_sessions(snapshot, EVERYTHING.scope, EVERYTHING.filters, sort=sort, page=page, limit=30)
            for page in (1, 2, 5)
            for sort in (Sort.SCHEDULED_START, Sort.SCHEDULED_START_DESC)
        ]

    def one_by_one(snapshot: Snapshot, values: dict[str, object], first: int, last: int) -> object:
        asked = {"places": list(range(first, last + 1)), "first_place": first, "last_place": last}
        return LIST_FEW_AT.rows(snapshot, values | asked)

    monkeypatch.setattr(at_places, "BLOCK", 8)
    of_blocks = pages()
    monkeypatch.setattr(at_places, "_in_blocks", one_by_one)
    assert of_blocks == pages()


def test_staff_who_ask_about_all_creators_keep_no_blocks(snapshot: Snapshot) -> None:
    asked = question(Asked(None, NOW))
    fresh = Snapshot(snapshot.path, setup_sql())
    assert len(rows_at(fresh, filter_values(asked.scope, asked.filters), [3, 4])) == 2
    assert not fresh._kept_tables.cache
    fresh.close()
