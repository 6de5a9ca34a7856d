"""Numbers, dates and labels as people read them, labels to be translated when used. An en dash stands for no data."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from layouts import language
from layouts.language import counted, marked, written_date
from layouts.language import gettext as _
from queries.filters import Flag, Status
from queries.metrics import are_alike
from queries.models import StFigures
from queries.periods import RangePreset
from queries.review_models import Outcome, Reason, ReviewAction, ReviewState

NO_DATA = "–"
LETTER_WIDTH = 8
CREATOR = marked("Creator")
ALL_CREATORS = marked("All creators")
STATUS_LABELS = {
    Status.COMPLETED: marked("Completed"),
    Status.SCHEDULED: marked("Scheduled"),
    Status.CANCELLED: marked("Cancelled"),
    Status.NO_SHOW: marked("No-show"),
}
FLAG_LABELS = {
    Flag.LOW_RATING: marked("Low rating"),
    Flag.DISPUTE: marked("Dispute"),
    Flag.OVERDUE: marked("Overdue"),
    Flag.IMPLAUSIBLE_DURATION: marked("Implausible duration"),
    Flag.NO_RECORDING: marked("No recording"),
}
DISPUTE_LABELS = {
    "open": marked("Open"),
    "under_review": marked("Under review"),
    "resolved": marked("Resolved"),
    "rejected": marked("Rejected"),
}
REASON_LABELS = {
    Reason.DISPUTE: marked("Open dispute"),
    Reason.FLAGGED: marked("Flagged"),
    Reason.LOW_RATING: marked("Low rating"),
    Reason.SHORT: marked("Cut short"),
    Reason.NO_SHOW: marked("No-show"),
    Reason.RATING_GAP: marked("Ratings far apart"),
    Reason.NO_RECORDING: marked("No recording"),
}
REVIEW_STATE_LABELS = {
    ReviewState.NEW: marked("New"),
    ReviewState.UNDER_REVIEW: marked("Under review"),
    ReviewState.RESOLVED: marked("Resolved"),
    ReviewState.DISMISSED: marked("Dismissed"),
}
ACTION_LABELS = {
    ReviewAction.FLAG: marked("Flag for review"),
    ReviewAction.ASSIGN: marked("Assign"),
    ReviewAction.NOTE: marked("Add a note"),
    ReviewAction.UNDER_REVIEW: marked("Take under review"),
    ReviewAction.RESOLVE: marked("Resolve"),
    ReviewAction.DISMISS: marked("Dismiss"),
    ReviewAction.UNDO: marked("Undo"),
}
OUTCOME_LABELS = {
    Outcome.REFUNDED: marked("Refunded"),
    Outcome.REPEATED: marked("Session repeated"),
    Outcome.ST_COACHED: marked("Student-Teacher coached"),
    Outcome.CORRECTED: marked("Data corrected"),
    Outcome.SETTLED: marked("Settled between them"),
    Outcome.OTHER: marked("Other"),
    Outcome.UNFOUNDED: marked("Unfounded"),
    Outcome.DUPLICATE: marked("Duplicate"),
    Outcome.NO_ACTION: marked("No action needed"),
}
PRESET_LABELS = {
    RangePreset.TODAY: marked("Today"),
    RangePreset.THIS_WEEK: marked("This week"),
    RangePreset.THIS_MONTH: marked("This month"),
    RangePreset.LAST_7_DAYS: marked("Last 7 days"),
    RangePreset.LAST_30_DAYS: marked("Last 30 days"),
    RangePreset.LAST_12_WEEKS: marked("Last 12 weeks"),
    RangePreset.ALL: marked("All time"),
}
FIELD_LABELS = {
    "course_id": marked("Course"),
    "st_id": marked("Student-Teacher"),
    "student_id": marked("Student"),
    "student_q": marked("Student search"),
    "creator_id": marked("Creator"),
    "status": marked("Status"),
    "rating_min": marked("Rating from"),
    "rating_max": marked("Rating to"),
    "rated": marked("Rated"),
    "timed": marked("With a duration"),
    "flag": marked("Flags"),
    "from": marked("From"),
    "to": marked("To"),
    "range": marked("Range"),
    "vs_course_id": marked("B's course"),
    "vs_st_id": marked("B's Student-Teacher"),
    "vs_from": marked("B's first day"),
    "vs_to": marked("B's last day"),
    "vs_range": marked("B's range"),
    "vs_without": marked("B's filters"),
    "tz": marked("Time zone"),
}
SORT_LABELS = {
    "-scheduled_start": marked("Newest first"),
    "scheduled_start": marked("Oldest first"),
    "rating": marked("Lowest rating first"),
    "-rating": marked("Highest rating first"),
    "student": marked("Student, A to Z"),
    "st": marked("Student-Teacher, A to Z"),
    "course": marked("Course, A to Z"),
    "-duration": marked("Longest first"),
    "duration": marked("Shortest first"),
}
BUCKET_TITLES = {
    "day": marked("Sessions per day"),
    "week": marked("Sessions per week"),
    "month": marked("Sessions per month"),
}
SAID_ELSEWHERE = frozenset(
    {
        marked("unknown parameter"),
        marked("given more than once"),
        marked("cannot be given together with from or to"),
        marked("must not be after to"),
        marked("cannot be given together with vs_from or vs_to"),
        marked("must not be after vs_to"),
        marked("the range has no beginning or no end: name days to compare it with"),
        marked("The sign-in service does not answer. Try again in a moment."),
        marked("This sign-in was not begun in this browser, or took longer than ten minutes."),
        marked("Sign-in was cancelled."),
        marked("The sign-in service does not know this page. Whoever runs the page must mend how sign-in is set up."),
        marked("The sign-in service did not confirm who you are."),
        marked("This account has no role in Session History."),
        marked("This account names no creator."),
    }
)


def said(message: str) -> str:
    """What queries and sign-in say, which know no language; of a message with a wrong value in it there is English."""
    return _(message) if message in SAID_ELSEWHERE else message


def number(value: float | None, decimals: int = 0) -> str:
    return NO_DATA if value is None else language.number(value, decimals)


def percent(value: float | None, decimals: int = 0) -> str:
    return NO_DATA if value is None else _("{value}%", value=language.number(value, decimals))


def minutes(value: float | None) -> str:
    return NO_DATA if value is None else _("{value} min", value=language.number(value))


def duration(value: timedelta) -> str:
    """26 hours, 3 days: the larger unit once there are two of it."""
    hours = int(value.total_seconds() // 3600)
    if hours >= 48:
        return counted(hours // 24, "{count} day", "{count} days")
    return counted(hours, "{count} hour", "{count} hours")


def wider(width: int, *messages: str) -> int:
    """A width in pixels, made for the longest of these in English; more where the language's longest is longer."""
    longer = max(len(_(message)) for message in messages) - max(map(len, messages))
    return width + LETTER_WIDTH * max(0, longer)


def day(value: date, *, year: bool = False) -> str:
    """1 Sep, or 1 Sep 2026."""
    return written_date(value, "yMMMd" if year else "MMMd")


def days(first: date | None, last: date | None, *, year: bool = False) -> str:
    """1 Sep – 23 Nov, the year where it is asked for, or the range does not lie within one."""
    if first is None and last is None:
        return _("All time")
    if first is None or last is None:
        one = day(last or first, year=True)  # type: ignore[arg-type]  # one of them is given
        return _("until {day}", day=one) if last else _("since {day}", day=one)
    if first == last:
        return day(first, year=True)
    differ = first.year != last.year
    return f"{day(first, year=differ)} – {day(last, year=year or differ)}"


def moment(value: datetime, zone: ZoneInfo, *, year: bool = True) -> str:
    """Sat 21 Nov 2026, 09:00 in the zone."""
    local = value.astimezone(zone)
    shown = written_date(local.date(), "yMMMEd" if year else "MMMEd")
    return _("{date}, {time}", date=shown, time=f"{local:%H:%M}")


def clock_time(value: datetime, zone: ZoneInfo) -> str:
    return f"{value.astimezone(zone):%H:%M}"


def as_of(value: datetime, now: datetime, zone: ZoneInfo) -> str:
    """10:42 if that is today, else with its day."""
    local = value.astimezone(zone)
    same_day = local.date() == now.astimezone(zone).date()
    return f"{local:%H:%M}" if same_day else moment(value, zone, year=local.year != now.astimezone(zone).year)


def with_doubt(mean: str, st: StFigures) -> str:
    """A Student-Teacher's mean rating, and why it tells less than it seems to."""
    if st.few_ratings:
        return f"{mean} · " + _("few ratings")
    return f"{mean} · " + _("all alike") if are_alike(st.avg_rating_interval) else mean
