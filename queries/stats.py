"""Figures of a question: in all, by Student-Teacher, against the period before, and over time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from queries.filters import SessionFilters
from queries.metrics import FEW_RATINGS, changes, figures, median, shrunk_mean
from queries.models import Bucket, PeriodFigures, Person, SessionsOverTime, SessionStats, StFigures, Totals
from queries.periods import Clock, Comparison, Period, comparison, day_start, period_of_days
from queries.rollup import has_days_of_quarters, is_of_quarters, is_rolled, rolled, rolled_rows
from queries.scope import Scope
from queries.statement import PARTS, filter_values, load
from queries.timeline import minutes_in
from warehouse.snapshot import Row, Snapshot

GET_STATS = load("get_stats", "range_from", "previous_end", kept=True).replacing(
    "groups", "GROUPING SETS ((in_range), (in_range, st_id))"
)
# A second set of groups costs a small creator a quarter of the time: where medians are told otherwise, sums are added.
GET_STATS_BY_ST = load("get_stats", "range_from", "previous_end", kept=True).replacing("groups", "in_range, st_id")
SUM_RANGES = rolled(load("sum_ranges", "range_from", "previous_end", kept=True))
LIST_MEDIAN_MINUTES = load("list_median_minutes", "range_from", "previous_end", kept=True)
OF_TOP = """AND st_id IN (
    SELECT st_id FROM snapshot.sessions WHERE {filtered_sessions}
    GROUP BY st_id ORDER BY count(*) DESC, st_id LIMIT $most
)"""
OF_PART = "AND hash(st_id) % $parts = $part"
LIST_BY_ST = load("list_by_st", kept=True).replacing("of_top", "")
LIST_PART_BY_ST = load("list_by_st", kept=True).replacing("of_top", OF_PART)
LIST_TOP_BY_ST = load("list_by_st", kept=True).replacing("of_top", OF_TOP)
COUNT_STUDENT_TEACHERS = load("count_student_teachers", kept=True)
LIST_OVER_TIME = load("list_over_time", "bucket", "zone", "week_shift", kept=True)
LIST_OVER_TIME_ROLLED = rolled(LIST_OVER_TIME)
LIST_MEDIAN_MINUTES_OVER_TIME = load("list_median_minutes_over_time", "bucket", "zone", "week_shift", kept=True)
COUNT_TOTALS = load("count_totals", "all_creators", "creator_id", "week_start", "week_end", kept=True)
COUNT_TOTALS_ROLLED = rolled(COUNT_TOTALS)

AGGREGATES = tuple(line.rpartition(" AS ")[2].rstrip(",") for line in PARTS["figures"].splitlines())
SUMS_FROM = 4  # columns before the sums: whether of the range, and the Student-Teacher's id, name and avatar
MEDIAN = "median_minutes"
NO_SESSIONS = dict.fromkeys(AGGREGATES, 0) | {MEDIAN: None}
SESSIONS_AT_ONCE = 20_000_000  # a median holds every value, and a snapshot has memory for so many, by Student-Teacher
MOST_DAYS, MOST_WEEKS = 45, 40
WIDEST = timedelta(days=20 * 366)


def get_stats(
    snapshot: Snapshot, scope: Scope, filters: SessionFilters, clock: Clock, *, most_sts: int | None = None
) -> SessionStats:
    """All figures of one question: from one statement, or two where only a part of the range is compared.

    Of the Student-Teachers all, or the `most_sts` with most sessions.
    """
    compared = comparison(filters.period, clock)
    if compared is None:
        whole, before = _read(snapshot, scope, filters, None, None, most_sts), None
    elif compared.compared_end == filters.period.end:
        whole = before = _read(snapshot, scope, filters, compared, filters.period.end, most_sts)
    else:
        whole = _read(snapshot, scope, filters, None, None, most_sts)
        before = _read(snapshot, scope, filters, compared, compared.compared_end, 0)
    total = _total(whole, in_range=True)
    parts = _compared_parts(before, filters, compared) if before is not None and compared else None
    return SessionStats(
        **figures(total),
        start=filters.period.start,
        end=filters.period.end,
        data_as_of=snapshot.info.data_as_of,
        by_st=_by_st(_top([row for row in whole if row[0] and row[1] is not None], most_sts), total),
        compared=parts[0] if parts else None,
        previous=parts[1] if parts else None,
        changes=changes(*parts) if parts else None,
    )


def count_student_teachers(snapshot: Snapshot, scope: Scope, filters: SessionFilters) -> int:
    return int(COUNT_STUDENT_TEACHERS.rows(snapshot, filter_values(scope, filters))[0][0])


def _read(
    snapshot: Snapshot,
    scope: Scope,
    filters: SessionFilters,
    compared: Comparison | None,
    end: datetime | None,
    most_sts: int | None,
) -> list[Row]:
    """Rows of get_stats.sql: of the range alone, or up to `end` and back to where its comparison starts. Of the
    Student-Teachers no fewer than the `most_sts` with most sessions."""
    period = filters.period
    reach = replace(period, start=compared.start, end=end) if compared else period
    reaching = replace(filters, period=reach)
    previous_end = compared.end if compared and compared.end != period.start else None
    values = filter_values(scope, reaching) | {"range_from": period.start, "previous_end": previous_end}
    if is_rolled(scope, reaching) and is_of_quarters(Period(period.start, previous_end)):
        totals, asked = _rolled_totals(snapshot, values), filter_values(scope, filters) | {"most": most_sts}
        if most_sts is not None:
            return totals + LIST_TOP_BY_ST.rows(snapshot, asked)
        return totals + _all_by_st(snapshot, asked, _total(totals, in_range=True)["total_sessions"])
    parts = {True: Period(period.start, reach.end)}
    if compared:
        parts[False] = Period(compared.start, compared.end)
    minutes = minutes_in(snapshot, scope, filters, parts.values())
    if minutes is None:
        return GET_STATS.rows(snapshot, values)
    by_st = GET_STATS_BY_ST.rows(snapshot, values)
    return by_st + [_added(by_st, part, median(some)) for part, some in zip(parts, minutes, strict=True)]


def _added(rows: Sequence[Row], in_range: bool, median_minutes: float | None) -> Row:
    """A whole period's row from those of its Student-Teachers."""
    columns = zip(*(row[SUMS_FROM:] for row in rows if row[0] is in_range), strict=True)
    sums = [sum(value or 0 for value in column) for column in columns] or [0] * len(AGGREGATES)
    return (in_range, None, None, None, *_with_median(sums, median_minutes))


def _all_by_st(snapshot: Snapshot, values: dict[str, Any], sessions: int) -> list[Row]:
    """Where there are very many sessions, some Student-Teachers at a time."""
    parts = -(-sessions // SESSIONS_AT_ONCE)
    if parts <= 1:
        return LIST_BY_ST.rows(snapshot, values)
    asked = [values | {"parts": parts, "part": part} for part in range(parts)]
    return [row for one in asked for row in LIST_PART_BY_ST.rows(snapshot, one)]


def _rolled_totals(snapshot: Snapshot, values: dict[str, Any]) -> list[Row]:
    """The rows of get_stats.sql that are no Student-Teacher's."""
    medians: dict[bool, float] = dict(LIST_MEDIAN_MINUTES.rows(snapshot, values))
    return [
        (in_range, None, None, None, *_with_median(sums, medians.get(in_range)))
        for in_range, *sums in rolled_rows(SUM_RANGES, snapshot, values)
    ]


def _with_median(sums: Sequence[Any], found: float | None) -> list[Any]:
    return [found if name == MEDIAN else value for name, value in zip(AGGREGATES, sums, strict=True)]


def list_over_time(snapshot: Snapshot, scope: Scope, filters: SessionFilters, clock: Clock) -> SessionsOverTime:
    """Figures by day, week or month, by the span of the range. Buckets without sessions are there, empty, but where
    the sessions lie further apart than any platform is old."""
    bucket = _bucket_for(filters)
    shift = (7 - clock.week_start) % 7 if bucket == "week" else 0
    values = {"bucket": bucket, "zone": str(filters.zone), "week_shift": shift}
    found = _read_over_time(snapshot, scope, filters, values)
    if not found:
        return SessionsOverTime(bucket, [])
    first, last = _covered_days(
        filters.period, clock, min(found), _bucket_after(bucket, max(found)) - timedelta(days=1)
    )
    begun = sorted(found) if last - first > WIDEST else _bucket_starts(bucket, first, last, clock)
    buckets = []
    for day in begun:
        after = _bucket_after(bucket, day)
        final = after - timedelta(days=1)
        partial = _is_cut(filters.period, day, after, clock.zone) or day <= clock.today() <= final
        buckets.append(Bucket(**figures(found.get(day, NO_SESSIONS)), first=day, last=final, partial=partial))
    return SessionsOverTime(bucket, buckets)


def _bucket_starts(bucket: str, first: date, last: date, clock: Clock) -> Iterator[date]:
    day = _bucket_start(bucket, first, clock)
    while day <= last:
        yield day
        day = _bucket_after(bucket, day)


def _read_over_time(
    snapshot: Snapshot, scope: Scope, filters: SessionFilters, values: dict[str, Any]
) -> dict[date, dict[str, Any]]:
    """Aggregates by first day."""
    values = filter_values(scope, filters) | values
    if not (is_rolled(scope, filters) and has_days_of_quarters(snapshot, filters.zone)):
        rows = LIST_OVER_TIME.rows(snapshot, values)
    else:
        medians: dict[date, float] = dict(LIST_MEDIAN_MINUTES_OVER_TIME.rows(snapshot, values))
        rows = [
            (day, *_with_median(sums, medians.get(day)))
            for day, *sums in rolled_rows(LIST_OVER_TIME_ROLLED, snapshot, values)
        ]
    return {row[0]: dict(zip(AGGREGATES, row[1:], strict=True)) for row in rows}


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
    if scope.all_creators and is_of_quarters(week):
        return Totals(*rolled_rows(COUNT_TOTALS_ROLLED, snapshot, values)[0])
    return Totals(*COUNT_TOTALS.rows(snapshot, values)[0])


def _sums(row: Row) -> dict[str, Any]:
    return dict(zip(AGGREGATES, row[SUMS_FROM:], strict=True))


def _top(rows: list[Row], most: int | None) -> list[Row]:
    """The rows of Student-Teachers, or those of the `most` with most sessions."""
    sessions = SUMS_FROM + AGGREGATES.index("total_sessions")
    return rows if most is None else sorted(rows, key=lambda row: (-row[sessions], row[1]))[:most]


def _total(rows: list[Row], *, in_range: bool) -> dict[str, Any]:
    return next((_sums(row) for row in rows if row[0] is in_range and row[1] is None), NO_SESSIONS)


def _compared_parts(
    rows: list[Row], filters: SessionFilters, compared: Comparison
) -> tuple[PeriodFigures, PeriodFigures]:
    assert filters.period.start
    now, before = figures(_total(rows, in_range=True)), figures(_total(rows, in_range=False))
    return (
        PeriodFigures(**now, start=filters.period.start, end=compared.compared_end),
        PeriodFigures(**before, start=compared.start, end=compared.end),
    )


def _by_st(rows: list[Row], total: Mapping[str, Any]) -> list[StFigures]:
    """Best shrunk mean first; without any rating by name."""
    found = []
    for row in rows:
        sums = _sums(row)
        rated = sums["rated_sessions"]
        found.append(
            StFigures(
                **figures(sums),
                st=Person(*row[1:SUMS_FROM]),
                sessions=sums["total_sessions"],
                few_ratings=rated < FEW_RATINGS,
                shrunk_rating=shrunk_mean(rated, sums["ratings"] or 0, total["rated_sessions"], total["ratings"] or 0),
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
