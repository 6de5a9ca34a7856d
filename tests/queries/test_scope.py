"""Whose rows: a scope that names a creator shows theirs, and one that says nothing shows nothing."""

import pytest

from auth.viewer import CreatorScope
from queries.compare import compare
from queries.options import list_chosen, list_courses, list_creators, list_student_teachers, list_students
from queries.sessions import NotFoundError, Sort, count_sessions, get_place, get_session, list_sessions
from queries.stats import get_stats, get_totals, list_over_time
from queries.upcoming import list_upcoming
from tests.queries.asking import ROWS, Question, question
from tests.queries.fold import Asked
from tests.queries.world import CREATORS, NOW
from warehouse.snapshot import Snapshot

EVERYTHING = question(Asked(None, NOW))
SCOPES = [
    CreatorScope(),
    CreatorScope(sees_private=True),
    CreatorScope(creator_id=""),
    CreatorScope(creator_id="nobody"),
]


def list_all(snapshot: Snapshot, scope: CreatorScope, asking: Question = EVERYTHING) -> list[str]:
    page = list_sessions(snapshot, scope, asking.filters, sort=Sort.SCHEDULED_START, page=1, limit=500)
    return [session.id for session in page.sessions]


@pytest.mark.parametrize("scope", SCOPES)
def test_a_scope_of_nobody_has_no_rows_in_any_query(snapshot: Snapshot, scope: CreatorScope) -> None:
    filters, clock = EVERYTHING.filters, EVERYTHING.clock
    assert list_all(snapshot, scope) == []
    assert count_sessions(snapshot, scope, filters) == 0
    upcoming = list_upcoming(snapshot, scope, filters, now=NOW, sort=Sort.SCHEDULED_START, page=1, limit=500)
    assert (upcoming.sessions, upcoming.pagination.total) == ([], 0)
    found = get_stats(snapshot, scope, filters, clock)
    assert (found.total_sessions, found.disputes, found.by_st) == (0, 0, [])
    assert list_over_time(snapshot, scope, filters, clock).buckets == []
    compared = compare(snapshot, scope, (filters, filters))
    assert (compared.a.total_sessions, compared.b.total_sessions, compared.shared_sessions) == (0, 0, 0)
    totals = get_totals(snapshot, scope, clock)
    assert (totals.total_sessions, totals.this_week) == (0, 0)
    assert list_courses(snapshot, scope) == []
    assert list_student_teachers(snapshot, scope) == list_creators(snapshot, scope) == []
    assert list_students(snapshot, scope, "a", 50) == []
    for row in ROWS[::50]:
        assert get_place(snapshot, scope, filters, Sort.SCHEDULED_START, row.id) is None
        with pytest.raises(NotFoundError, match="session"):
            get_session(snapshot, scope, filters, row.id)


@pytest.mark.parametrize("creator", CREATORS)
def test_a_creator_sees_exactly_their_own(snapshot: Snapshot, creator: str) -> None:
    scope = CreatorScope(creator_id=creator)
    own = [row for row in ROWS if row.creator_id == creator]
    assert set(list_all(snapshot, scope)) == {row.id for row in own}
    assert {st.id: st.sessions for st in list_student_teachers(snapshot, scope)} == {
        id_: sum(row.st_id == id_ for row in own) for id_ in {row.st_id for row in own}
    }
    assert sum(course.sessions for course in list_courses(snapshot, scope)) == len(own)
    assert [creator.id for creator in list_creators(snapshot, scope)] == [creator]


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"course_id": ["k1", "k4"]}, "course_id"),
        ({"st_id": ["t8"]}, "st_id"),
        ({"student_id": "u19"}, "student_id"),
        ({"student_id": ""}, "student_id"),
        ({"course_id": ["none of this name"]}, "course_id"),
        ({"course_id": [""]}, "course_id"),
    ],
)
def test_anothers_id_and_an_id_of_nothing_are_refused_in_the_same_words(
    snapshot: Snapshot, params: dict[str, object], field: str
) -> None:
    asking = question(Asked("c1", NOW, params=params))
    with pytest.raises(NotFoundError) as error:
        list_chosen(snapshot, asking.scope, asking.filters)
    assert error.value.field == field
    assert str(error.value).startswith(f"{field}: no such {field.removesuffix('_id')}")


def test_a_shared_st_and_a_shared_student_are_each_creators_own_sessions_only(snapshot: Snapshot) -> None:
    for creator in ("c1", "c2"):
        for name, id_ in (("st_id", "t3"), ("student_id", "u12")):
            params = {name: [id_] if name == "st_id" else id_}
            asking = question(Asked(creator, NOW, params=params))
            list_chosen(snapshot, asking.scope, asking.filters)
            expected = {row.id for row in ROWS if row.creator_id == creator and getattr(row, name) == id_}
            assert set(list_all(snapshot, asking.scope, asking)) == expected != set()


def test_text_that_people_wrote_and_recordings_leave_for_those_only_who_may_see_them(snapshot: Snapshot) -> None:
    recorded = next(row for row in ROWS if row.has_recording and row.creator_id == "c1")
    open_ = get_session(snapshot, CreatorScope(creator_id="c1", sees_private=True), EVERYTHING.filters, recorded.id)
    closed = get_session(snapshot, CreatorScope(creator_id="c1"), EVERYTHING.filters, recorded.id)
    assert open_.recording_key == f"recordings/{recorded.id}.webm"
    assert closed.recording_key is None
    assert closed.detail.has_recording
