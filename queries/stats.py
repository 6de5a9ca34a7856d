"""Figures of a question: in all, by Student-Teacher, against the period before, and over time."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from queries.filters import SessionFilters
from queries.metrics import FEW_RATINGS, changes, figures, shrunk_mean
from queries.models import Bucket, PeriodFigures, Person, SessionsOverTime, SessionStats, StFigures, Totals
from queries.periods import Clock, Comparison, Period, comparison, day_start, period_of_days
from queries.scope import Scope
from queries.statement import PARTS, filter_values, load
from warehouse.snapshot import Row, Snapshot

GET_STATS = load("get_stats", "range_from", "previous_end", kept=True)
LIST_OVER_TIME = load("list_over_time", "bucket", "zone", "week_shift", kept=True)
COUNT_TOTALS = load("count_totals", "all_creators", "creator_id", "week_start", "week_end", kept=True)

AGGREGATES = tuple(line.rpartition(" AS ")[2].rstrip(",") for line in PARTS["figures"].splitlines())
NO_SESSIONS = dict.fromkeys(AGGREGATES, 0) | {"median_minutes": None}
MOST_DAYS, MOST_WEEKS = 45, 40
WIDEST = timedelta(days=20 * 366)


def get_stats(snapshot: Snapshot, scope: Scope, filters: SessionFilters, clock: Clock) -> SessionStats:
    """All figures of one question: from one statement, or two where only a part of the range is compared."""
    compared = comparison(filters.period, clock)
    if compared is None:
        whole, before = _read(snapshot, scope, filters, None, None), None
    elif compared.compared_end == filters.period.end:
        whole = before = _read(snapshot, scope, filters, compared, filters.period.end)
    else:
        whole = _read(snapshot, scope, filters, None, None)
        before = _read(snapshot, scope, filters, compared, compared.compared_end)
    totals = figures(_total(whole, in_range=True))
    parts = _compared_parts(before, filters, compared) if before is not None and compared else None
    return SessionStats(
        **totals,
        start=filters.period.start,
        end=filters.period.end,
        data_as_of=snapshot.info.data_as_of,
        by_st=_by_st([row for row in whole if row[0] and row[2]], totals["avg_rating"]),
        compared=parts[0] if parts else None,
        previous=parts[1] if parts else None,
        changes=changes(*parts) if parts else None,
    )


def _read(
    snapshot: Snapshot, scope: Scope, filters: SessionFilters, compared: Comparison | None, end: datetime | None
) -> list[Row]:
    """Rows of get_stats.sql: of the range alone, or up to `end` and back to where its comparison starts."""
    period = filters.period
    reach = replace(period, start=compared.start, end=end) if compared else period
    values = filter_values(scope, replace(filters, period=reach))
    previous_end = compared.end if compared and compared.end != period.start else None
    return GET_STATS.rows(snapshot, values | {"range_from": period.start, "previous_end": previous_end})


def list_over_time(snapshot: Snapshot, scope: Scope, filters: SessionFilters, clock: Clock) -> SessionsOverTime:
    """Figures by day, week or month, by the span of the range; buckets without sessions are there, empty."""
    bucket = _bucket_for(filters)
    shift = (7 - clock.week_start) % 7 if bucket == "week" else 0
    values = {"bucket": bucket, "zone": str(filters.zone), "week_shift": shift}
    rows = LIST_OVER_TIME.rows(snapshot, filter_values(scope, filters) | values)
    found = {row[0]: dict(zip(AGGREGATES, row[1:], strict=True)) for row in rows}
    if not found:
        return SessionsOverTime(bucket, [])
    first, last = _covered_days(
        filters.period, clock, min(found), _bucket_after(bucket, max(found)) - timedelta(days=1)
    )
    day = _bucket_start(bucket, first, clock)
    buckets = []
    while day <= last:
        after = _bucket_after(bucket, day)
        final = after - timedelta(days=1)
        partial = _is_cut(filters.period, day, after, clock.zone) or day <= clock.today() <= final
        buckets.append(Bucket(**figures(found.get(day, NO_SESSIONS)), first=day, last=final, partial=partial))
        day = after
    return SessionsOverTime(bucket, buckets)


def get_totals(snapshot: Snapshot, scope: Scope, clock: Clock) -> Totals:
    """Sessions of all time and of this calendar week, whatever the filters."""
    monday = clock.week_of(clock.today())
    week = period_of_days(monday, monday + timedelta(days=6), clock.zone)
    values = {
        "all_creators": scope.all_creators,
        "creator_id": scope.creator_id,
        "week_start": week.start,
        "week_end": week.end,
    }
    return Totals(*COUNT_TOTALS.rows(snapshot, values)[0])


def _sums(row: Row) -> dict[str, Any]:
    return dict(zip(AGGREGATES, row[5:], strict=True))


def _total(rows: list[Row], *, in_range: bool) -> dict[str, Any]:
    return next((_sums(row) for row in rows if row[0] is in_range and not row[2]), NO_SESSIONS)


def _compared_parts(
    rows: list[Row], filters: SessionFilters, compared: Comparison
) -> tuple[PeriodFigures, PeriodFigures]:
    assert filters.period.start
    now, before = figures(_total(rows, in_range=True)), figures(_total(rows, in_range=False))
    return (
        PeriodFigures(**now, start=filters.period.start, end=compared.compared_end),
        PeriodFigures(**before, start=compared.start, end=compared.end),
    )


def _by_st(rows: list[Row], base_mean: float | None) -> list[StFigures]:
    """Best shrunk mean first; without any rating by name."""
    found = []
    for row in rows:
        sums = _sums(row)
        rated = sums["rated_sessions"]
        found.append(
            StFigures(
                **figures(sums),
                st=Person(row[1], row[3], row[4]),
                sessions=sums["total_sessions"],
                few_ratings=rated < FEW_RATINGS,
                shrunk_rating=shrunk_mean(rated, sums["ratings"] or 0, base_mean),
            )
        )
    return sorted(found, key=lambda st: (-(st.shrunk_rating or 0), st.st.name.casefold(), st.st.id))


def _bucket_for(filters: SessionFilters) -> str:
    period = filters.period
    if period.start is None or period.end is None:
        return "month"
    days = round((period.end - period.start) / timedelta(days=1))
    return "day" if days <= MOST_DAYS else "week" if days <= MOST_WEEKS * 7 else "month"


def _covered_days(period: Period, clock: Clock, first: date, last: date) -> tuple[date, date]:
    """The days that the range covers; on an unbounded side whole buckets, as far as there are rows.

    A range wider than any platform is old is cut to its rows too: nobody reads 80,000 empty months.
    """
    tick = timedelta(microseconds=1)
    start = period.start.astimezone(clock.zone).date() if period.start else first
    end = (period.end - tick).astimezone(clock.zone).date() if period.end else last
    if end - start > WIDEST:
        start, end = max(start, first), min(end, last)
    return start, max(start, end)


def _is_cut(period: Period, first: date, after: date, zone: ZoneInfo) -> bool:
    """Whether the range leaves out a part of the days from `first` to before `after`."""
    starts_inside = period.start is not None and period.start > day_start(first, zone)
    ends_inside = period.end is not None and period.end < day_start(after, zone)
    return starts_inside or ends_inside


def _bucket_start(bucket: str, day: date, clock: Clock) -> date:
    if bucket == "month":
        return day.replace(day=1)
    return clock.week_of(day) if bucket == "week" else day


def _bucket_after(bucket: str, day: date) -> date:
    if bucket == "month":
        return (day + timedelta(days=31)).replace(day=1)
    return day + timedelta(days=7 if bucket == "week" else 1)
