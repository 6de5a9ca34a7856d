"""Two sets of sessions side by side: what is asked, which sessions each side has, and how far they lie apart."""

from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field

from queries.compare_models import Comparison, Relative, Side
from queries.difference import differences
from queries.filters import FilterError, FilterParams, SessionFilters, WireMoment, resolve, resolve_days
from queries.metrics import figures
from queries.periods import Clock, Period, RangePreset, comparison, period_between, preset_period
from queries.scope import Scope
from queries.sessions import count_sessions
from queries.statement import filter_values, load
from queries.stats import AGGREGATES, NO_SESSIONS
from warehouse.snapshot import Snapshot

SUM_SESSIONS = load("sum_sessions", kept=True)
SUMS = (*AGGREGATES, "minutes_variance")

Sides = tuple[SessionFilters, SessionFilters]


class Dropped(StrEnum):
    COURSE = "course_id"
    ST = "st_id"


def _against(value: Any) -> Any:
    """The first of the two enumerations that knows the name; one message of all that there are."""
    for names in (Relative, RangePreset):
        if value in list(names):
            return names(value)
    known = ", ".join(repr(name.value) for name in (*Relative, *RangePreset))
    raise ValueError(f"{value!r} is none of {known}")


class CompareParams(FilterParams):
    """The filters are side A. Side B is the same but for what `vs_` names; without any of it, the period before A."""

    vs_range: Annotated[Relative | RangePreset | None, BeforeValidator(_against)] = Field(
        None, description="B's range: the one before A's, A's a year before, A's own, or a named one"
    )
    vs_from: WireMoment = Field(None, description="B's first day in the zone, or an RFC 3339 instant, included")
    vs_to: WireMoment = Field(None, description="B's last day in the zone, included, or an RFC 3339 instant, excluded")
    vs_course_id: list[str] = Field([], description="B's courses instead of A's; repeat for several")
    vs_st_id: list[str] = Field([], description="B's Student-Teachers instead of A's; repeat for several")
    vs_without: list[Dropped] = Field([], description="Filters of A that B does not have; repeat for both")


def resolve_sides(params: CompareParams, clock: Clock, low_rating: int) -> Sides:
    """Both sides with every value known. A calendar range that is not over yet is held against the same part of
    another, and A ends where that part does. Raises FilterError."""
    base = resolve(params, clock, low_rating)
    for field, given in ((Dropped.COURSE, params.vs_course_id), (Dropped.ST, params.vs_st_id)):
        if given and field in params.vs_without:
            raise FilterError("vs_without", f"{field.value} cannot be both replaced and left out")
    of_a, of_b = _periods(params, base.period, clock)
    other = replace(
        base,
        period=of_b,
        course_ids=() if Dropped.COURSE in params.vs_without else tuple(params.vs_course_id) or base.course_ids,
        st_ids=() if Dropped.ST in params.vs_without else tuple(params.vs_st_id) or base.st_ids,
    )
    return replace(base, period=of_a), other


def compare(snapshot: Snapshot, scope: Scope, sides: Sides) -> Comparison:
    """The figures of both sides and their differences: a statement a side, and one for what they share."""
    a, b = (_sums(snapshot, scope, side) for side in sides)
    both = _shared(*sides)
    return Comparison(
        data_as_of=snapshot.info.data_as_of,
        a=_side(a, sides[0]),
        b=_side(b, sides[1]),
        total_change=100 * (a["total_sessions"] / b["total_sessions"] - 1) if b["total_sessions"] else None,
        differences=differences(a, b),
        shared_sessions=count_sessions(snapshot, scope, both) if both else 0,
    )


def _sums(snapshot: Snapshot, scope: Scope, filters: SessionFilters) -> dict[str, Any]:
    rows = SUM_SESSIONS.rows(snapshot, filter_values(scope, filters))
    return dict(zip(SUMS, rows[0], strict=True)) if rows else NO_SESSIONS | {"minutes_variance": None}


def _side(sums: dict[str, Any], filters: SessionFilters) -> Side:
    start, end = filters.period.start, filters.period.end
    return Side(**figures(sums), start=start, end=end, course_id=filters.course_ids, st_id=filters.st_ids)


def _shared(a: SessionFilters, b: SessionFilters) -> SessionFilters | None:
    """What both let through, as filters of its own: sides differ in range, courses and STs alone. None is nothing."""
    starts = [side.period.start for side in (a, b) if side.period.start]
    ends = [side.period.end for side in (a, b) if side.period.end]
    both = Period(max(starts, default=None), min(ends, default=None))
    courses, teachers = _both(a.course_ids, b.course_ids), _both(a.st_ids, b.st_ids)
    if courses is None or teachers is None or (both.start and both.end and both.start >= both.end):
        return None
    return replace(a, period=both, course_ids=courses, st_ids=teachers)


def _both(some: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...] | None:
    """No ids are all of them; None is none."""
    if not some or not others:
        return some or others
    return tuple(id_ for id_ in some if id_ in others) or None


def _periods(params: CompareParams, of_a: Period, clock: Clock) -> tuple[Period, Period]:
    days = params.vs_from is not None or params.vs_to is not None
    if days and params.vs_range is not None:
        raise FilterError("vs_range", "cannot be given together with vs_from or vs_to")
    if days:
        return of_a, _days(params, clock.zone)
    if isinstance(params.vs_range, RangePreset):
        return of_a, preset_period(params.vs_range, clock)
    others = params.vs_course_id or params.vs_st_id or params.vs_without
    which = params.vs_range or (Relative.SAME if others else Relative.PREVIOUS)
    return (of_a, of_a) if which is Relative.SAME else _earlier(which, of_a, clock)


def _days(params: CompareParams, zone: ZoneInfo) -> Period:
    try:
        return resolve_days(params.vs_from, params.vs_to, zone)
    except FilterError:
        raise FilterError("vs_from", "must not be after vs_to") from None


def _earlier(which: Relative, of_a: Period, clock: Clock) -> tuple[Period, Period]:
    before = comparison(of_a, clock)
    if before is None or of_a.start is None:
        raise FilterError("vs_range", "the range has no beginning or no end: name days to compare it with")
    now = of_a if before.compared_end == of_a.end else period_between(of_a.start, before.compared_end, clock.zone)
    if which is Relative.PREVIOUS:
        return now, period_between(before.start, before.end, clock.zone)
    start, end = _year_before(of_a.start, clock.zone), _year_before(before.compared_end, clock.zone, ends=True)
    return now, period_between(start, end, clock.zone)


def _year_before(instant: datetime, zone: ZoneInfo, *, ends: bool = False) -> datetime:
    """The same wall time a year before. For a 29 February the 28th begins, and what ends in it ends with the 28th."""
    local = instant.astimezone(zone)
    if (local.month, local.day) == (2, 29):
        local = datetime(local.year, 3, 1, tzinfo=zone) if ends else local.replace(day=28)
    return local.replace(year=local.year - 1).astimezone(UTC)
