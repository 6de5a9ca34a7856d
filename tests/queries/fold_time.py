"""Ranges of time as the definitions put them, day by day on the viewer's calendar."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from tests.queries.fold import Asked, Figures, figures
from tests.queries.world import Held, held

DAY = timedelta(days=1)
ROLLING = {"last_7_days": 7, "last_30_days": 30, "last_12_weeks": 84}
LAST_START = max(row.start for row in held())
Holds = Callable[[datetime], bool]


@dataclass(frozen=True)
class Range:
    """From `begin` to before `end`: which instants it holds, and which of them are compared with which before."""

    holds: Holds
    begin: datetime | None
    end: datetime | None
    compared: Holds | None = None
    previous: Holds | None = None


@cache
def wall(instant: datetime, zone: ZoneInfo) -> datetime:
    """What a clock on the wall there shows."""
    return instant.astimezone(zone).replace(tzinfo=None)


@cache
def first_instant(day: date, zone: ZoneInfo) -> datetime:
    """The first quarter of an hour that the calendar there dates `day` or later."""
    instant = datetime.combine(day, time(), UTC) - timedelta(hours=16)
    while wall(instant, zone).date() < day:
        instant += timedelta(minutes=15)
    return instant


def unit_of(day: date, unit: str, week_start: int) -> tuple[date, date]:
    """First and last day of the day, week or month that `day` is in."""
    first = last = day
    if unit == "week":
        while first.weekday() != week_start:
            first -= DAY
        last = first + 6 * DAY
    if unit == "month":
        first = day.replace(day=1)
        while (last + DAY).month == day.month:
            last += DAY
    return first, last


def range_of(asked: Asked) -> Range:
    params, zone = asked.params, asked.zone
    today = wall(asked.now, zone).date()
    preset, start, end = params.get("range"), params.get("from"), params.get("to")
    if preset in ("today", "this_week", "this_month"):
        return _calendar(asked, today, preset.rpartition("_")[2].replace("today", "day"))
    if preset in ROLLING:
        end = min(today, wall(LAST_START, zone).date())
        start = end - (ROLLING[preset] - 1) * DAY
    return _given(start, end, zone)


def _calendar(asked: Asked, today: date, unit: str) -> Range:
    zone = asked.zone
    first, last = unit_of(today, unit, asked.week_start)
    before, before_last = unit_of(first - DAY, unit, asked.week_start)
    begin, end = first_instant(first, zone), first_instant(last + DAY, zone)
    elapsed = min(max(min(asked.now, asked.as_of), begin), end)
    into = wall(elapsed, zone) - datetime.combine(first, time())
    same = (datetime.combine(before, time()) + into).replace(tzinfo=zone).astimezone(UTC)
    holds = _days(first, last, zone)
    in_before = _days(before, before_last, zone)
    return Range(
        holds,
        begin,
        end,
        lambda instant: holds(instant) and instant < elapsed,
        lambda instant: in_before(instant) and instant < same,
    )


def _given(start: Any, end: Any, zone: ZoneInfo) -> Range:
    first = start if isinstance(start, date) and not isinstance(start, datetime) else None
    last = end if isinstance(end, date) and not isinstance(end, datetime) else None

    def holds(instant: datetime) -> bool:
        day = wall(instant, zone).date()
        after = day >= first if first else start is None or instant >= start
        until = day <= last if last else end is None or instant < end
        return after and until

    begin = first_instant(first, zone) if first else start
    stop = first_instant(last + DAY, zone) if last else end
    if begin is None or stop is None:
        return Range(holds, begin, stop)
    if first and last:
        return Range(holds, begin, stop, holds, _days(first - (last - first) - DAY, first - DAY, zone))
    length = stop - begin
    return Range(holds, begin, stop, holds, lambda instant: begin - length <= instant < begin)


def _days(first: date, last: date, zone: ZoneInfo) -> Holds:
    return lambda instant: first <= wall(instant, zone).date() <= last


def over_time(rows: list[Held], asked: Asked, bucket: str) -> list[Figures]:
    """Figures of each day, week or month that the range touches; on an open side, that rows are in.

    Partial are those that the range cuts, and the one that now is in.
    """
    if not rows:
        return []
    covered, zone = range_of(asked), asked.zone
    days = {row.id: wall(row.start, zone).date() for row in rows}
    day = wall(covered.begin, zone).date() if covered.begin else min(days.values())
    last = wall(covered.end - timedelta(microseconds=1), zone).date() if covered.end else max(days.values())
    found = []
    while day <= last:
        first_day, last_day = unit_of(day, bucket, asked.week_start)
        own = [row for row in rows if first_day <= days[row.id] <= last_day]
        cut_before = covered.begin is not None and covered.begin > first_instant(first_day, zone)
        cut_after = covered.end is not None and covered.end < first_instant(last_day + DAY, zone)
        cut = cut_before or cut_after or first_day <= wall(asked.now, zone).date() <= last_day
        found.append({**figures(own), "first": first_day, "last": last_day, "partial": cut})
        day = last_day + DAY
    return found


def bucket_of(asked: Asked) -> str:
    """By day up to 45 days, by week up to 40 weeks, else by month."""
    covered = range_of(asked)
    if covered.begin is None or covered.end is None:
        return "month"
    days = round((covered.end - covered.begin) / DAY)
    return "day" if days <= 45 else "week" if days <= 280 else "month"
