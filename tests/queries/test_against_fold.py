"""Thousands of questions, each answered twice: by the queries and by a plain fold over the same rows."""

from dataclasses import asdict
from functools import cache
from math import isclose
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from queries.models import Place
from queries.sessions import Sort, count_sessions, get_place, list_sessions
from queries.stats import get_stats, get_totals, list_over_time
from queries.upcoming import list_upcoming
from tests.queries import fold, fold_time
from tests.queries.asking import ROWS, asked_questions, question
from tests.queries.fold import Asked
from tests.queries.world import CREATORS, Held
from warehouse.snapshot import Snapshot

many = settings(max_examples=650, deadline=None)
QUESTIONS = asked_questions()
LIMITS = (41, 113, 499, 500)


def rows_of(asked: Asked) -> list[Held]:
    holds = fold_time.range_of(asked).holds
    return [row for row in fold.chosen(ROWS, asked) if holds(row.start)]


def assert_agree(found: Any, expected: Any, where: str) -> None:
    """Equal, numbers to nine digits; `expected` says which fields are compared."""
    if isinstance(expected, dict):
        for name, value in expected.items():
            assert_agree(found[name], value, f"{where}.{name}")
    elif isinstance(expected, list | tuple):
        assert len(found) == len(expected), f"{where}: {found} is not {expected}"
        for number, (one, other) in enumerate(zip(found, expected, strict=True)):
            assert_agree(one, other, f"{where}[{number}]")
    elif isinstance(expected, float) and found is not None:
        assert isclose(found, expected, rel_tol=1e-9, abs_tol=1e-6), f"{where}: {found} is not {expected}"
    else:
        assert found == expected, f"{where}: {found} is not {expected}"


@settings(max_examples=450, deadline=None)
@given(asked=QUESTIONS, sort=st.sampled_from(Sort), limit=st.sampled_from(LIMITS))
def test_the_pages_of_a_list_are_the_fold_in_order_without_loss_or_double(
    snapshot: Snapshot, asked: Asked, sort: Sort, limit: int
) -> None:
    expected = [row.id for row in fold.ordered(rows_of(asked), sort)]
    asking = question(asked)
    found: list[str] = []
    for page in range(1, len(expected) // limit + 2):
        answer = list_sessions(snapshot, asking.scope, asking.filters, sort=sort, page=page, limit=limit)
        assert answer.pagination.total == len(expected)
        found += [session.id for session in answer.sessions]
        assert answer.pagination.has_more == (len(found) < len(expected))
    assert found == expected
    assert count_sessions(snapshot, asking.scope, asking.filters) == len(expected)


@many
@given(asked=QUESTIONS)
def test_figures_in_all_and_of_each_st_and_of_the_period_before_are_the_folds(snapshot: Snapshot, asked: Asked) -> None:
    rows, asking = rows_of(asked), question(asked)
    found = asdict(get_stats(snapshot, asking.scope, asking.filters, asking.clock))
    assert_agree(found, fold.figures(rows), "stats")
    assert_agree([{**st, **st["st"]} for st in found["by_st"]], fold.by_st(rows), "by_st")
    covered = fold_time.range_of(asked)
    if covered.compared is None or covered.previous is None:
        assert found["previous"] is found["compared"] is found["changes"] is None
        return
    compared = fold.figures([row for row in rows if covered.compared(row.start)])
    previous = fold.figures([row for row in fold.chosen(ROWS, asked) if covered.previous(row.start)])
    assert_agree(found["compared"], compared, "compared")
    assert_agree(found["previous"], previous, "previous")
    assert_agree(found["changes"], changes(compared, previous), "changes")


def changes(compared: fold.Figures, previous: fold.Figures) -> dict[str, float | None] | None:
    if not previous["total_sessions"]:
        return None
    points = {
        name: None if compared[name] is None or previous[name] is None else compared[name] - previous[name]
        for name in ("completion_rate", "no_show_rate", "avg_rating", "avg_duration")
    }
    return {"total_sessions": 100 * (compared["total_sessions"] / previous["total_sessions"] - 1), **points}


@many
@given(asked=QUESTIONS)
def test_figures_by_day_week_or_month_are_the_folds(snapshot: Snapshot, asked: Asked) -> None:
    asking = question(asked)
    found = list_over_time(snapshot, asking.scope, asking.filters, asking.clock)
    rows = rows_of(asked)
    if rows:
        assert found.bucket == fold_time.bucket_of(asked)
    assert_agree([asdict(bucket) for bucket in found.buckets], fold_time.over_time(rows, asked, found.bucket), "bucket")
    assert sum(bucket.total_sessions for bucket in found.buckets) == len(rows)


@settings(max_examples=150, deadline=None)
@given(asked=QUESTIONS, sort=st.sampled_from(Sort), session=st.sampled_from(ROWS))
def test_the_place_of_a_session_is_its_place_in_the_list(
    snapshot: Snapshot, asked: Asked, sort: Sort, session: Held
) -> None:
    listed = [row.id for row in fold.ordered(rows_of(asked), sort)]
    asking = question(asked)
    found = get_place(snapshot, asking.scope, asking.filters, sort, session.id)
    if session.id not in listed:
        assert found is None
        return
    at = listed.index(session.id)
    beside = listed[at - 1] if at else None, listed[at + 1] if at + 1 < len(listed) else None
    assert found == Place(at + 1, len(listed), *beside)


@settings(max_examples=250, deadline=None)
@given(asked=QUESTIONS, sort=st.sampled_from(Sort), limit=st.sampled_from(LIMITS))
def test_upcoming_sessions_are_the_scheduled_ones_still_to_end(
    snapshot: Snapshot, asked: Asked, sort: Sort, limit: int
) -> None:
    coming = [row for row in rows_of(asked) if row.status == "scheduled" and row.end > asked.now]
    asking = question(asked)
    found = list_upcoming(
        snapshot, asking.scope, asking.filters, now=asked.now, sort=sort, page=1, limit=limit
    )  # fmt: skip
    assert [session.id for session in found.sessions] == [row.id for row in fold.ordered(coming, sort)][:limit]
    assert found.pagination.total == len(coming)


@cache
def _sessions(creator: str | None) -> int:
    return sum(creator in (None, row.creator_id) for row in ROWS)


@settings(max_examples=100, deadline=None)
@given(asked=QUESTIONS, creator=st.sampled_from((None, *CREATORS)))
def test_the_header_counts_all_time_and_this_week_whatever_the_filters(
    snapshot: Snapshot, asked: Asked, creator: str | None
) -> None:
    asking = question(Asked(creator, asked.now, asked.as_of, asked.week_start, asked.zone, {"range": "this_week"}))
    totals = get_totals(snapshot, asking.scope, asking.clock)
    this_week = rows_of(Asked(creator, asked.now, asked.as_of, asked.week_start, asked.zone, {"range": "this_week"}))
    assert (totals.total_sessions, totals.this_week) == (_sessions(creator), len(this_week))
