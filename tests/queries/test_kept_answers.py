"""What tells kept answers apart: the scope, every filter, order and page; nothing that they hold changes meanwhile."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from auth.viewer import CreatorScope
from queries import at_places, compare, options, reviews, sessions, stats, upcoming
from queries.sessions import OrderBy, Sort, list_sessions
from queries.statement import FILTER_PARAMETERS, Statement, _parameters, filter_values, load
from queries.stats import get_stats
from tests.queries.asking import asked_questions, question
from tests.queries.fold import Asked
from tests.queries.world import NOW
from warehouse.snapshot import Snapshot, _kept_as

MODULES = (at_places, compare, options, reviews, sessions, stats, upcoming)
STATEMENTS = {one.sql: one for module in MODULES for one in vars(module).values() if isinstance(one, Statement)}
KEPT = [one for one in STATEMENTS.values() if one.kept]
FILTERED = [one for one in KEPT if "{filtered_sessions}" in one.sql]
SCOPES = (
    CreatorScope(), CreatorScope(True), CreatorScope(creator_id="c1"), CreatorScope(creator_id="c2"),
    CreatorScope(creator_id="all"), CreatorScope(creator_id="True"),
)  # fmt: skip
BESIDE_FILTERS = {
    "range_from": None, "previous_end": None, "bucket": "day", "zone": "UTC", "week_shift": 0, "limit": 7, "offset": 0,
    "places": [1, 2], "week_start": NOW, "week_end": NOW, "q": "e", "course_ids": [], "st_ids": [], "student_ids": [],
    "low_rating": 2, "most": 3, "parts": 2, "part": 1,
}  # fmt: skip
CHANGES: dict[str, Any] = {
    "course_id": ["k1"], "st_id": ["t1"], "student_id": "u01", "student_q": "e", "status": ["completed"],
    "rating_min": 1, "rating_max": 5, "rated": "true", "timed": "true", "flag": ["dispute"], "from": "2026-01-01",
    "to": "2026-11-01", "range": "this_week",
}  # fmt: skip


def key(statement: Statement, values: dict[str, Any]) -> bytes:
    order = OrderBy[Sort.STUDENT.name] if "{order_by}" in statement.sql else None
    return _kept_as(*statement.bound(BESIDE_FILTERS | values, order), None)


def keys(asked: Asked, low_rating: int = 2) -> list[bytes]:
    asking = question(asked)
    filters = replace(asking.filters, low_rating=low_rating)
    return [key(one, filter_values(asking.scope, filters)) for one in FILTERED]


def test_figures_lists_comparisons_and_options_are_kept() -> None:
    assert {one.name for one in KEPT} == {
        "get_stats", "list_over_time", "count_totals", "sum_sessions", "count_sessions",
        "list_sessions_late", "list_sessions_at", "list_courses", "list_student_teachers", "list_creators",
        "list_students", "list_all_students", "count_choices", "list_chosen",
        "sum_ranges of the rollup", "list_median_minutes", "list_by_st", "list_over_time of the rollup",
        "list_median_minutes_over_time", "count_totals of the rollup", "count_sessions of the rollup",
        "count_choices of the rollup", "count_student_teachers",
    }  # fmt: skip
    assert len(FILTERED) == 18


@pytest.mark.parametrize("statement", KEPT, ids=lambda one: one.name)
def test_two_scopes_never_share_an_answer(statement: Statement) -> None:
    assert len({key(statement, filter_values(scope, question(Asked("c1", NOW)).filters)) for scope in SCOPES}) == 6


@pytest.mark.parametrize("statement", KEPT, ids=lambda one: one.name)
def test_nothing_private_is_kept_nor_anything_that_depends_on_the_moment(statement: Statement) -> None:
    words = set(statement.bound(BESIDE_FILTERS | filter_values(SCOPES[0], question(Asked("c1", NOW)).filters), None)[1])
    assert not words & {"sees_private", "now", "session_id"}
    for private in ("notes", "comment", "dispute_reason", "recording_key", "now()", "current_", "random("):
        assert private not in statement.sql.lower()


@pytest.mark.parametrize("name", ["list_reviews", "list_past_decisions"])
def test_what_reads_decisions_cannot_be_kept(name: str) -> None:
    found = next(one for one in STATEMENTS.values() if one.name == name)
    parameters = (*filter_values(SCOPES[0], question(Asked("c1", NOW)).filters), *_own_parameters(found))
    load(name, *parameters)
    with pytest.raises(ValueError, match="reads reviews"):
        load(name, *parameters, kept=True)


def _own_parameters(statement: Statement) -> list[str]:
    return sorted(_parameters(statement.sql) - FILTER_PARAMETERS)


@pytest.mark.parametrize("field", CHANGES)
def test_each_filter_makes_another_question(field: str) -> None:
    base = {} if field in ("from", "to", "range") else {"from": datetime(2026, 1, 1, tzinfo=ZoneInfo("UTC"))}
    without, with_it = (
        keys(Asked("c1", NOW, params=base)),
        keys(Asked("c1", NOW, params=base | {field: CHANGES[field]})),
    )
    assert all(one != other for one, other in zip(without, with_it, strict=True))


def test_so_does_the_setting_of_a_low_rating_where_it_counts() -> None:
    for one, two, statement in zip(keys(Asked("c1", NOW)), keys(Asked("c1", NOW), 3), FILTERED, strict=True):
        assert (one != two) == ("$low_rating" in statement.sql)


@given(asked_questions(), asked_questions())
def test_questions_share_an_answer_only_where_they_filter_alike(one: Asked, other: Asked) -> None:
    first, second = question(one), question(other)
    alike = filter_values(first.scope, first.filters) == filter_values(second.scope, second.filters)
    for mine, theirs in zip(keys(one), keys(other), strict=True):
        assert (mine == theirs) == alike


def test_midnight_makes_another_question_of_the_same_words() -> None:
    zone = ZoneInfo("Europe/Berlin")
    late = datetime(2026, 11, 24, 23, 59, tzinfo=zone)
    asked = Asked("c1", late, zone=zone, params={"range": "last_7_days"})
    assert keys(asked) == keys(replace(asked, now=late - timedelta(hours=3)))
    assert set(keys(asked)).isdisjoint(keys(replace(asked, now=late + timedelta(minutes=1))))


def test_order_page_and_length_make_other_questions(snapshot: Snapshot) -> None:
    asking = question(Asked("c1", NOW))
    windows = [(Sort.STUDENT, 1, 5), (Sort.STUDENT_DESC, 1, 5), (Sort.STUDENT, 2, 5), (Sort.STUDENT, 1, 6)]

    def ids(sort: Sort, page: int, limit: int) -> tuple[str, ...]:
        found = list_sessions(snapshot, asking.scope, asking.filters, sort=sort, page=page, limit=limit)
        return tuple(session.id for session in found.sessions)

    first = [ids(*window) for window in windows]
    assert [ids(*window) for window in windows] == first
    assert len(set(first)) == 4


def test_figures_that_are_kept_are_still_held_against_the_part_of_the_week_that_is_over(snapshot: Snapshot) -> None:
    """The same rows may be compared with others as the day goes on."""
    found = []
    for hours in (0, 1, 30):
        now = NOW + timedelta(hours=hours)
        asking = question(Asked("c1", now, as_of=now, params={"range": "this_week"}))
        stats_now = get_stats(snapshot, asking.scope, asking.filters, asking.clock)
        assert stats_now.compared
        found.append(stats_now.compared.end)
    assert len(set(found)) == 3
