"""Numbers, dates and labels as people read them. An en dash stands for no data."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from queries.filters import Flag, Status
from queries.periods import RangePreset

NO_DATA = "–"
CREATOR = "Creator"
ALL_CREATORS = "All creators"
STATUS_LABELS = {
    Status.COMPLETED: "Completed",
    Status.SCHEDULED: "Scheduled",
    Status.CANCELLED: "Cancelled",
    Status.NO_SHOW: "No-show",
}
FLAG_LABELS = {
    Flag.LOW_RATING: "Low rating",
    Flag.DISPUTE: "Dispute",
    Flag.OVERDUE: "Overdue",
    Flag.IMPLAUSIBLE_DURATION: "Implausible duration",
    Flag.NO_RECORDING: "No recording",
}
DISPUTE_LABELS = {
    "open": "Open",
    "under_review": "Under review",
    "resolved": "Resolved",
    "rejected": "Rejected",
}
PRESET_LABELS = {
    RangePreset.TODAY: "Today",
    RangePreset.THIS_WEEK: "This week",
    RangePreset.THIS_MONTH: "This month",
    RangePreset.LAST_7_DAYS: "Last 7 days",
    RangePreset.LAST_30_DAYS: "Last 30 days",
    RangePreset.LAST_12_WEEKS: "Last 12 weeks",
    RangePreset.ALL: "All time",
}
FIELD_LABELS = {
    "course_id": "Course",
    "st_id": "Student-Teacher",
    "student_id": "Student",
    "student_q": "Student search",
    "creator_id": "Creator",
    "status": "Status",
    "rating_min": "Rating from",
    "rating_max": "Rating to",
    "rated": "Rated",
    "timed": "With a duration",
    "flag": "Flags",
    "from": "From",
    "to": "To",
    "range": "Range",
    "tz": "Time zone",
}
SORT_LABELS = {
    "-scheduled_start": "Newest first",
    "scheduled_start": "Oldest first",
    "rating": "Lowest rating first",
    "-rating": "Highest rating first",
    "student": "Student, A to Z",
    "st": "Student-Teacher, A to Z",
    "course": "Course, A to Z",
    "-duration": "Longest first",
    "duration": "Shortest first",
}
BUCKET_LABELS = {"day": "day", "week": "week", "month": "month"}


def number(value: float | None, decimals: int = 0) -> str:
    return NO_DATA if value is None else f"{value:,.{decimals}f}"


def minutes(value: float | None) -> str:
    return NO_DATA if value is None else f"{value:,.0f} min"


def counted(count: int, one: str, many: str | None = None) -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def duration(value: timedelta) -> str:
    """26 hours, 3 days: the larger unit once there are two of it."""
    hours = int(value.total_seconds() // 3600)
    return counted(hours // 24, "day") if hours >= 48 else counted(hours, "hour")


def day(value: date, *, year: bool = False) -> str:
    """1 Sep, or 1 Sep 2026."""
    return f"{value.day} {value:%b %Y}" if year else f"{value.day} {value:%b}"


def days(first: date | None, last: date | None) -> str:
    """1 Sep – 23 Nov, the year where the range does not lie within one."""
    if first is None and last is None:
        return "All time"
    if first is None or last is None:
        return f"until {day(last, year=True)}" if last else f"since {day(first, year=True)}"  # type: ignore[arg-type]  # one of them is given
    if first == last:
        return day(first, year=True)
    year = first.year != last.year
    return f"{day(first, year=year)} – {day(last, year=year)}"


def moment(value: datetime, zone: ZoneInfo, *, year: bool = True) -> str:
    """Sat 21 Nov 2026, 09:00 in the zone."""
    local = value.astimezone(zone)
    return f"{local:%a} {day(local.date(), year=year)}, {local:%H:%M}"


def clock_time(value: datetime, zone: ZoneInfo) -> str:
    return f"{value.astimezone(zone):%H:%M}"


def as_of(value: datetime, now: datetime, zone: ZoneInfo) -> str:
    """10:42 if that is today, else with its day."""
    local = value.astimezone(zone)
    same_day = local.date() == now.astimezone(zone).date()
    return f"{local:%H:%M}" if same_day else moment(value, zone, year=local.year != now.astimezone(zone).year)
