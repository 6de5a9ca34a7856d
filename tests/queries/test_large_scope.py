"""Pages and places of larger scopes are found in other ways than a small one's, and are the same."""

from typing import Any

import pytest

from queries import sessions, timeline
from queries.scope import Scope
from queries.sessions import Sort, get_place, list_sessions
from queries.statement import setup_sql
from tests.queries.asking import question
from tests.queries.fold import Asked
from tests.queries.world import NOW
from warehouse.snapshot import Snapshot


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("params", [{}, {"status": ["completed"], "student_q": "e"}, {"flag": ["low_rating"]}])
@pytest.mark.parametrize(("page", "limit"), [(1, 500), (2, 7), (3, 7), (40, 7), (90, 7)])
def test_the_page_of_a_larger_scope_is_that_of_a_small_one(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch, sort: Sort, params: dict[str, object], page: int, limit: int
) -> None:
    asking = question(Asked("c1", NOW, params=params))
    small = list_sessions(snapshot, asking.scope, asking.filters, sort=sort, page=page, limit=limit)
    monkeypatch.setattr(timeline, "MOST_SESSIONS", -1)
    assert list_sessions(snapshot, asking.scope, asking.filters, sort=sort, page=page, limit=limit) == small
    monkeypatch.setattr(sessions, "LARGE_SCOPE", -1)
    monkeypatch.setattr(sessions, "DEEP_OFFSET", 14)
    assert list_sessions(snapshot, asking.scope, asking.filters, sort=sort, page=page, limit=limit) == small
    assert small.pagination.total > 0


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("params", [{}, {"status": ["completed"]}])
def test_a_place_in_a_large_scope_is_that_in_a_small_one(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch, sort: Sort, params: dict[str, object]
) -> None:
    asking, everything = question(Asked("c1", NOW, params=params)), question(Asked("c1", NOW))
    listed = list_sessions(snapshot, everything.scope, everything.filters, sort=sort, page=1, limit=500).sessions
    shown = [listed[0].id, *(session.id for session in listed[::60]), listed[-1].id]
    small = [get_place(snapshot, asking.scope, asking.filters, sort, id_) for id_ in shown]
    monkeypatch.setattr(sessions, "LARGE_SCOPE", -1)
    assert [get_place(snapshot, asking.scope, asking.filters, sort, id_) for id_ in shown] == small
    assert any(small)


def test_an_order_that_is_kept_is_kept_for_one_scope(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "LARGE_SCOPE", -1)
    monkeypatch.setattr(sessions, "DEEP_OFFSET", 0)

    def ids(scope: Scope) -> set[str]:
        asking = question(Asked("c1", NOW))
        page = list_sessions(snapshot, scope, asking.filters, sort=Sort.STATUS, page=1, limit=500)
        return {session.id for session in page.sessions}

    mine, theirs = question(Asked("c1", NOW)).scope, question(Asked("c2", NOW)).scope
    assert ids(mine).isdisjoint(ids(theirs))
    assert ids(mine)


@pytest.mark.parametrize(("largest", "answers_bytes", "times"), [(-1, 0, 1), (20_000, 2**20, 1), (20_000, 0, 8)])
def test_a_list_is_sorted_once_however_many_blocks_are_read_where_it_is_long_or_answers_are_kept(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch, largest: int, answers_bytes: int, times: int
) -> None:
    monkeypatch.setattr(sessions, "LARGE_SCOPE", largest)
    monkeypatch.setattr(sessions, "DEEP_OFFSET", 0)
    sorted_times = 0
    read = Snapshot._read_columns

    def counting(*arguments: Any) -> Any:
        nonlocal sorted_times
        sorted_times += 1
        return read(*arguments)

    monkeypatch.setattr(Snapshot, "_read_columns", counting)
    fresh = Snapshot(snapshot.path, setup_sql(), answers_bytes)
    asking = question(Asked("c1", NOW, params={"rated": True}))
    for page in range(1, 9):
        list_sessions(fresh, asking.scope, asking.filters, sort=Sort.DURATION, page=page, limit=5)
    fresh.close()
    assert sorted_times == times
