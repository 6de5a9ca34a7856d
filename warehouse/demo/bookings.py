"""The demo's bookings: who meets whom, when, and for how long."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from warehouse.demo.cast import Enrollments
from warehouse.demo.draws import Floats, Ints, Mask, within
from warehouse.demo.rhythm import Calendar, Days, draw_minutes, to_seconds
from warehouse.demo.teachers import Teachers, decline

LENGTHS: Final = np.array([30, 45, 60, 90])
_LENGTH_SHARES: Final = np.array([0.16, 0.17, 0.55, 0.12])
_LATEST: Final = 21 * 60 + 30
_SPREAD: Final = 0.03


@dataclass(frozen=True, slots=True)
class Bookings:
    """One row a session, creator by creator and then day by day; every array is (sessions,).

    `start` is in seconds since 1970, `minutes` the scheduled length, `linked` whether the enrollment is
    recorded, `slide` how far the ST has declined by then, 0 to 1.
    """

    enrollment: Ints
    place: Ints
    start: Ints
    minutes: Ints
    linked: Mask
    slide: Floats

    @property
    def end(self) -> Ints:
        return self.start + self.minutes * 60


def draw_bookings(
    rng: np.random.Generator, cal: Calendar, days: Days, enrollments: Enrollments, teachers: Teachers
) -> Bookings:
    """A booking for each row of `days`: students meet their own ST, now and then another then active."""
    total = len(days.day)
    enrollment = _attend(rng, days, enrollments)
    nearby = enrollment + np.where(rng.random(total, np.float32) < 0.08, rng.integers(-6, 7, total), 0)
    low = enrollments.first[days.creator]
    nearby = np.clip(nearby, low, low + enrollments.counts[days.creator] - 1)
    place = enrollments.place[nearby]
    usual = rng.choice(LENGTHS, len(enrollments.course), p=_LENGTH_SHARES)[enrollment]
    once = rng.random(total, np.float32) < 0.07
    minutes = np.where(once, LENGTHS[rng.integers(0, len(LENGTHS), total)], usual)
    local = _one_at_a_time(place * cal.days + days.day, draw_minutes(rng, cal, days.day), minutes)
    start = to_seconds(cal, days.zone[days.creator], days.day, local)
    linked = rng.random(total, np.float32) >= 0.03
    return Bookings(enrollment, place, start, minutes, linked, decline(teachers, place, start, cal.now))


def _attend(rng: np.random.Generator, days: Days, enrollments: Enrollments) -> Ints:
    """The enrollment of each session, near in time: enrollments lie in the order in which they run."""
    total = len(days.day)
    when: Floats = (within(days.sizes) + 0.5) / days.sizes[days.creator]
    when += rng.standard_normal(total, np.float32) * _SPREAD
    when = np.clip(1 - np.abs(1 - np.abs(when)), 0, 1 - 1e-9)
    found = np.searchsorted(enrollments.creator + enrollments.upto, days.creator + when, side="right")
    low = enrollments.first[days.creator]
    return np.clip(found, low, low + enrollments.counts[days.creator] - 1).astype(np.int64)


def _one_at_a_time(group: Ints, begin: Ints, minutes: Ints) -> Ints:
    """Move a start to the end of the one before, where the same group (an ST's day) would overlap.

    The end of row i is its length added to the later of its own begin and the end before it; written as
    lengths summed plus a running maximum, it needs no loop. A group's rows are lifted above all earlier ones.
    A session that would be pushed past the late evening keeps its first start.
    """
    bits = len(group).bit_length()
    order = np.sort(((group * 1440 + begin) << bits) | np.arange(len(group))) & ((1 << bits) - 1)
    groups, length = group[order], minutes[order]
    lift = np.cumsum(np.diff(groups, prepend=groups[:1]) != 0) * 1_000_000
    before = np.cumsum(length) - length
    moved = np.maximum.accumulate(begin[order] + lift - before) + before - lift
    result = np.empty_like(begin)
    result[order] = np.where(moved > _LATEST, begin[order], moved)
    return result
