"""The Student-Teachers: how busy, how good, how dependable each one is, and who of them struggles."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from warehouse.demo.draws import Floats, Ints, Mask, starts, within

STRUGGLING_RANK: Final = 2
_DECLINE_DAYS: Final = 122


@dataclass(frozen=True, slots=True)
class Teachers:
    """One row a place at a creator, creator by creator: (places,), but `counts` and `first` are (creators,).

    `begins` and `ends` are shares of the creator's sessions. `fresh` places are new and hold few sessions.
    """

    counts: Ints
    first: Ints
    creator: Ints
    rank: Ints
    person: Ints
    weight: Floats
    begins: Floats
    ends: Floats
    quality: Floats
    rated: Floats
    cancels: Floats
    misses: Floats
    phase: Floats
    struggling: Mask
    fresh: Mask


def draw_teachers(rng: np.random.Generator, sizes: Ints) -> Teachers:
    """2 to 40 places for each creator, more where `sizes` (sessions, by creator) is greater."""
    counts = np.clip((2 + sizes**0.4 / 2.9).astype(np.int64), 2, 40)
    total, rank = int(counts.sum()), within(counts)
    creator, size = np.repeat(np.arange(len(sizes)), counts), np.repeat(counts, counts)
    fresh = ((rank == size - 1) & (size >= 5)) | ((rank == size - 2) & (size >= 10) & (creator > 0))
    steady = (rank <= STRUGGLING_RANK) | fresh
    struggling = (rank == STRUGGLING_RANK) & (size >= 4)
    steady |= (creator == 0) & (rank < 6)
    begins = np.where(steady | (rng.random(total) < 0.5), 0, rng.random(total) * 0.8)
    leaves = ~steady & (begins < 0.3) & (rng.random(total) < 0.3)
    weight = (rank + 1.6) ** -0.75 * rng.lognormal(0, 0.15, total) * np.where(struggling & (size > 10), 0.6, 1)
    shared = ~steady & (creator > 0) & (rng.random(total) < 0.08)
    quality = np.clip(rng.normal(4.76, 0.36, total), np.where(creator == 0, 4.5, 4.0), 5.6)
    return Teachers(
        counts,
        starts(counts),
        creator,
        rank,
        _persons(rng, shared),
        np.where(fresh, 0, weight),
        begins,
        np.where(leaves, 0.55 + 0.4 * rng.random(total), 1.0),
        np.where(struggling, 4.5, np.where((rank == 0) & (creator == 0), 5.2, quality)),
        np.where(fresh, 0.7, np.clip(rng.normal(0.63, 0.1, total), 0.35, 0.85)),
        np.where(struggling, 0.09, np.clip(rng.gamma(5, 0.018, total), 0.03, np.where(creator == 0, 0.1, 0.15))),
        np.where(struggling, 0.05, np.clip(rng.gamma(4, 0.0115, total), 0.01, np.where(creator == 0, 0.06, 0.14))),
        rng.random(total) * 2 * np.pi,
        struggling,
        fresh,
    )


def _persons(rng: np.random.Generator, shared: Mask) -> Ints:
    """Who fills each place, numbered from 0; a shared place goes to someone who already teaches elsewhere."""
    newest = np.cumsum(~shared) - 1
    earlier = (rng.random(len(shared)) * np.maximum(newest - 40, 1)).astype(np.int64)
    return np.where(shared, earlier, newest)


def decline(teachers: Teachers, place: Ints, start: Ints, now: int) -> Floats:
    """0 to 1 for each session: how far its ST has slid, growing for four months where one struggles.

    `place` indexes the teachers; `start` and `now` are seconds since 1970.
    """
    age_days = (now - start) / 86_400
    return np.where(teachers.struggling[place], np.clip((_DECLINE_DAYS - age_days) / 35, 0, 1), 0)
