"""The digest of a saved view: one week's figures, their change, and what needs review; as a page and by mail."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pydantic import Field

from auth.viewer import Viewer
from queries.filters import FilterError, FilterParams, WireParams, WireText, WireZone
from queries.models import SessionStats
from queries.options import list_creators
from queries.periods import FIRST_DATE
from queries.review_models import OPEN_STATES, ReviewPage
from queries.reviews import QueueParams
from queries.stats import get_stats
from services import Question, Services
from services.reviews.reading import ME, queue_of
from services.views import ViewParams, view_params, visible_view
from store.views import View

SHOWN_REVIEWS = 10
WEEK = timedelta(days=7)
MONDAY, SENT_AT = 0, time(7)


class DigestParams(WireParams):
    """Of whose sessions, of which week, and in which zone weeks begin."""

    creator: WireText | None = Field(None, description="`me`; for staff `all` or a creator's id; the widest if unset")
    week: date | None = Field(None, description="A day of the week; the last whole week if unset")
    tz: WireZone | None = Field(None, description="IANA time zone in which days begin")


@dataclass(frozen=True, slots=True)
class Digest:
    """One week of a view. `whose` names the creator that staff chose; None is all, or the viewer's own."""

    view: View
    asked: Question
    first: date
    last: date
    stats: SessionStats
    reviews: ReviewPage
    whose: str | None


def read_digest(services: Services, viewer: Viewer, view_id: str, params: DigestParams) -> Digest:
    """The digest of a view that the viewer sees, of what they may see: the view's filters, the week's range.

    Raises NotFoundError, ForbiddenError, FilterError, NoSnapshotError or StoreError.
    """
    view = visible_view(services, viewer, view_id)
    kept = view_params(view.query)
    zone = ZoneInfo(params.tz or services.settings.time_zone)
    first = _first_day(services, params.week, zone)
    last = first + WEEK - timedelta(days=1)
    filters = _filters(kept, first, last, zone)
    asked = services.question(viewer, params.creator or viewer.widest, filters)
    queue = QueueParams(
        state=list(OPEN_STATES), reason=kept.reason, assignee=ME if kept.review == "mine" else None,
        page=1, limit=SHOWN_REVIEWS,
    )  # fmt: skip
    return Digest(
        view=view,
        asked=asked,
        first=first,
        last=last,
        stats=get_stats(asked.snapshot, asked.scope, asked.filters, asked.clock),
        reviews=queue_of(services, viewer, asked, queue),
        whose=_whose(viewer, asked),
    )


def next_due(now: datetime, zone: ZoneInfo) -> datetime:
    """The next Monday, seven o'clock, in the zone."""
    today = now.astimezone(zone).date()
    monday = today + timedelta(days=(MONDAY - today.weekday()) % 7)
    due = datetime.combine(monday, SENT_AT, zone)
    return due if due > now else datetime.combine(monday + WEEK, SENT_AT, zone)


def _first_day(services: Services, day: date | None, zone: ZoneInfo) -> date:
    clock = services.clock(services.warehouse.current(), zone.key)
    this_week = clock.week_of(clock.today())
    if day is None:
        return this_week - WEEK
    if not FIRST_DATE + 2 * WEEK <= day < this_week:
        raise FilterError("week", "must lie in a week that is over")
    return clock.week_of(day)


def _filters(kept: ViewParams, first: date, last: date, zone: ZoneInfo) -> FilterParams:
    names = set(FilterParams.model_fields) - {"from_", "to", "range", "tz"}
    given = {name: getattr(kept, name) for name in names}
    return FilterParams.model_validate(given | {"from": first, "to": last, "tz": zone.key})


def _whose(viewer: Viewer, asked: Question) -> str | None:
    if not viewer.is_staff or asked.scope.all_creators:
        return None
    return list_creators(asked.snapshot, asked.scope)[0].name
