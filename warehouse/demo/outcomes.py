"""What became of each booking: its status, the actual times and the recording."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from warehouse.demo.bookings import Bookings
from warehouse.demo.draws import Ints, Mask, pick
from warehouse.demo.teachers import Teachers

STATUSES: Final = ("scheduled", "completed", "cancelled", "no_show")
SCHEDULED, COMPLETED, CANCELLED, NO_SHOW = range(4)
CLIPS: Final = 3
LOST: Final = 40
_DAY: Final = 86_400
_SETTLED_SECONDS: Final = 40 * 60


@dataclass(frozen=True, slots=True)
class Outcomes:
    """One row a session, beside the bookings; every array is (sessions,).

    `status` indexes STATUSES. `actual_start` and `actual_end` are seconds since 1970 where `timed`, else 0.
    `cut` marks sessions that broke off early. `recording` numbers a key, first those of CLIPS clips, then of
    LOST objects that are missing; it is -1 for none.
    """

    status: NDArray[np.int8]
    timed: Mask
    actual_start: Ints
    actual_end: Ints
    cut: Mask
    recording: Ints


def draw_outcomes(rng: np.random.Generator, bookings: Bookings, teachers: Teachers, now: int) -> Outcomes:
    """Outcomes as of `now`, in seconds since 1970."""
    status = _statuses(rng, bookings, teachers, now)
    timed = _timed(rng, status) & (bookings.end < now)
    cut = (status == COMPLETED) & (rng.random(len(status), np.float32) < 0.035 + 0.12 * bookings.slide)
    begin, seconds = _actual(rng, bookings, status, cut)
    known = timed & (status == COMPLETED) & ~cut & (bookings.end < now - 2 * _DAY)
    _leave_recorder_on(rng, bookings, known, seconds)
    return Outcomes(
        status,
        timed,
        np.where(timed, begin, 0),
        np.where(timed, begin + seconds, 0),
        cut,
        _recordings(rng, status, timed),
    )


def _statuses(rng: np.random.Generator, bookings: Bookings, teachers: Teachers, now: int) -> NDArray[np.int8]:
    place, draw = bookings.place, rng.random(len(bookings.place))
    wave = 1 + 0.35 * np.sin(2 * np.pi * bookings.start / (300 * _DAY) + teachers.phase[place])
    cancels = teachers.cancels[place] * wave + 0.1 * bookings.slide
    misses = teachers.misses[place] * wave + 0.13 * bookings.slide
    status = np.full(len(place), COMPLETED, dtype=np.int8)
    status[draw < cancels + misses] = NO_SHOW
    status[draw < cancels] = CANCELLED
    ahead = bookings.end + _SETTLED_SECONDS > now
    status[ahead] = np.where(draw[ahead] < 0.45 * cancels[ahead], CANCELLED, SCHEDULED)
    late_days = (now - bookings.end) / _DAY
    waiting = (late_days > 0) & (late_days < 1) & (status == COMPLETED) & (rng.random(len(place), np.float32) < 0.06)
    status[waiting] = SCHEDULED
    status[pick(rng, np.where(late_days > 1.1, 1 + 25 * np.exp(-late_days / 30), 0), 0.002)] = SCHEDULED
    return status


def _timed(rng: np.random.Generator, status: NDArray[np.int8]) -> Mask:
    """Whether the actual times were recorded: nearly always if completed, else rarely."""
    chance = np.array([0, 1, 0.004, 0.035])[status]
    timed = rng.random(len(status)) < chance
    timed[pick(rng, (status == COMPLETED).astype(np.float64), 0.01)] = False
    return timed


def _actual(rng: np.random.Generator, bookings: Bookings, status: NDArray[np.int8], cut: Mask) -> tuple[Ints, Ints]:
    """When each session really began (seconds since 1970) and for how many seconds it ran."""
    total = len(status)
    late = np.clip(rng.standard_normal(total, np.float32) * 2.6 + 1.4 + 3 * bookings.slide, -6, 16) * 60
    scheduled = bookings.minutes * 60.0
    length = scheduled * (0.965 + 0.07 * rng.standard_normal(total, np.float32)) + 30 * rng.random(total, np.float32)
    length = np.clip(length, 0.6 * scheduled, scheduled + 20 * 60)
    length = np.where(cut, scheduled * (0.12 + 0.5 * rng.random(total, np.float32)), length)
    unheld = status != COMPLETED
    length[unheld] = rng.uniform(6 * 60, 17 * 60, int(unheld.sum()))
    return (bookings.start + late).astype(np.int64), length.astype(np.int64)


def _leave_recorder_on(rng: np.random.Generator, bookings: Bookings, eligible: Mask, seconds: Ints) -> None:
    """Give a few sessions a length nobody teaches (in place): half a night, or several times the booking."""
    rows = pick(rng, eligible.astype(np.float64), 0.001)
    nights = rng.uniform(12.3, 16, len(rows)) * 3600
    several = bookings.minutes[rows] * 60 * rng.uniform(3.1, 5, len(rows))
    seconds[rows] = np.where(np.arange(len(rows)) % 2 == 0, nights, several).astype(np.int64)


def _recordings(rng: np.random.Generator, status: NDArray[np.int8], timed: Mask) -> Ints:
    chance = np.where(status == COMPLETED, 0.88, 0.06) * timed
    recording = np.where(rng.random(len(status)) < chance, rng.integers(0, CLIPS, len(status)), -1)
    lost = pick(rng, (recording >= 0).astype(np.float64), 0.01)
    recording[lost] = CLIPS + rng.integers(0, LOST, len(lost))
    return recording
