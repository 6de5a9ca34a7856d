"""When the demo's sessions take place: years of growth, quiet days, evenings in the creator's zone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from warehouse.demo.draws import Floats, Ints

DAYS_BACK: Final = 1278
DAYS_AHEAD: Final = 28
TINY: Final = 3

_ZONES: Final[tuple[str, ...]] = (
    "Europe/Berlin",
    "America/New_York",
    "Europe/London",
    "Asia/Kolkata",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "Asia/Tokyo",
    "Africa/Lagos",
    "Europe/Madrid",
    "Australia/Sydney",
    "America/Mexico_City",
    "Europe/Warsaw",
)
_SOUTHERN: Final = {"America/Sao_Paulo", "Australia/Sydney"}
_WEEKDAYS: Final = np.array([1.02, 1.1, 1.05, 1.0, 0.42, 0.34, 0.66])
_FIRST_HOUR: Final = 7
_HOURS_WORKDAY: Final = np.array([1, 3, 5, 5, 4, 3, 4, 6, 10, 14, 17, 18, 16, 11, 5, 1.5])
_HOURS_WEEKEND: Final = np.array([0.2, 1, 5, 10, 12, 10, 9, 11, 12, 11, 9, 7, 5, 3, 1, 0.3])
_QUARTERS: Final = np.array([0.55, 0.09, 0.28, 0.08])


@dataclass(frozen=True, slots=True)
class Calendar:
    """The demo's days. Day 0 is `origin`; `today` the index of now's day; `now` in seconds since 1970.

    `utc_offsets` is (zones, days) in seconds, taken at noon: no session starts within a night's clock change.
    """

    origin: date
    days: int
    today: int
    now: int
    utc_offsets: Ints


@dataclass(frozen=True, slots=True)
class Days:
    """How sessions fall on days: `creator` and `day` (sessions,) lie creator by creator, day by day.

    `sizes`, `zone` and `now_quantile` are (creators,); the last is the share of a creator's
    sessions that start before today.
    """

    sizes: Ints
    creator: Ints
    day: Ints
    zone: Ints
    now_quantile: Floats


def calendar(now: datetime) -> Calendar:
    """The days from about 3.5 years before `now` to four weeks after it."""
    origin = now.date() - timedelta(days=DAYS_BACK)
    days = DAYS_BACK + DAYS_AHEAD
    noons = [datetime.combine(origin + timedelta(days=day), time(12)) for day in range(days)]
    offsets = [[(ZoneInfo(zone).utcoffset(noon) or timedelta()).total_seconds() for noon in noons] for zone in _ZONES]
    return Calendar(origin, days, DAYS_BACK, int(now.timestamp()), np.array(offsets, dtype=np.int64))


def _year_shape(cal: Calendar, zone: str) -> Floats:
    """Weight of each day by weekday and season: a summer dip, and a deep one around Christmas."""
    dates = np.datetime64(cal.origin) + np.arange(cal.days)
    day_of_year = (dates - dates.astype("datetime64[Y]")).astype(np.int64)
    midsummer = 20 if zone in _SOUTHERN else 212
    distance = np.abs((day_of_year - midsummer + 182) % 365 - 182)
    season = 1 - 0.42 * np.exp(-((distance / 26) ** 2))
    christmas = np.where((day_of_year >= 356) | (day_of_year <= 2), 0.22, 1.0)
    exams = 1 + 0.12 * np.cos(2 * np.pi * (day_of_year - 130) / 182.5)
    weekday = (np.arange(cal.days) + cal.origin.weekday()) % 7
    shape: Floats = season * christmas * exams * _WEEKDAYS[weekday]
    return shape


def _growth(rng: np.random.Generator, cal: Calendar, creator: int, size: int) -> Floats:
    """One creator's weight a day: when they began, how fast they grow, good and bad weeks, bookings ahead."""
    day = np.arange(cal.days)
    began = 0 if creator == 0 else int(DAYS_BACK * 0.75 * rng.random() ** 1.6)
    if size <= TINY:
        began = cal.today - 40
    years = (day - began) / 365
    ramp = np.clip(years / 0.5, 0, 1)
    trend = np.exp((0.3 if creator == 0 else rng.normal(0.22, 0.25)) * years)
    weeks = np.repeat(rng.lognormal(0, 0.1, cal.days // 7 + 1), 7)[: cal.days]
    ahead = np.where(day > cal.today, np.exp((cal.today - day) / 16), 1.0)
    if size <= TINY:
        ahead = np.where(day > cal.today - 2, 0.0, 1.0)
    weight: Floats = np.where(day >= began, 0.05 + 0.95 * ramp, 0) * trend * weeks * ahead
    return weight


def draw_days(rng: np.random.Generator, cal: Calendar, sizes: Ints) -> Days:
    """A day for every session; `sizes` (creators) says how many each creator holds."""
    zone = rng.choice(len(_ZONES), len(sizes), p=np.linspace(3, 1, len(_ZONES)) / (2 * len(_ZONES)))
    zone[0] = 0
    shapes = [_year_shape(cal, name) for name in _ZONES]
    counts = np.empty((len(sizes), cal.days), dtype=np.int64)
    for creator, size in enumerate(sizes.tolist()):
        weight = shapes[zone[creator]] * _growth(rng, cal, creator, size)
        counts[creator] = rng.multinomial(size, weight / weight.sum())
    flat = np.flatnonzero(counts)
    rows = np.repeat(flat, counts.ravel()[flat])
    before = counts[:, : cal.today].sum(axis=1) / np.maximum(sizes, 1)
    return Days(sizes, rows // cal.days, rows % cal.days, zone.astype(np.int64), before)


def draw_minutes(rng: np.random.Generator, cal: Calendar, day: Ints) -> Ints:
    """A start for each of `day`, in minutes after local midnight, on a quarter hour from 7:00 to 22:45."""
    edges = []
    for part, hours in enumerate((_HOURS_WORKDAY, _HOURS_WEEKEND)):
        slots = np.outer(hours, _QUARTERS).ravel()
        edges.append(part + np.cumsum(slots) / slots.sum())
    weekend = (day + cal.origin.weekday()) % 7 >= 5
    slots_a_day = len(_HOURS_WORKDAY) * len(_QUARTERS)
    slot = np.searchsorted(np.concatenate(edges), rng.random(len(day)) + weekend, side="right")
    slot = np.minimum(slot - weekend * slots_a_day, slots_a_day - 1)
    minutes: Ints = _FIRST_HOUR * 60 + slot.astype(np.int64) * 15
    return minutes


def to_seconds(cal: Calendar, zone: Ints, day: Ints, minutes: Ints) -> Ints:
    """Local day and minutes as seconds since 1970 in UTC; `zone` is each row's zone."""
    epoch_day = int(datetime.combine(cal.origin, time(), UTC).timestamp()) // 86_400
    seconds: Ints = (epoch_day + day) * 86_400 + minutes * 60 - cal.utc_offsets[zone, day]
    return seconds
