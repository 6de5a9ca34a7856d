"""What both doors need to answer a question: settings, warehouse, recordings, clock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from auth.viewer import CreatorScope, Viewer
from queries.filters import FilterParams, SessionFilters, resolve
from queries.options import list_chosen, list_creators
from queries.periods import Clock
from queries.sessions import NotFoundError
from recordings.links import RecordingLinks
from settings import Settings
from warehouse.refresh import Warehouse
from warehouse.snapshot import Snapshot


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Question:
    """One question, ready for a query: of which snapshot, whose rows, which of them, and when.

    `chosen` names the courses, STs and student that it filters by, by (field, id).
    """

    snapshot: Snapshot
    scope: CreatorScope
    filters: SessionFilters
    clock: Clock
    chosen: Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Services:
    settings: Settings
    warehouse: Warehouse
    recordings: RecordingLinks
    now: Callable[[], datetime] = utc_now

    def scope(self, viewer: Viewer, creator: str) -> CreatorScope:
        """Raises ForbiddenError for another's, NotFoundError where staff name a creator there is not."""
        scope = viewer.scope(creator)
        if viewer.is_staff and scope.creator_id and not list_creators(self.warehouse.current(), scope):
            raise NotFoundError("creator_id", scope.creator_id)
        return scope

    def question(self, viewer: Viewer, creator: str, params: FilterParams) -> Question:
        """Raises ForbiddenError, NotFoundError, FilterError or NoSnapshotError."""
        snapshot = self.warehouse.current()
        scope = self.scope(viewer, creator)
        clock = self.clock(snapshot, params.tz)
        filters = resolve(params, clock, self.settings.low_rating)
        return Question(snapshot, scope, filters, clock, list_chosen(snapshot, scope, filters))

    def clock(self, snapshot: Snapshot, tz: str | None = None) -> Clock:
        return Clock(
            now=self.now(),
            data_as_of=snapshot.info.data_as_of,
            last_start=snapshot.info.last_start,
            zone=ZoneInfo(tz or self.settings.time_zone),
            week_start=0 if self.settings.week_start == "monday" else 6,
        )
