"""What is to come: the sessions still to end, whose ST is booked twice, and which STs have nothing booked."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import Field

from queries.filters import SessionFilters
from queries.models import (
    ComingDay,
    ConflictGroup,
    IdleSt,
    Person,
    UpcomingOverview,
    UpcomingPage,
    UpcomingSession,
)
from queries.periods import Clock, Period
from queries.scope import Scope
from queries.sessions import ListParams, OrderBy, Sort, as_session, pagination
from queries.statement import filter_values, load
from warehouse.snapshot import Row, Snapshot, utc

LIST_UPCOMING = load("list_upcoming", "limit", "offset", "now")
COUNT_UPCOMING = load("count_upcoming", "now")
LIST_COMING_DAYS = load("list_coming_days", "now", "zone")
LIST_CONFLICTS = load("list_conflicts", "now", "limit", "most")
LIST_IDLE_STS = load("list_idle_student_teachers", "now", "limit")
LIST_FOR_CALENDAR = load("list_for_calendar", "all_creators", "creator_id", "now", "cancelled_from", "limit")

MOST_GROUPS, MOST_IN_GROUP, MOST_IDLE = 20, 100, 50
MOST_ENTRIES = 2_000
LATELY, LATELY_CANCELLED = timedelta(days=84), timedelta(days=7)


class UpcomingParams(ListParams):
    sort: Sort = Field(Sort.SCHEDULED_START, description="Order; a leading - is descending")


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One session as a calendar shows it."""

    id: str
    start: datetime
    end: datetime
    cancelled: bool
    course: str
    student: str
    st: str


def list_upcoming(
    snapshot: Snapshot, scope: Scope, filters: SessionFilters, *, now: datetime, sort: Sort, page: int, limit: int
) -> UpcomingPage:
    """Scheduled sessions whose end is still to come at `now`, those under way included.

    Conflicts are judged over all coming sessions of the scope, so that no filter hides one; never beyond the scope.
    """
    values = filter_values(scope, filters) | {"now": now}
    window = {"limit": limit, "offset": (page - 1) * limit}
    rows = LIST_UPCOMING.rows(snapshot, values | window, OrderBy[sort.name])
    sessions = [as_session(row[:-1], UpcomingSession, conflict=row[-1]) for row in rows]
    return UpcomingPage(
        sessions, pagination(len(rows), page, limit, lambda: COUNT_UPCOMING.rows(snapshot, values)[0][0])
    )


def get_overview(snapshot: Snapshot, scope: Scope, filters: SessionFilters, clock: Clock) -> UpcomingOverview:
    """Three statements, or two where no session is in conflict. Days are those of the filters' zone."""
    values = filter_values(scope, filters) | {"now": clock.now}
    days = [ComingDay(*row) for row in LIST_COMING_DAYS.rows(snapshot, values | {"zone": str(filters.zone)})]
    conflicts = sum(day.conflicts for day in days)
    most = {"limit": MOST_GROUPS, "most": MOST_IN_GROUP}
    groups = LIST_CONFLICTS.rows(snapshot, values | most) if conflicts else []
    idle = _idle(snapshot, scope, filters, clock.now)
    return UpcomingOverview(
        total=sum(day.sessions for day in days),
        conflicts=conflicts,
        days=days,
        conflict_groups=_groups(groups),
        conflict_groups_total=groups[0][-2] if groups else 0,
        idle_sts=[IdleSt(Person(*row[:3]), utc(row[3]), row[4]) for row in idle],
        idle_sts_total=idle[0][-1] if idle else 0,
    )


def list_for_calendar(snapshot: Snapshot, scope: Scope, now: datetime) -> list[CalendarEntry]:
    """Coming sessions, and those cancelled that would have started at most a week ago or later, the soonest first."""
    values = {"all_creators": scope.all_creators, "creator_id": scope.creator_id, "now": now}
    window = {"cancelled_from": now - LATELY_CANCELLED, "limit": MOST_ENTRIES}
    rows = LIST_FOR_CALENDAR.rows(snapshot, values | window)
    return [CalendarEntry(id_, utc(start), utc(end), *rest) for id_, start, end, *rest in rows]


def _groups(rows: list[Row]) -> list[ConflictGroup]:
    """From rows in order of group and number; number 1 begins a group."""
    groups: list[ConflictGroup] = []
    for row in rows:
        *columns, total, _, number = row
        session = as_session(tuple(columns), UpcomingSession, conflict=True)
        if number == 1:
            groups.append(ConflictGroup(session.st, total, []))
        groups[-1].sessions.append(session)
    return groups


def _idle(snapshot: Snapshot, scope: Scope, filters: SessionFilters, now: datetime) -> list[Row]:
    """Of the filters those of courses and STs alone say whose lately held sessions are looked at."""
    judged = SessionFilters(
        zone=filters.zone,
        low_rating=filters.low_rating,
        period=Period(now - LATELY, now),
        course_ids=filters.course_ids,
        st_ids=filters.st_ids,
    )
    return LIST_IDLE_STS.rows(snapshot, filter_values(scope, judged) | {"now": now, "limit": MOST_IDLE})
