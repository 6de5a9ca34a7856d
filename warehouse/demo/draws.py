"""Random draws that the whole demo shares, vectorised: none runs Python per row."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Pool:
    """Texts in groups, laid end to end: group g is `texts[offsets[g] : offsets[g] + sizes[g]]`."""

    texts: list[str]
    offsets: Ints
    sizes: Ints

    def draw(self, rng: np.random.Generator, groups: Ints) -> Ints:
        """One index into `texts` for each of `groups`, drawn evenly within that group."""
        return self.offsets[groups] + (rng.random(len(groups)) * self.sizes[groups]).astype(np.int64)


def pool(groups: Sequence[Sequence[str]]) -> Pool:
    """Lay the groups of texts end to end."""
    sizes = np.array([len(group) for group in groups], dtype=np.int64)
    return Pool([text for group in groups for text in group], np.cumsum(sizes) - sizes, sizes)


def pick(rng: np.random.Generator, weights: Floats, share: float) -> Ints:
    """Sorted indices of `share` of the rows with a positive weight, likelier where it is greater.

    An exact count, and at least one where any row qualifies, so that a small demo has its rare rows too.
    """
    candidates = np.flatnonzero(weights > 0)
    count = min(len(candidates), max(1, round(share * len(candidates))))
    if count == len(candidates):
        return candidates
    keys = rng.standard_exponential(len(candidates)) / weights[candidates]
    return np.sort(candidates[np.argpartition(keys, count)[:count]])


def choose(rng: np.random.Generator, weights: Floats) -> Ints:
    """A column for each row of `weights` (rows, columns), in proportion; without weight, column 0."""
    edges = np.cumsum(weights, axis=1)
    targets = rng.random(len(weights)) * edges[:, -1]
    return np.where(edges[:, -1] > 0, (edges <= targets[:, None]).sum(axis=1), 0).astype(np.int64)


def starts(sizes: Ints) -> Ints:
    """Where each group begins when groups of `sizes` lie end to end."""
    result: Ints = np.cumsum(sizes) - sizes
    return result


def within(sizes: Ints) -> Ints:
    """Each row's place in its own group, from 0, when groups of `sizes` lie end to end."""
    return np.arange(sizes.sum(), dtype=np.int64) - np.repeat(starts(sizes), sizes)
