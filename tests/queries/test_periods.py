"""Days, weeks and months on the viewer's calendar, clock changes included, and the period before."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from queries.filters import FilterParams, resolve
from queries.periods import Clock, Comparison, Period, comparison
from queries.sessions import count_sessions
from queries.stats import get_stats, list_over_time
from tests.queries.asking import ROWS, question
from tests.queries.fold import Asked
from tests.queries.fold_time import wall
from tests.queries.world import BERLIN, CLOCK_CHANGES, NEW_YORK, NOW
from warehouse.snapshot import Snapshot

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TUESDAY = "2026-11-24T15:30"


def clock(zone: str = "Europe/Berlin", now: str = TUESDAY, week_start: int = 0, as_of: str | None = None) -> Clock:
    """`now` and `as_of` on the wall in the zone."""
    there = ZoneInfo(zone)
    moment = datetime.fromisoformat(now).replace(tzinfo=there)
    known = datetime.fromisoformat(as_of).replace(tzinfo=there) if as_of else moment
    return Clock(moment.astimezone(UTC), known.astimezone(UTC), moment.astimezone(UTC), there, week_start)


def period_of(query: str, at: Clock) -> Period:
    return resolve(FilterParams.from_query(query), at, 2).period


def compared(query: str, at: Clock) -> Comparison:
    found = comparison(period_of(query, at), at)
    assert found
    return found


def there(moment: datetime | None, at: Clock) -> str:
    assert moment
    return wall(moment, at.zone).isoformat(timespec="minutes")


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", "2026-03-29", 23),
        ("Europe/Berlin", "2025-10-26", 25),
        ("Europe/Berlin", "2026-10-25", 25),
        ("America/New_York", "2026-03-08", 23),
        ("America/New_York", "2026-11-01", 25),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        ("Asia/Kathmandu", "2026-11-01", 24),
        ("America/Havana", "2025-11-02", 25),  # midnight comes twice
        ("Africa/Cairo", "2026-04-24", 23),  # there is no midnight
    ],
)
def test_a_day_is_as_long_as_it_is_there(zone: str, day: str, hours: float) -> None:
    at = clock(zone)
    whole, before, after = (
        period_of(f"from={shifted}&to={shifted}", at)
        for shifted in (day, date.fromisoformat(day) - DAY, date.fromisoformat(day) + DAY)
    )
    assert whole.start
    assert whole.end
    assert whole.end - whole.start == hours * HOUR
    assert (before.end, whole.end) == (whole.start, after.start)


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK])
def test_each_session_around_a_clock_change_is_in_its_own_day_and_no_other(snapshot: Snapshot, zone: ZoneInfo) -> None:
    for midnight in CLOCK_CHANGES[zone]:
        for day in (midnight.date() - DAY, midnight.date(), midnight.date() + DAY):
            asking = question(Asked(None, NOW, zone=zone, params={"from": day, "to": day}))
            expected = sum(wall(row.start, zone).date() == day for row in ROWS)
            assert count_sessions(snapshot, asking.scope, asking.filters) == expected > 0
            (bucket,) = list_over_time(snapshot, asking.scope, asking.filters, asking.clock).buckets
            assert (bucket.first, bucket.total_sessions) == (day, expected)


@pytest.mark.parametrize(
    ("query", "start", "end"),
    [
        ("range=today", "2026-11-24T00:00", "2026-11-25T00:00"),
        ("range=this_week", "2026-11-23T00:00", "2026-11-30T00:00"),
        ("range=this_month", "2026-11-01T00:00", "2026-12-01T00:00"),
        ("range=last_7_days", "2026-11-18T00:00", "2026-11-25T00:00"),
        ("range=last_30_days", "2026-10-26T00:00", "2026-11-25T00:00"),
        ("range=last_12_weeks", "2026-09-02T00:00", "2026-11-25T00:00"),
    ],
)
def test_a_preset_is_whole_days_of_the_zone(query: str, start: str, end: str) -> None:
    at = clock()
    period = period_of(query, at)
    assert (there(period.start, at), there(period.end, at)) == (start, end)


def test_today_is_the_viewers_day_and_not_utcs() -> None:
    late = clock("Pacific/Auckland", "2026-11-25T00:30")
    assert period_of("range=today", late).first == date(2026, 11, 25)
    assert late.now.date() == date(2026, 11, 24)


def test_a_week_starts_on_sunday_where_the_setting_says_so() -> None:
    sunday = clock(week_start=6)
    assert there(period_of("range=this_week", sunday).start, sunday) == "2026-11-22T00:00"
    on_sunday = clock(now="2026-11-22T10:00", week_start=6)
    assert period_of("range=this_week", on_sunday).first == date(2026, 11, 22)
    assert period_of("range=this_week", clock(now="2026-11-22T10:00")).first == date(2026, 11, 16)


@pytest.mark.parametrize("week_start", [0, 6])
def test_weekly_figures_begin_on_the_first_day_of_the_week(snapshot: Snapshot, week_start: int) -> None:
    params = {"from": date(2026, 5, 1), "to": date(2026, 9, 30)}
    asking = question(Asked(None, NOW, week_start=week_start, zone=NEW_YORK, params=params))
    found = list_over_time(snapshot, asking.scope, asking.filters, asking.clock)
    assert found.bucket == "week"
    assert {bucket.first.weekday() for bucket in found.buckets} == {week_start}
    assert [bucket.partial for bucket in found.buckets] == [True, *[False] * (len(found.buckets) - 2), True]


@pytest.mark.parametrize(
    ("query", "previous", "end", "compared_end"),
    [
        ("range=today", "2026-11-23T00:00", "2026-11-23T15:30", "2026-11-24T15:30"),
        ("range=this_week", "2026-11-16T00:00", "2026-11-17T15:30", "2026-11-24T15:30"),
        ("range=this_month", "2026-10-01T00:00", "2026-10-24T15:30", "2026-11-24T15:30"),
        ("range=last_7_days", "2026-11-11T00:00", "2026-11-18T00:00", "2026-11-25T00:00"),
        ("from=2026-11-10&to=2026-11-12", "2026-11-07T00:00", "2026-11-10T00:00", "2026-11-13T00:00"),
        (
            "from=2026-11-10T08:00:00Z&to=2026-11-10T14:00:00Z",
            "2026-11-10T03:00", "2026-11-10T09:00", "2026-11-10T15:00",
        ),
    ],
)  # fmt: skip
def test_the_period_before_is_as_long_and_a_calendar_preset_compares_what_has_elapsed(
    query: str, previous: str, end: str, compared_end: str
) -> None:
    at = clock()
    found = compared(query, at)
    assert (there(found.start, at), there(found.end, at)) == (previous, end)
    assert there(found.compared_end, at) == compared_end


def test_a_day_of_23_hours_is_compared_by_the_clock_on_the_wall() -> None:
    at = clock(now="2026-03-29T15:30")
    found = compared("range=today", at)
    assert (there(found.end, at), there(found.compared_end, at)) == ("2026-03-28T15:30", "2026-03-29T15:30")
    assert found.end - found.start == timedelta(hours=15.5)
    week = compared("from=2026-03-29&to=2026-03-29", at)
    assert week.end - week.start == 24 * HOUR


def test_the_end_of_a_long_month_is_compared_with_the_whole_of_a_short_one() -> None:
    at = clock(now="2026-03-31T18:00")
    found = compared("range=this_month", at)
    assert (there(found.start, at), there(found.end, at)) == ("2026-02-01T00:00", "2026-03-01T00:00")


def test_what_has_elapsed_ends_where_the_data_end() -> None:
    at = clock(as_of="2026-11-23T06:00")
    found = compared("range=this_week", at)
    assert (there(found.end, at), there(found.compared_end, at)) == ("2026-11-16T06:00", "2026-11-23T06:00")
    old = clock(as_of="2026-11-20T06:00")
    nothing = compared("range=this_week", old)
    assert nothing.start == nothing.end
    assert there(nothing.compared_end, old) == "2026-11-23T00:00"


@pytest.mark.parametrize("query", ["", "range=all", "from=2026-11-01", "to=2026-11-01"])
def test_an_open_range_has_no_period_before_it(query: str) -> None:
    at = clock()
    assert comparison(period_of(query, at), at) is None


@pytest.mark.parametrize(
    "query",
    [
        "from=1900-01-01&to=9000-01-01",
        "from=2000-01-01&to=4100-01-01",
        "from=1900-01-01T00:00:00Z&to=9000-01-01T00:00:00Z",
        "from=1900-01-01T00:00:00%2B14:00&to=1900-01-02",
    ],
)
def test_a_range_with_no_room_for_one_before_it_is_answered_without_comparison(snapshot: Snapshot, query: str) -> None:
    at = clock()
    assert comparison(period_of(query, at), at) is None
    asking = question(Asked(None, NOW))
    filters = resolve(FilterParams.from_query(query), at, 2)
    assert get_stats(snapshot, asking.scope, filters, at).changes is None
    assert len(list_over_time(snapshot, asking.scope, filters, at).buckets) < 100


def test_an_empty_period_before_is_no_comparison_and_no_infinite_change(snapshot: Snapshot) -> None:
    asking = question(Asked("c1", NOW, params={"from": date(2025, 1, 1), "to": date(2026, 11, 1)}))
    found = get_stats(snapshot, asking.scope, asking.filters, asking.clock)
    assert found.total_sessions > 0
    assert found.previous
    assert found.previous.total_sessions == 0
    assert found.changes is None


def test_a_rolling_range_of_an_old_export_ends_with_its_last_session() -> None:
    at = clock()
    old = Clock(at.now, at.data_as_of, datetime(2026, 3, 1, 12, tzinfo=UTC), at.zone)
    assert (period_of("range=last_7_days", old).first, period_of("range=last_7_days", old).last) == (
        date(2026, 2, 23),
        date(2026, 3, 1),
    )
    assert period_of("range=today", old).first == date(2026, 11, 24)


@pytest.mark.parametrize(("to", "bucket"), [("2026-11-14", "day"), ("2026-11-15", "week"), ("2027-07-07", "week"),
                                            ("2027-07-08", "month")])  # fmt: skip
def test_an_hour_more_for_the_clock_change_does_not_change_days_into_weeks(
    snapshot: Snapshot, to: str, bucket: str
) -> None:
    params = {"from": date(2026, 10, 1), "to": date.fromisoformat(to)}
    asking = question(Asked(None, NOW, zone=BERLIN, params=params))
    assert list_over_time(snapshot, asking.scope, asking.filters, asking.clock).bucket == bucket
