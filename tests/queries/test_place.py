"""A session's place in the filtered order, and its neighbours there."""

from itertools import pairwise

import pytest

from queries.sessions import Sort, get_place, list_sessions
from tests.queries.asking import question
from tests.queries.fold import Asked
from tests.queries.world import NOW
from warehouse.snapshot import Snapshot


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("params", [{}, {"status": ["completed"]}, {"rated": True}])
def test_neighbours_are_those_of_the_list(snapshot: Snapshot, sort: Sort, params: dict[str, object]) -> None:
    asking = question(Asked("c1", NOW, params=params))
    listed = list_sessions(snapshot, asking.scope, asking.filters, sort=sort, page=1, limit=500).sessions
    total = list_sessions(snapshot, asking.scope, asking.filters, sort=sort, page=1, limit=1).pagination.total
    for index, (one, after) in list(enumerate(pairwise(listed)))[::40]:
        place = get_place(snapshot, asking.scope, asking.filters, sort, one.id)
        assert place
        assert (place.position, place.total, place.next_id) == (index + 1, total, after.id)
        assert place.previous_id == (listed[index - 1].id if index else None)


def test_a_session_that_the_filters_leave_out_has_no_place(snapshot: Snapshot) -> None:
    everything, missed = question(Asked("c1", NOW)), question(Asked("c1", NOW, params={"status": ["no_show"]}))
    listed = list_sessions(snapshot, everything.scope, everything.filters, sort=Sort.STATUS, page=1, limit=500).sessions
    other = next(session for session in listed if session.status != "no_show")
    assert get_place(snapshot, missed.scope, missed.filters, Sort.STATUS, other.id) is None


def test_anothers_session_has_no_place(snapshot: Snapshot) -> None:
    mine, theirs = question(Asked("c1", NOW)), question(Asked("c2", NOW))
    other = list_sessions(snapshot, theirs.scope, theirs.filters, sort=Sort.ST, page=1, limit=1).sessions[0]
    assert get_place(snapshot, mine.scope, mine.filters, Sort.ST, other.id) is None
