"""Ranges of time as people mean them: dates and presets in a zone, and the period before."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeGuard
from zoneinfo import ZoneInfo, reset_tzpath

reset_tzpath(())  # the tzdata package, of the release of DuckDB's own zones; a system's may be any
Moment = date | datetime
FIRST_DATE, LAST_DATE = date(1900, 1, 1), date(9000, 1, 1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class RangePreset(StrEnum):
    TODAY = "today"
    THIS_WEEK = "this_week"
    THIS_MONTH = "this_month"
    LAST_7_DAYS = "last_7_days"
    LAST_30_DAYS = "last_30_days"
    LAST_12_WEEKS = "last_12_weeks"
    ALL = "all"


ROLLING_DAYS = {
    RangePreset.LAST_7_DAYS: 7,
    RangePreset.LAST_30_DAYS: 30,
    RangePreset.LAST_12_WEEKS: 84,
}
CALENDAR = (RangePreset.TODAY, RangePreset.THIS_WEEK, RangePreset.THIS_MONTH)


@dataclass(frozen=True, slots=True)
class Clock:
    """What a question needs to know of time: now, the data's as-of, the export's last session, the zone.

    All instants are aware. `week_start` is 0 for Monday, 6 for Sunday, as in date.weekday().
    """

    now: datetime
    data_as_of: datetime
    last_start: datetime | None
    zone: ZoneInfo
    week_start: int = 0

    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def anchor(self) -> date:
        """The last day of a rolling range: today, or the export's last session where that lies further back."""
        if self.last_start is None:
            return self.today()
        return min(self.today(), self.last_start.astimezone(self.zone).date())

    def week_of(self, day: date) -> date:
        return day - timedelta(days=(day.weekday() - self.week_start) % 7)


@dataclass(frozen=True, slots=True)
class Period:
    """A half-open range of instants [start, end), in UTC; None is unbounded on that side.

    `first` and `last` are its days where it was given as days, `last` included.
    """

    start: datetime | None = None
    end: datetime | None = None
    first: date | None = None
    last: date | None = None
    preset: RangePreset | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a period is compared with: its part up to `compared_end`, against [start, end) before it."""

    start: datetime
    end: datetime
    compared_end: datetime


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a day begins in a zone, in UTC; where midnight is skipped, the first one after."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def period_of_days(first: date, last: date, zone: ZoneInfo, preset: RangePreset | None = None) -> Period:
    end = day_start(last + timedelta(days=1), zone)
    return Period(day_start(first, zone), end, first, last, preset)


def period_between(start: datetime, end: datetime, zone: ZoneInfo) -> Period:
    """Of two instants; with its days where it begins and ends with one."""
    first, after = (instant.astimezone(zone).date() for instant in (start, end))
    if first < after and (day_start(first, zone), day_start(after, zone)) == (start, end):
        return Period(start, end, first, after - timedelta(days=1))
    return Period(start, end)


def preset_period(preset: RangePreset, clock: Clock) -> Period:
    today = clock.today()
    if preset is RangePreset.ALL:
        return Period(preset=preset)
    if preset in ROLLING_DAYS:
        last = clock.anchor()
        return period_of_days(last - timedelta(days=ROLLING_DAYS[preset] - 1), last, clock.zone, preset)
    if preset is RangePreset.TODAY:
        first = last = today
    elif preset is RangePreset.THIS_WEEK:
        first = clock.week_of(today)
        last = first + timedelta(days=6)
    else:
        first = today.replace(day=1)
        last = _next_month(first) - timedelta(days=1)
    return period_of_days(first, last, clock.zone, preset)


def period(start: Moment | None, end: Moment | None, zone: ZoneInfo) -> Period:
    """A period from `from` and `to`: a date means that day in the zone, `to` included; an instant is exact."""
    return Period(
        _instant(start, zone, timedelta(0)),
        _instant(end, zone, timedelta(days=1)),
        start if is_day(start) else None,
        end if is_day(end) else None,
    )


def is_day(moment: Moment | None) -> TypeGuard[date]:
    return isinstance(moment, date) and not isinstance(moment, datetime)


def _instant(moment: Moment | None, zone: ZoneInfo, shift: timedelta) -> datetime | None:
    if isinstance(moment, datetime):
        return moment.astimezone(UTC)
    return None if moment is None else day_start(moment + shift, zone)


def comparison(current: Period, clock: Clock) -> Comparison | None:
    """The range of equal length that ends where this one starts; none for an unbounded one, nor before FIRST_DATE.

    A calendar preset compares the part that has elapsed so far with the same part, by the wall
    clock, of the day, week or month before: half a week against half a week.
    """
    if current.start is None or current.end is None:
        return None
    if current.preset in CALENDAR and current.first:
        return _elapsed_comparison(current, current.first, clock)
    if current.end - current.start > current.start - day_start(FIRST_DATE, clock.zone):
        return None
    if current.first and current.last:
        days = (current.last - current.first).days + 1
        start = day_start(current.first - timedelta(days=days), clock.zone)
    else:
        start = current.start - (current.end - current.start)
    return Comparison(start, current.start, current.end)


def _elapsed_comparison(current: Period, first: date, clock: Clock) -> Comparison:
    assert current.start
    assert current.end
    before = _previous_start(current.preset, first)
    elapsed_end = min(max(min(clock.now, clock.data_as_of), current.start), current.end)
    into = elapsed_end.astimezone(clock.zone).replace(tzinfo=None) - datetime.combine(first, time())
    same_part = datetime.combine(before, time(), clock.zone) + into
    return Comparison(day_start(before, clock.zone), min(same_part.astimezone(UTC), current.start), elapsed_end)


def _previous_start(preset: RangePreset | None, first: date) -> date:
    if preset is RangePreset.THIS_MONTH:
        return (first - timedelta(days=1)).replace(day=1)
    return first - timedelta(days=7 if preset is RangePreset.THIS_WEEK else 1)


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)
