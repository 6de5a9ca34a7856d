"""What comes back: the shapes that layouts draw and REST returns, field names as on the wire.

Instants are aware datetimes in UTC, durations minutes, rates percent, ratings 1 to 5. A figure whose
denominator is zero is None.
"""

from dataclasses import dataclass
from datetime import date, datetime

from queries.filters import Status

Interval = tuple[float, float]


@dataclass(slots=True)
class Person:
    id: str
    name: str
    avatar: str | None


@dataclass(slots=True)
class CourseRef:
    id: str
    title: str


@dataclass(slots=True)
class Session:
    """One row of the sessions table. Like Person and CourseRef not frozen, which halves the time to make them."""

    id: str
    scheduled_start: datetime
    scheduled_end: datetime
    actual_duration: float | None
    status: Status
    course: CourseRef
    student: Person
    st: Person
    rating: int | None
    has_recording: bool
    low_rating: bool
    overdue: bool
    implausible_duration: bool
    dispute_status: str | None
    creator_id: str


@dataclass(frozen=True, slots=True)
class Pagination:
    page: int
    limit: int
    total: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class SessionPage:
    sessions: list[Session]
    pagination: Pagination


@dataclass(slots=True)
class UpcomingSession(Session):
    """`conflict`: its ST is booked for another coming session of the scope at the same time."""

    conflict: bool


@dataclass(frozen=True, slots=True)
class UpcomingPage:
    sessions: list[UpcomingSession]
    pagination: Pagination


@dataclass(frozen=True, slots=True)
class ComingDay:
    """The coming sessions that start on a day of the zone, and how many of them are in conflict."""

    day: date
    sessions: int
    conflicts: int


@dataclass(frozen=True, slots=True)
class ConflictGroup:
    """A run of one ST's overlapping sessions in order of time; `total` counts all, also those not shown."""

    st: Person
    total: int
    sessions: list[UpcomingSession]


@dataclass(frozen=True, slots=True)
class IdleSt:
    """A Student-Teacher with nothing booked: when their last session started, and how many they had lately."""

    st: Person
    last_start: datetime
    sessions: int


@dataclass(frozen=True, slots=True)
class UpcomingOverview:
    """The coming sessions of a question by day, whose ST is booked twice, and which STs have nothing booked."""

    total: int
    conflicts: int
    days: list[ComingDay]
    conflict_groups: list[ConflictGroup]
    conflict_groups_total: int
    idle_sts: list[IdleSt]
    idle_sts_total: int


@dataclass(frozen=True, slots=True)
class Feedback:
    rating: int | None
    comment: str | None


@dataclass(frozen=True, slots=True)
class Dispute:
    status: str
    reason: str | None
    opened_at: datetime | None


@dataclass(frozen=True, slots=True)
class SessionDetail:
    """All of one session. For a viewer without private fields notes, comments and reasons are None."""

    id: str
    scheduled_start: datetime
    scheduled_end: datetime
    scheduled_duration: float
    actual_start: datetime | None
    actual_end: datetime | None
    actual_duration: float | None
    status: Status
    course: CourseRef
    student: Person
    st: Person
    enrollment_id: str | None
    rating: int | None
    student_feedback: Feedback | None
    st_feedback: Feedback | None
    notes: str | None
    has_recording: bool
    recording_url: str | None
    dispute: Dispute | None
    low_rating: bool
    overdue: bool
    implausible_duration: bool
    creator: Person


@dataclass(frozen=True, slots=True)
class Place:
    """Where a session stands in a filtered order, from 1, and the ids beside it."""

    position: int
    total: int
    previous_id: str | None
    next_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The figures of one set of sessions, each as docs/metrics.md defines it, with what they rest on."""

    total_sessions: int
    completed: int
    cancelled: int
    no_show: int
    scheduled: int
    overdue: int
    completion_rate: float | None
    completion_rate_interval: Interval | None
    no_show_rate: float | None
    no_show_rate_interval: Interval | None
    avg_duration: float | None
    median_duration: float | None
    timed_sessions: int
    implausible_durations: int
    avg_rating: float | None
    avg_rating_interval: Interval | None
    rated_sessions: int
    rating_coverage: float | None
    low_ratings: int
    disputes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StFigures(Figures):
    """One Student-Teacher's figures. `shrunk_rating` only orders the list; it is not a rating."""

    st: Person
    sessions: int
    few_ratings: bool
    shrunk_rating: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodFigures(Figures):
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Changes:
    """Change against the previous period: percent for the count, percentage points for rates,
    minutes and rating steps for the means; None where either side has no data."""

    total_sessions: float | None
    completion_rate: float | None
    no_show_rate: float | None
    avg_rating: float | None
    avg_duration: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionStats(Figures):
    """Figures of a question. `compared` is the part of its range that `previous` is held against."""

    start: datetime | None
    end: datetime | None
    data_as_of: datetime
    by_st: list[StFigures]
    compared: PeriodFigures | None
    previous: PeriodFigures | None
    changes: Changes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket(Figures):
    """Figures of one day, week or month that begins on `first`; `partial` where the range cuts it, or
    it is not over yet."""

    first: date
    last: date
    partial: bool


@dataclass(frozen=True, slots=True)
class SessionsOverTime:
    bucket: str
    buckets: list[Bucket]


@dataclass(frozen=True, slots=True)
class CourseOption:
    id: str
    title: str
    sessions: int


@dataclass(frozen=True, slots=True)
class PersonOption:
    id: str
    name: str
    avatar: str | None
    sessions: int


@dataclass(frozen=True, slots=True)
class WayOut:
    """A filter, by its wire fields, without which there would be so many sessions."""

    fields: tuple[str, ...]
    sessions: int


@dataclass(frozen=True, slots=True)
class Totals:
    """The header's numbers, which no filter touches."""

    total_sessions: int
    this_week: int
