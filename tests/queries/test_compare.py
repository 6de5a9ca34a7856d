"""Both sides of a comparison: which range each has, which rows, and how many are in both."""

from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ttest_ind

from queries.compare import CompareParams, Sides, compare, resolve_sides
from queries.filters import FilterError, SessionFilters
from queries.periods import Clock
from queries.stats import get_stats
from tests.queries import fold, fold_time
from tests.queries.asking import LAST_START, RANGES, ROWS, ZONES, asked_questions, question
from tests.queries.fold import LOW, Asked
from tests.queries.fold import UTC as ZONE
from tests.queries.test_against_fold import assert_agree
from tests.queries.world import AS_OF, COURSES, NOW, TEACHERS, Held
from warehouse.snapshot import Snapshot

BERLIN = ZoneInfo("Europe/Berlin")


def sides_of(query: str, asked: Asked) -> Sides:
    clock = Clock(asked.now, asked.as_of, LAST_START, asked.zone, asked.week_start)
    return resolve_sides(CompareParams.from_query(f"tz={asked.zone.key}&{query}"), clock, LOW)


def sides(query: str, now: datetime = NOW, zone: ZoneInfo = ZONE) -> Sides:
    return sides_of(query, Asked(None, now, min(now, AS_OF), zone=zone))


def days(side: SessionFilters) -> tuple[str, str] | None:
    period = side.period
    return (str(period.first), str(period.last)) if period.first and period.last else None


def query_of(asked: Asked, other: dict[str, Any]) -> str:
    given_ = asked.params | {f"vs_{name}": value for name, value in other.items()}
    return urlencode(
        {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in given_.items()},
        doseq=True,
    )


@pytest.mark.parametrize(
    ("query", "of_a", "of_b"),
    [
        ("from=2026-11-01&to=2026-11-10", ("2026-11-01", "2026-11-10"), ("2026-10-22", "2026-10-31")),
        ("from=2026-11-01&to=2026-11-10&vs_range=previous", ("2026-11-01", "2026-11-10"), ("2026-10-22", "2026-10-31")),
        ("from=2026-11-01&to=2026-11-10&vs_range=year_before",
         ("2026-11-01", "2026-11-10"), ("2025-11-01", "2025-11-10")),
        ("from=2024-02-29&to=2024-02-29&vs_range=year_before",
         ("2024-02-29", "2024-02-29"), ("2023-02-28", "2023-02-28")),
        ("from=2024-02-01&to=2024-02-28&vs_range=year_before",
         ("2024-02-01", "2024-02-28"), ("2023-02-01", "2023-02-28")),
        ("from=2024-02-01&to=2024-02-29&vs_range=year_before",
         ("2024-02-01", "2024-02-29"), ("2023-02-01", "2023-02-28")),
        ("from=2023-02-01&to=2023-02-28&vs_range=year_before",
         ("2023-02-01", "2023-02-28"), ("2022-02-01", "2022-02-28")),
        ("range=last_7_days", ("2026-11-18", "2026-11-24"), ("2026-11-11", "2026-11-17")),
        ("range=last_7_days&vs_range=last_30_days", ("2026-11-18", "2026-11-24"), ("2026-10-26", "2026-11-24")),
        ("range=last_7_days&vs_range=all", ("2026-11-18", "2026-11-24"), None),
        ("range=all&vs_from=2026-01-01&vs_to=2026-01-31", None, ("2026-01-01", "2026-01-31")),
        ("range=all&vs_course_id=k2", None, None),
        ("range=last_7_days&vs_st_id=t1", ("2026-11-18", "2026-11-24"), ("2026-11-18", "2026-11-24")),
        ("range=last_7_days&vs_range=same", ("2026-11-18", "2026-11-24"), ("2026-11-18", "2026-11-24")),
        ("range=last_7_days&vs_st_id=t1&vs_range=previous", ("2026-11-18", "2026-11-24"), ("2026-11-11", "2026-11-17")),
    ],
)  # fmt: skip
def test_the_range_of_each_side(query: str, of_a: tuple[str, str] | None, of_b: tuple[str, str] | None) -> None:
    a, b = sides(query, zone=BERLIN)
    assert (days(a), days(b)) == (of_a, of_b)


def test_days_of_b_begin_and_end_where_the_zone_has_them() -> None:
    _, b = sides("from=2026-10-26&to=2026-11-01", zone=BERLIN)  # the week before has 25 hours on its last day
    assert (b.period.start, b.period.end) == (
        datetime(2026, 10, 18, 22, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("range_", "against", "begins"),
    [
        ("this_week", "previous", datetime(2026, 11, 16, tzinfo=UTC)),
        ("this_month", "previous", datetime(2026, 10, 1, tzinfo=UTC)),
        ("this_month", "year_before", datetime(2025, 11, 1, tzinfo=UTC)),
        ("today", "year_before", datetime(2025, 11, 24, tzinfo=UTC)),
    ],
)
def test_a_calendar_range_that_is_not_over_is_held_against_the_same_part(
    range_: str, against: str, begins: datetime
) -> None:
    a, b = sides(f"range={range_}&vs_range={against}")
    assert a.period.end == AS_OF
    assert b.period.start == begins
    assert a.period.start
    assert b.period.end == begins + (AS_OF - a.period.start)


def test_a_range_of_which_nothing_has_passed_yet_has_no_days() -> None:
    a, b = sides("range=this_week", now=datetime(2026, 11, 23, tzinfo=UTC))
    assert a.period.start == a.period.end
    assert b.period.start == b.period.end
    assert (a.period.first, a.period.last, b.period.first, b.period.last) == (None,) * 4


def test_beside_other_courses_a_calendar_range_is_whole_on_both_sides() -> None:
    a, b = sides("range=this_week&vs_course_id=k2")
    assert a.period == b.period
    assert days(a) == ("2026-11-23", "2026-11-29")


def test_of_a_29_february_that_is_not_over_the_year_before_is_held_until_the_28th_ended() -> None:
    now = datetime(2024, 2, 29, 10, tzinfo=UTC)
    a, b = sides("range=this_month&vs_range=year_before", now=now)
    assert a.period.end == now
    assert (b.period.start, b.period.end) == (datetime(2023, 2, 1, tzinfo=UTC), datetime(2023, 3, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("range=all", "vs_range"),
        ("from=2026-01-01", "vs_range"),
        ("to=2026-01-01&vs_range=year_before", "vs_range"),
        ("vs_range=previous&vs_from=2026-01-01", "vs_range"),
        ("vs_range=last_year", "vs_range"),
        ("vs_range=previous&vs_range=all", "vs_range"),
        ("vs_from=2026-02-01&vs_to=2026-01-01", "vs_from"),
        ("vs_from=2026-02-30", "vs_from"),
        ("vs_to=2026-01-01T10:00", "vs_to"),
        ("vs_without=status", "vs_without"),
        ("vs_without=st_id&vs_st_id=t1", "vs_without"),
        ("vs_without=course_id&vs_course_id=k1", "vs_without"),
        ("vs_status=completed", "vs_status"),
        ("from=2026-02-01&to=2026-01-01", "from"),
    ],
)
def test_what_cannot_be_understood_names_its_parameter(query: str, field: str) -> None:
    with pytest.raises(FilterError) as error:
        sides(query)
    assert error.value.field == field


def test_b_has_as_filters_of_a_all_that_it_does_not_replace_or_leave_out() -> None:
    a, b = sides("range=all&course_id=k1&st_id=t1&student_q=e&status=completed&vs_st_id=t2&vs_st_id=t3")
    assert b == replace(a, st_ids=("t2", "t3"))
    a, b = sides("range=all&course_id=k1&st_id=t1&vs_without=st_id&vs_course_id=k2")
    assert b == replace(a, course_ids=("k2",), st_ids=())


def expected_rows(asked: Asked, other: dict[str, Any]) -> tuple[list[Held], list[Held]]:
    """By the fold: of B's own range, or of the one before A's; its courses and STs in place of A's."""
    of_b = {name: value for name, value in other.items() if name in ("course_id", "st_id")}
    filters_b = fold.chosen(ROWS, replace(asked, params=asked.params | of_b))
    covered = fold_time.range_of(asked)
    ranged: dict[str, Any] = {name: other[name] for name in ("from", "to", "range") if name in other}
    if ranged:
        holds_a, holds_b = covered.holds, fold_time.range_of(replace(asked, params=ranged)).holds
    elif other:
        holds_a = holds_b = covered.holds
    else:
        assert covered.compared
        assert covered.previous
        holds_a, holds_b = covered.compared, covered.previous
    return (
        [row for row in fold.chosen(ROWS, asked) if holds_a(row.start)],
        [row for row in filters_b if holds_b(row.start)],
    )


def has_none_before(asked: Asked, other: dict[str, Any]) -> bool:
    covered = fold_time.range_of(asked)
    return not other and None in (covered.begin, covered.end)


OTHERS = st.builds(
    lambda ranged, ids: ranged | {name: value for name, value in ids.items() if value},
    RANGES,
    st.fixed_dictionaries(
        {},
        optional={
            "course_id": st.lists(st.sampled_from(tuple(COURSES)), max_size=2, unique=True),
            "st_id": st.lists(st.sampled_from(tuple(TEACHERS)), max_size=2, unique=True),
        },
    ),
)


@settings(max_examples=400, deadline=None)
@given(asked=asked_questions(), other=OTHERS)
def test_each_side_and_what_they_share_are_the_folds(snapshot: Snapshot, asked: Asked, other: dict[str, Any]) -> None:
    if has_none_before(asked, other):
        with pytest.raises(FilterError, match="vs_range"):
            sides_of(query_of(asked, other), asked)
        return
    both = sides_of(query_of(asked, other), asked)
    found = compare(snapshot, question(asked).scope, both)
    rows_a, rows_b = expected_rows(asked, other)
    for side, rows, filters in ((found.a, rows_a, both[0]), (found.b, rows_b, both[1])):
        assert_agree(asdict(side), fold.figures(rows), "side")
        assert (side.start, side.end) == (filters.period.start, filters.period.end)
        assert (side.course_id, side.st_id) == (filters.course_ids, filters.st_ids)
    assert found.shared_sessions == len({row.id for row in rows_a} & {row.id for row in rows_b})
    if rows_b:
        assert found.total_change == pytest.approx(100 * (len(rows_a) - len(rows_b)) / len(rows_b))
    else:
        assert found.total_change is None
    for name in ("completion_rate", "no_show_rate", "avg_rating", "avg_duration"):
        one = getattr(found.differences, name)
        assert (one.value_a, one.value_b) == (
            pytest.approx(getattr(found.a, name)),
            pytest.approx(getattr(found.b, name)),
        )


def minutes_of(rows: list[Held]) -> list[float]:
    return [row.actual / timedelta(minutes=1) for row in rows if row.actual is not None and fold.timed(row)]


@pytest.mark.parametrize("zone", ZONES)
def test_the_interval_of_durations_is_scipys_over_the_rows_themselves(snapshot: Snapshot, zone: ZoneInfo) -> None:
    asked = Asked(
        "c1", NOW, zone=zone, params={"from": datetime(2026, 6, 1).date(), "to": datetime(2026, 11, 1).date()}
    )
    found = compare(snapshot, question(asked).scope, sides_of(query_of(asked, {}), asked)).differences.avg_duration
    a, b = (minutes_of(rows) for rows in expected_rows(asked, {}))
    expected = ttest_ind(a, b, equal_var=False).confidence_interval(0.95)
    assert found.interval == pytest.approx((expected.low, expected.high), abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(asked=asked_questions())
def test_against_the_period_before_it_says_what_the_tiles_say(snapshot: Snapshot, asked: Asked) -> None:
    asking = question(asked)
    told = get_stats(snapshot, asking.scope, asking.filters, asking.clock)
    if told.changes is None:
        return
    found = compare(snapshot, asking.scope, sides_of(query_of(asked, {}), asked))
    assert found.total_change == pytest.approx(told.changes.total_sessions)
    for name in ("completion_rate", "no_show_rate", "avg_rating", "avg_duration"):
        assert getattr(found.differences, name).difference == pytest.approx(getattr(told.changes, name))
