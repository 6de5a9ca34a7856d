"""Every order is total and right, and pages of any size cut it without loss or double."""

import pytest

from auth.viewer import CreatorScope
from queries.sessions import OrderBy, Sort, get_session, list_sessions
from tests.queries import fold
from tests.queries.asking import ROWS, question
from tests.queries.fold import Asked
from tests.queries.world import NOW
from warehouse.snapshot import Snapshot

ASKED = Asked("c1", NOW)


def ids_of_page(snapshot: Snapshot, creator: str | None, sort: Sort, page: int, limit: int) -> list[str]:
    asking = question(Asked(creator, NOW))
    answer = list_sessions(snapshot, asking.scope, asking.filters, sort=sort, page=page, limit=limit)
    return [session.id for session in answer.sessions]


@pytest.mark.parametrize("sort", Sort)
def test_every_order_lists_every_row_once_as_the_fold_orders_them(snapshot: Snapshot, sort: Sort) -> None:
    expected = [row.id for row in fold.ordered(ROWS, sort)]
    found = ids_of_page(snapshot, None, sort, 1, 500) + ids_of_page(snapshot, None, sort, 2, 500)
    assert found == expected
    assert len(set(found)) == len(ROWS)


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("limit", [1, 2, 3, 10])
def test_pages_of_any_size_put_together_are_the_whole_list(snapshot: Snapshot, sort: Sort, limit: int) -> None:
    expected = [row.id for row in fold.ordered([row for row in ROWS if row.creator_id == "c4"], sort)]
    pages = -(-len(expected) // limit)
    found = [id_ for page in range(1, pages + 1) for id_ in ids_of_page(snapshot, "c4", sort, page, limit)]
    assert found == expected


@pytest.mark.parametrize("sort", ["duration", "-duration", "rating", "-rating"])
def test_rows_without_a_value_come_last_in_either_direction(snapshot: Snapshot, sort: str) -> None:
    asking = question(ASKED)
    found = list_sessions(snapshot, asking.scope, asking.filters, sort=Sort(sort), page=1, limit=500).sessions
    values = [session.actual_duration if "duration" in sort else session.rating for session in found]
    nulls = values.count(None)
    assert 0 < nulls < len(values)
    assert values[-nulls:] == [None] * nulls


def test_an_order_is_one_of_the_enum_and_ends_in_the_unique_id() -> None:
    assert {order.name for order in OrderBy} == {sort.name for sort in Sort}
    assert all(order.value.endswith(("id ASC", "id DESC")) for order in OrderBy)


def test_a_page_past_the_end_is_empty_and_its_total_still_true(snapshot: Snapshot) -> None:
    asking = question(ASKED)
    total = sum(row.creator_id == "c1" for row in ROWS)
    for page in (2, 1_000_000_000):
        found = list_sessions(
            snapshot, asking.scope, asking.filters, sort=Sort.SCHEDULED_START, page=page, limit=500
        )  # fmt: skip
        assert found.sessions == []
        assert (found.pagination.total, found.pagination.has_more) == (total, False)


def test_a_row_of_the_list_says_what_the_export_says(snapshot: Snapshot) -> None:
    asking = question(Asked(None, NOW))
    pages = [
        list_sessions(snapshot, asking.scope, asking.filters, sort=Sort.SCHEDULED_START, page=page, limit=500)
        for page in (1, 2)
    ]
    found = {session.id: session for page in pages for session in page.sessions}
    for row in ROWS:
        session = found[row.id]
        minutes = None if row.actual is None else row.actual.total_seconds() / 60
        assert session.actual_duration == pytest.approx(minutes)
        assert (session.scheduled_start, session.scheduled_end) == (row.start, row.end)
        assert (session.status, session.rating, session.has_recording) == (row.status, row.rating, row.has_recording)
        assert (session.course.id, session.course.title) == (row.course_id, row.course_title)
        assert (session.student.id, session.student.name) == (row.student_id, row.student_name)
        assert (session.st.id, session.st.name, session.creator_id) == (row.st_id, row.st_name, row.creator_id)
        assert (session.dispute_status, session.low_rating) == (row.dispute, fold.low_rated(row))
        assert (session.overdue, session.implausible_duration) == (fold.overdue(row), fold.implausible(row))


def test_the_detail_of_a_session_agrees_with_its_row(snapshot: Snapshot) -> None:
    asking = question(Asked(None, NOW))
    for row in ROWS[::25]:
        found = get_session(snapshot, CreatorScope(creator_id=row.creator_id), asking.filters, row.id).detail
        assert (found.scheduled_start, found.scheduled_end, found.status) == (row.start, row.end, row.status)
        assert (found.rating, found.overdue, found.implausible_duration) == (
            row.rating, fold.overdue(row), fold.implausible(row),
        )  # fmt: skip
        assert (found.creator.id, found.st.name, found.student.name) == (row.creator_id, row.st_name, row.student_name)
        lasted = None if row.actual is None else row.actual
        assert (found.actual_end and found.actual_start and found.actual_end - found.actual_start) == lasted
