"""A large scope's page is found another way than a small one's, and is the same."""

import pytest

from queries import sessions
from queries.sessions import Sort, list_sessions
from tests.queries.asking import question
from tests.queries.fold import Asked
from tests.queries.world import NOW
from warehouse.snapshot import Snapshot


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("params", [{}, {"status": ["completed"], "student_q": "e"}, {"flag": ["low_rating"]}])
@pytest.mark.parametrize(("page", "limit"), [(1, 500), (2, 7), (40, 7)])
def test_the_page_of_a_large_scope_is_that_of_a_small_one(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch, sort: Sort, params: dict[str, object], page: int, limit: int
) -> None:
    asking = question(Asked("c1", NOW, params=params))
    small = list_sessions(snapshot, asking.scope, asking.filters, sort=sort, page=page, limit=limit)
    monkeypatch.setattr(sessions, "LARGE_SCOPE", -1)
    assert list_sessions(snapshot, asking.scope, asking.filters, sort=sort, page=page, limit=limit) == small
    assert small.pagination.total > 0
