"""Timings taken in turn, and ratios pair by pair: what loads the machine meanwhile loads both sides."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Work = Callable[[], object]
WARM_UP = 5


@dataclass(frozen=True, slots=True)
class Ratio:
    """Of pairs of timings taken one after the other: the least, the median and the greatest ratio."""

    least: float
    median: float
    greatest: float


def in_turn(works: Sequence[Work], repetitions: int) -> list[list[float]]:
    """Seconds of each work, all run once a turn; a turn in two runs them backwards."""
    taken: list[list[float]] = [[] for _ in works]
    for turn in range(-min(WARM_UP, repetitions), repetitions):
        pairs = list(zip(works, taken, strict=True))
        for work, times in pairs if turn % 2 else reversed(pairs):
            spent = seconds(work)
            if turn >= 0:
                times.append(spent)
    return taken


def ratio(first: Sequence[float], second: Sequence[float]) -> Ratio:
    ratios = [a / b for a, b in zip(first, second, strict=True)]
    return Ratio(min(ratios), statistics.median(ratios), max(ratios))


def median_ms(times: Sequence[float]) -> float:
    return 1000 * statistics.median(times)


def seconds(work: Work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
