"""Figures from counts and sums: every formula stands here once, for page, REST and exports."""

from collections.abc import Mapping
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from queries.models import Changes, Figures, Interval

Z95 = 1.959963984540054
FEW_RATINGS = 5
LOWEST, HIGHEST = 1.0, 5.0


def rate(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole else None


def wilson_interval(part: int, whole: int) -> Interval | None:
    """Wilson's 95% interval of a rate, in percent; None without a denominator."""
    if not whole:
        return None
    share, z2 = part / whole, Z95 * Z95
    centre = share + z2 / (2 * whole)
    spread = Z95 * sqrt(share * (1 - share) / whole + z2 / (4 * whole * whole))
    scale = 100 / (1 + z2 / whole)
    return max(0.0, (centre - spread) * scale), min(100.0, (centre + spread) * scale)


def mean_interval(count: int, total: int, squares: int) -> Interval | None:
    """Student's t 95% interval of a mean rating, clipped to 1..5; None under two ratings."""
    if count < 2:
        return None
    mean = total / count
    variance = max(0.0, (squares - total * total / count) / (count - 1))
    spread = float(stdtrit(count - 1, 0.975)) * sqrt(variance / count)
    return max(LOWEST, mean - spread), min(HIGHEST, mean + spread)


def are_alike(interval: Interval | None) -> bool:
    """Whether all ratings were the same: then their spread, and the interval with it, is nothing, which says that too
    little is known, not that the mean is certain."""
    return interval is not None and interval[0] == interval[1]


def shrunk_mean(count: int, total: int, base_count: int, base_total: int) -> float | None:
    """(5 μ + Σr) / (5 + n), μ the mean of the base: orders Student-Teachers without letting few ratings win or lose.

    One division of whole numbers, so that what is equal is equal to the last digit and the names decide.
    """
    if not base_count:
        return None
    return (FEW_RATINGS * base_total + total * base_count) / (base_count * (FEW_RATINGS + count))


def median(values: NDArray[np.float64]) -> float | None:
    """The same that DuckDB's median is, to the last digit; None without values."""
    if not len(values):
        return None
    upper = len(values) // 2
    if len(values) % 2:
        return float(np.partition(values, upper)[upper])
    lower, higher = np.partition(values, (upper - 1, upper))[upper - 1 : upper + 1]
    return float(lower * 0.5 + higher * 0.5)


def figures(sums: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of Figures from one row of aggregates, the columns of get_stats.sql by name."""
    completed, cancelled, no_show = sums["completed"], sums["cancelled"], sums["no_show"]
    due, met = completed + cancelled + no_show, completed + no_show
    rated, timed = sums["rated_sessions"], sums["timed_sessions"]
    return {
        "total_sessions": sums["total_sessions"],
        "completed": completed,
        "cancelled": cancelled,
        "no_show": no_show,
        "scheduled": sums["total_sessions"] - due,
        "overdue": sums["overdue"],
        "completion_rate": rate(completed, due),
        "completion_rate_interval": wilson_interval(completed, due),
        "no_show_rate": rate(no_show, met),
        "no_show_rate_interval": wilson_interval(no_show, met),
        "avg_duration": sums["minutes"] / timed if timed else None,
        "median_duration": sums["median_minutes"],
        "timed_sessions": timed,
        "implausible_durations": sums["implausible_durations"],
        "avg_rating": sums["ratings"] / rated if rated else None,
        "avg_rating_interval": mean_interval(rated, sums["ratings"] or 0, sums["rating_squares"] or 0),
        "rated_sessions": rated,
        "rating_coverage": rated / completed if completed else None,
        "low_ratings": sums["low_ratings"],
        "disputes": sums["disputes"],
    }


def changes(compared: Figures, previous: Figures) -> Changes | None:
    """None where the previous period holds no sessions: that is no comparison, not an infinite change."""
    if not previous.total_sessions:
        return None
    return Changes(
        total_sessions=100 * (compared.total_sessions / previous.total_sessions - 1),
        completion_rate=_difference(compared.completion_rate, previous.completion_rate),
        no_show_rate=_difference(compared.no_show_rate, previous.no_show_rate),
        avg_rating=_difference(compared.avg_rating, previous.avg_rating),
        avg_duration=_difference(compared.avg_duration, previous.avg_duration),
    )


def _difference(now: float | None, before: float | None) -> float | None:
    return None if now is None or before is None else now - before
