"""The demo's disputes: few, mostly over poor or missed sessions, the open ones recent."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from warehouse.demo.bookings import Bookings
from warehouse.demo.draws import Ints, Pool, pick, pool
from warehouse.demo.outcomes import COMPLETED, NO_SHOW, Outcomes
from warehouse.demo.phrases import REASONS_HELD, REASONS_MISSED

DISPUTE_STATUSES: Final = ("open", "under_review", "resolved", "rejected")
REASONS: Final[Pool] = pool([REASONS_HELD, REASONS_MISSED])
OPEN, UNDER_REVIEW, RESOLVED, REJECTED = range(4)
_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Disputes:
    """Beside the bookings, all (sessions,).

    `status` and `reason` index DISPUTE_STATUSES and REASONS.texts and are -1 for none.
    `opened` is in seconds since 1970 where there is a dispute, 0 elsewhere.
    """

    status: Ints
    reason: Ints
    opened: Ints


def draw_disputes(
    rng: np.random.Generator, bookings: Bookings, outcomes: Outcomes, ratings: Ints, now: int
) -> Disputes:
    """Disputes over 0.6% of the held and missed sessions; `ratings` are by the student, 0 for none."""
    total = len(ratings)
    disputable = np.isin(outcomes.status, (COMPLETED, NO_SHOW)) & (bookings.end < now - _DAY // 4)
    weight = np.array([1.0, 30.0, 18.0, 3.0, 0.4, 0.2])[ratings] * np.where(outcomes.status == NO_SHOW, 4, 1)
    age_days = (now - bookings.end) / _DAY
    weight *= np.where(age_days < 30, 5, 1) * np.where(outcomes.cut, 3, 1)
    rows = pick(rng, disputable * weight, 0.006)
    finished = np.where(outcomes.timed, outcomes.actual_end, bookings.end)[rows]
    delay = (rng.standard_exponential(len(rows)) * 20 * 3600).astype(np.int64)
    opened_at = np.minimum(finished + 600 + delay, np.maximum(finished + 60, now - 300))
    status, reason, opened = np.full(total, -1), np.full(total, -1), np.zeros(total, dtype=np.int64)
    status[rows] = _progress(rng, opened_at, now)
    reason[rows] = REASONS.draw(rng, (outcomes.status[rows] == NO_SHOW).astype(np.int64))
    reason[rows[rng.random(len(rows)) < 0.03]] = -1
    opened[rows] = opened_at
    return Disputes(status, reason, opened)


def _progress(rng: np.random.Generator, opened_at: Ints, now: int) -> Ints:
    """How far each has come: the newest are open, the oldest closed; all four occur if there are four."""
    age_days, draw = (now - opened_at) / _DAY, rng.random(len(opened_at))
    status = np.where(draw < 0.74, RESOLVED, REJECTED)
    status[(age_days < 60) & (draw < 0.3)] = UNDER_REVIEW
    status[(age_days < 28) & (draw >= 0.3)] = OPEN
    newest_first = np.argsort(-opened_at, kind="stable")
    for rank, value in ((0, OPEN), (1, UNDER_REVIEW), (-1, REJECTED), (-2, RESOLVED)):
        if len(newest_first) >= len(DISPUTE_STATUSES):
            status[newest_first[rank]] = value
    return status
