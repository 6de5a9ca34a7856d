"""How far two figures lie apart, and whether there is enough data to say so: every formula stands here once."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import hypot, inf, sqrt
from typing import Any

from scipy.special import stdtrit

from queries.compare_models import FEWEST, Difference, Differences, Verdict
from queries.metrics import HIGHEST, LOWEST, rate, wilson_interval
from queries.models import Interval

MATTERS_POINTS, MATTERS_RATING, MATTERS_MINUTES = 2.0, 0.1, 2.0
Sums = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean with the sample variance of its values, which is unknown under two."""

    count: int
    mean: float | None
    variance: float | None

    def error(self) -> float:
        """The mean's squared standard error. All alike they say nothing of their spread, which is not none: it is
        taken to be that of as many of which one lies a step away, the least that whole numbers can have."""
        assert self.variance is not None
        return max(self.variance, 1 / self.count) / self.count


def newcombe_interval(part_a: int, whole_a: int, part_b: int, whole_b: int) -> Interval | None:
    """Newcombe's hybrid score 95% interval (method 10) of the difference of two rates, in percentage points; None
    where either has no denominator."""
    a, b = wilson_interval(part_a, whole_a), wilson_interval(part_b, whole_b)
    if a is None or b is None:
        return None
    rate_a, rate_b = 100 * part_a / whole_a, 100 * part_b / whole_b
    difference = rate_a - rate_b
    below = hypot(rate_a - a[0], b[1] - rate_b)
    above = hypot(a[1] - rate_a, rate_b - b[0])
    return max(-100.0, difference - below), min(100.0, difference + above)  # rounding alone passes them


def welch_interval(a: Mean, b: Mean) -> Interval | None:
    """Welch's t 95% interval of the difference of two means; None under two values on either side."""
    if a.mean is None or b.mean is None or a.variance is None or b.variance is None:
        return None
    of_a, of_b = a.error(), b.error()
    freedom = (of_a + of_b) ** 2 / (of_a**2 / (a.count - 1) + of_b**2 / (b.count - 1))
    reach = float(stdtrit(freedom, 0.975)) * sqrt(of_a + of_b)
    difference = a.mean - b.mean
    return difference - reach, difference + reach


def differences(a: Sums, b: Sums) -> Differences:
    """From one row of aggregates a side, the columns of sum_sessions.sql by name."""
    due = [sums["completed"] + sums["cancelled"] + sums["no_show"] for sums in (a, b)]
    met = [sums["completed"] + sums["no_show"] for sums in (a, b)]
    return Differences(
        completion_rate=_of_rates(a["completed"], due[0], b["completed"], due[1]),
        no_show_rate=_of_rates(a["no_show"], met[0], b["no_show"], met[1]),
        avg_rating=_of_means(_ratings(a), _ratings(b), MATTERS_RATING, HIGHEST - LOWEST),
        avg_duration=_of_means(_minutes(a), _minutes(b), MATTERS_MINUTES, inf),
    )


def _of_rates(part_a: int, whole_a: int, part_b: int, whole_b: int) -> Difference:
    interval = newcombe_interval(part_a, whole_a, part_b, whole_b)
    values = rate(part_a, whole_a), rate(part_b, whole_b)
    return _difference(values, (whole_a, whole_b), interval, MATTERS_POINTS)


def _of_means(a: Mean, b: Mean, matters: float, most: float) -> Difference:
    """`most` is how far two means can lie apart at all."""
    interval = welch_interval(a, b)
    clipped = (max(-most, interval[0]), min(most, interval[1])) if interval else None
    return _difference((a.mean, b.mean), (a.count, b.count), clipped, matters)


def _difference(
    values: tuple[float | None, float | None], counts: tuple[int, int], interval: Interval | None, matters: float
) -> Difference:
    value_a, value_b = values
    verdict = Verdict.NO_DATA
    difference = None
    if value_a is not None and value_b is not None:
        difference = value_a - value_b
        verdict = _verdict(counts, interval, matters)
    enough = verdict in (Verdict.HIGHER, Verdict.LOWER)
    return Difference(value_a, value_b, *counts, difference, interval, enough, verdict)


def _verdict(counts: tuple[int, int], interval: Interval | None, matters: float) -> Verdict:
    if interval is None or min(counts) < FEWEST:
        return Verdict.TOO_FEW
    low, high = interval
    if low > 0:
        return Verdict.HIGHER
    if high < 0:
        return Verdict.LOWER
    return Verdict.SIMILAR if max(-low, high) <= matters else Verdict.TOO_FEW


def _ratings(sums: Sums) -> Mean:
    count, total, squares = sums["rated_sessions"], sums["ratings"] or 0, sums["rating_squares"] or 0
    variance = (count * squares - total * total) / (count * (count - 1)) if count > 1 else None
    return Mean(count, total / count if count else None, variance)


def _minutes(sums: Sums) -> Mean:
    count = sums["timed_sessions"]
    return Mean(count, sums["minutes"] / count if count else None, sums["minutes_variance"])
