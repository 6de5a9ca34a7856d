"""Models to draw, with sensible values where a test does not care."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

from queries.compare_models import Comparison, Side
from queries.difference import differences
from queries.filters import Status
from queries.metrics import figures
from queries.models import (
    Bucket,
    Changes,
    CourseRef,
    PeriodFigures,
    Person,
    SessionDetail,
    SessionsOverTime,
    SessionStats,
    StFigures,
)
from queries.review_models import PastDecisions, Review, ReviewAction, ReviewEntry, Reviewer, ReviewState
from queries.stats import NO_SESSIONS

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def some_figures(**sums: Any) -> dict[str, Any]:
    return figures(NO_SESSIONS | sums)


def a_teacher(name: str = "Priya Raman", id_: str = "st1", *, few: bool = False, **sums: Any) -> StFigures:
    given = {"total_sessions": 10, "completed": 8, "cancelled": 2} | sums
    return StFigures(
        **some_figures(**given), st=Person(id_, name, None), sessions=given["total_sessions"], few_ratings=few,
        shrunk_rating=None,
    )  # fmt: skip


def some_stats(
    *teachers: StFigures, changes: Changes | None = None, compared: PeriodFigures | None = None,
    previous: PeriodFigures | None = None, **sums: Any,
) -> SessionStats:  # fmt: skip
    return SessionStats(
        **some_figures(**sums),
        start=NOON,
        end=NOON,
        data_as_of=NOON,
        by_st=list(teachers),
        compared=compared,
        previous=previous,
        changes=changes,
    )


def a_period(end: datetime = NOON, **sums: Any) -> PeriodFigures:
    return PeriodFigures(**some_figures(**sums), start=NOON, end=end)


def a_comparison(a: dict[str, int], b: dict[str, int], shared: int = 0, end: datetime = NOON) -> Comparison:
    """Of the sums of each side; A's range ends at `end`, and both begin a week before noon."""
    of_a, of_b = (dict[str, Any](NO_SESSIONS) | {"minutes_variance": None} | sums for sums in (a, b))
    given: dict[str, Any] = {"start": NOON - timedelta(days=7), "course_id": (), "st_id": ()}
    change = 100 * (of_a["total_sessions"] / of_b["total_sessions"] - 1) if of_b["total_sessions"] else None
    sides = Side(**figures(of_a), end=end, **given), Side(**figures(of_b), end=NOON, **given)
    return Comparison(NOON, *sides, change, differences(of_a, of_b), shared)


def some_weeks(*counts: dict[str, int], partial: bool = False) -> SessionsOverTime:
    return SessionsOverTime(
        "week",
        [
            Bucket(
                **some_figures(**sums),
                first=date.fromordinal(date(2026, 9, 7).toordinal() + 7 * index),
                last=date.fromordinal(date(2026, 9, 13).toordinal() + 7 * index),
                partial=partial,
            )
            for index, sums in enumerate(counts)
        ],
    )


def some_months(first: date, count: int) -> SessionsOverTime:
    """Months that begin with the one of `first`, each with a session."""
    begun = [divmod(first.month - 1 + index, 12) for index in range(count + 1)]
    months = [date(first.year + years, month + 1, 1) for years, month in begun]
    return SessionsOverTime(
        "month",
        [
            Bucket(**some_figures(total_sessions=1), first=month, last=after - timedelta(days=1), partial=False)
            for month, after in pairwise(months)
        ],
    )


def a_session(**changed: Any) -> SessionDetail:
    given: dict[str, Any] = {
        "id": "ses/1?",
        "scheduled_start": NOON,
        "scheduled_end": NOON.replace(hour=13),
        "scheduled_duration": 60.0,
        "actual_start": NOON.replace(minute=2),
        "actual_end": NOON.replace(minute=49),
        "actual_duration": 47.0,
        "status": Status.COMPLETED,
        "course": CourseRef("crs 1", "Python <b>for</b> Analysts"),
        "student": Person("usr&1", "<img src=x onerror=alert(1)>", None),
        "st": Person("usr/2", "Tom Becker", None),
        "enrollment_id": None,
        "rating": None,
        "student_feedback": None,
        "st_feedback": None,
        "notes": None,
        "has_recording": True,
        "recording_url": None,
        "dispute": None,
        "low_rating": False,
        "overdue": False,
        "implausible_duration": False,
        "creator": Person("usr3", "Elena", None),
    }
    return SessionDetail(**given | changed)


def a_review(**changed: Any) -> Review:
    given: dict[str, Any] = {
        "session_id": "ses/1?", "state": ReviewState.NEW, "again": False, "reasons": [], "outcome": None,
        "assignee": None, "version": 0, "evidence": "", "updated_at": None, "dispute": None, "history": [],
        "st_decisions": PastDecisions(0, 0, []), "may": [],
    }  # fmt: skip
    return Review(**given | changed)


def an_entry(version: int, action: ReviewAction, state: ReviewState, **changed: Any) -> ReviewEntry:
    given: dict[str, Any] = {
        "version": version, "at": NOON, "action": action, "by": Reviewer("op", "Olga", "operations"), "note": None,
        "state": state, "outcome": None, "assignee": None, "undone": False,
    }  # fmt: skip
    return ReviewEntry(**given | changed)


def words_of(component: Any) -> str:
    """All text of a component tree, joined."""
    if component is None or isinstance(component, bool):
        return ""
    if isinstance(component, str | int | float):
        return str(component)
    if isinstance(component, list | tuple):
        return " ".join(words_of(part) for part in component)
    return words_of(getattr(component, "children", None))


def attributes_of(component: Any, name: str) -> list[Any]:
    """Every value of one attribute in a component tree."""
    if isinstance(component, list | tuple):
        return [value for part in component for value in attributes_of(part, name)]
    if not hasattr(component, "children"):
        return []
    own = [getattr(component, name)] if getattr(component, name, None) is not None else []
    return own + attributes_of(component.children, name)
