"""What every number means, again: a plain fold over rows in memory, written from the definitions alone."""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from math import sqrt
from statistics import NormalDist, fmean, median, stdev
from typing import Any
from zoneinfo import ZoneInfo

from scipy import stats

from tests.queries.world import AS_OF, Held

UNACCENTED = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})
STATUSES = ("scheduled", "completed", "cancelled", "no_show")
LOW = 2
UTC = ZoneInfo("UTC")
Figures = dict[str, Any]
Test = Callable[[Held], bool]


@dataclass(frozen=True)
class Asked:
    """A question in the wire's words; `creator` is whose rows, None for everybody's."""

    creator: str | None
    now: datetime
    as_of: datetime = AS_OF
    week_start: int = 0
    zone: ZoneInfo = UTC
    params: dict[str, Any] = field(default_factory=dict)


@cache
def plain(name: str) -> str:
    """A name without case and accents."""
    decomposed = unicodedata.normalize("NFD", name.casefold())
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark)).translate(UNACCENTED)


def implausible(row: Held) -> bool:
    if row.status != "completed" or row.actual is None:
        return False
    return row.actual > timedelta(hours=12) or row.actual > 3 * (row.end - row.start)


def timed(row: Held) -> bool:
    """Whether the row counts in a mean duration."""
    return row.status == "completed" and row.actual is not None and not implausible(row)


def overdue(row: Held) -> bool:
    return row.status == "scheduled" and AS_OF - row.end > timedelta(hours=24)


def low_rated(row: Held) -> bool:
    return row.status == "completed" and row.rating is not None and row.rating <= LOW


FLAGS: dict[str, Test] = {
    "low_rating": low_rated,
    "dispute": lambda row: row.dispute is not None,
    "overdue": overdue,
    "implausible_duration": implausible,
    "no_recording": lambda row: row.status == "completed" and not row.has_recording,
}
FILTERS: dict[str, Callable[[Any], Test]] = {
    "course_id": lambda ids: lambda row: not ids or row.course_id in ids,
    "st_id": lambda ids: lambda row: not ids or row.st_id in ids,
    "student_id": lambda id_: lambda row: row.student_id == id_,
    "student_q": lambda text: lambda row: plain(text.strip()) in plain(row.student_name),
    "status": lambda statuses: lambda row: not statuses or row.status in statuses,
    "rating_min": lambda least: lambda row: row.rating is not None and row.rating >= least,
    "rating_max": lambda most: lambda row: row.rating is not None and row.rating <= most,
    "rated": lambda wanted: lambda row: (row.rating is not None) == wanted,
    "timed": lambda wanted: lambda row: timed(row) == wanted,
    "flag": lambda wanted: lambda row: not wanted or any(FLAGS[flag](row) for flag in wanted),
}


def chosen(rows: Iterable[Held], asked: Asked) -> list[Held]:
    """Rows of the scope that pass every filter but the range."""
    tests = [FILTERS[name](value) for name, value in asked.params.items() if name in FILTERS]
    own = [row for row in rows if asked.creator in (None, row.creator_id)]
    return [row for row in own if all(test(row) for test in tests)]


def ordered(rows: Iterable[Held], sort: str) -> list[Held]:
    """Rows without a value last, ties newest first; by time alone the same way throughout."""
    values: dict[str, Callable[[Held], Any]] = {
        "course": lambda row: row.course_title.lower(),
        "student": lambda row: plain(row.student_name),
        "st": lambda row: row.st_name.lower(),
        "duration": lambda row: row.actual,
        "status": lambda row: STATUSES.index(row.status),
        "rating": lambda row: row.rating,
        "recording": lambda row: row.has_recording,
    }
    name, down = sort.removeprefix("-"), sort.startswith("-")
    newest_first = sorted(rows, key=lambda row: (row.start, row.id), reverse=True)
    if name == "scheduled_start":
        return newest_first if down else newest_first[::-1]
    value = values[name]
    groups: dict[Any, list[Held]] = defaultdict(list)
    for row in newest_first:
        groups[value(row)].append(row)
    last = groups.pop(None, [])
    return [row for key in sorted(groups, reverse=down) for row in groups[key]] + last


def figures(rows: list[Held]) -> Figures:
    by_status = {status: [row for row in rows if row.status == status] for status in STATUSES}
    completed, missed = by_status["completed"], len(by_status["no_show"])
    due = len(rows) - len(by_status["scheduled"])
    minutes = [row.actual / timedelta(minutes=1) for row in completed if row.actual is not None and timed(row)]
    ratings = [row.rating for row in completed if row.rating is not None]
    return {
        "total_sessions": len(rows),
        **{status: len(found) for status, found in by_status.items()},
        "overdue": sum(map(overdue, rows)),
        "completion_rate": percent(len(completed), due),
        "completion_rate_interval": wilson(len(completed), due),
        "no_show_rate": percent(missed, len(completed) + missed),
        "no_show_rate_interval": wilson(missed, len(completed) + missed),
        "avg_duration": fmean(minutes) if minutes else None,
        "median_duration": median(minutes) if minutes else None,
        "timed_sessions": len(minutes),
        "implausible_durations": sum(map(implausible, rows)),
        "avg_rating": fmean(ratings) if ratings else None,
        "avg_rating_interval": rating_interval(tuple(sorted(ratings))),
        "rated_sessions": len(ratings),
        "rating_coverage": len(ratings) / len(completed) if completed else None,
        "low_ratings": sum(map(low_rated, rows)),
        "disputes": sum(row.dispute is not None for row in rows),
    }


def percent(part: int, whole: int) -> float | None:
    return part * 100 / whole if whole else None


@cache
def wilson(part: int, whole: int) -> tuple[float, float] | None:
    """The two p for which |part/whole - p| is z standard errors of p: roots of a quadratic, in percent."""
    if whole == 0:
        return None
    z = NormalDist().inv_cdf(0.975)
    a, b, c = whole + z * z, -(2 * part + z * z), part * part / whole
    root = sqrt(b * b - 4 * a * c)
    return 100 * (-b - root) / (2 * a), 100 * (-b + root) / (2 * a)


@cache
def rating_interval(ratings: tuple[int, ...]) -> tuple[float, float] | None:
    if len(ratings) < 2:
        return None
    reach = t_quantile(len(ratings) - 1) * stdev(ratings) / sqrt(len(ratings))
    return max(1, fmean(ratings) - reach), min(5, fmean(ratings) + reach)


@cache
def t_quantile(freedom: int) -> float:
    return float(stats.t.ppf(0.975, freedom))


def by_st(rows: list[Held]) -> list[Figures]:
    """Each ST's figures, best shrunk mean first, then by name and id."""
    groups: dict[tuple[str, str], list[Held]] = defaultdict(list)
    for row in rows:
        groups[row.st_id, row.st_name].append(row)
    mean = figures(rows)["avg_rating"]
    found = []
    for (id_, name), own in groups.items():
        ratings = [row.rating for row in own if row.status == "completed" and row.rating is not None]
        shrunk = None if mean is None else (5 * mean + sum(ratings)) / (5 + len(ratings))
        extra = {"id": id_, "name": name, "sessions": len(own), "few_ratings": len(ratings) < 5}
        found.append({**figures(own), **extra, "shrunk_rating": shrunk})
    return sorted(found, key=lambda st: (-round(st["shrunk_rating"] or 0, 9), st["name"].casefold(), st["id"]))
