"""What both doors need to answer a question: settings, warehouse, recordings, clock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from auth.viewer import CreatorScope, Viewer
from downloads.folder import Downloads
from queries.filters import FilterParams, SessionFilters, resolve
from queries.options import list_chosen, list_creators
from queries.periods import Clock
from queries.sessions import FoundSession, NotFoundError, get_session
from recordings.links import RecordingLinks, RecordingUnavailable, SignedLink, available_link
from services.events import EventRecorder, Outbox
from services.often import Often
from services.reviews.board import ReviewBoard
from services.reviews.pace import Pace
from settings import Settings
from store import Store
from store.access_log import Access, Action
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
    store: Store
    events: EventRecorder
    board: ReviewBoard
    decisions: Outbox
    downloads: Downloads
    now: Callable[[], datetime] = utc_now
    pace: Pace = field(default_factory=Pace)
    asked_mails: Often = field(default_factory=lambda: Often(3600))
    seen_lately: Often = field(default_factory=lambda: Often(3600))

    def scope(self, viewer: Viewer, creator: str) -> CreatorScope:
        """Whose rows are asked for; that staff see them is logged first.

        Raises ForbiddenError for another's, NotFoundError where staff name a creator there is not, StoreError where
        it cannot be logged.
        """
        scope = viewer.scope(creator)
        if viewer.is_staff and scope.creator_id and not list_creators(self.warehouse.current(), scope):
            raise NotFoundError("creator_id", scope.creator_id)
        self.log_seen(viewer, scope.creator_id)
        return scope

    def question(self, viewer: Viewer, creator: str, params: FilterParams) -> Question:
        """Raises ForbiddenError, NotFoundError, FilterError or NoSnapshotError."""
        snapshot = self.warehouse.current()
        scope = self.scope(viewer, creator)
        clock = self.clock(snapshot, params.tz)
        filters = resolve(params, clock, self.settings.low_rating)
        return Question(snapshot, scope, filters, clock, list_chosen(snapshot, scope, filters))

    def session(self, viewer: Viewer, asked: Question, session_id: str) -> FoundSession:
        """One session by its id alone, whatever the filters: a link to it outlives them. The scope still holds, and
        that staff see it is logged. Raises NotFoundError or StoreError."""
        found = _found(asked, session_id)
        self.log_seen(viewer, found.detail.creator.id, session_id)
        return found

    def recording(self, viewer: Viewer, asked: Question, session_id: str) -> SignedLink:
        """A link to the session's recording, once the store of recordings has confirmed it and the log tells of it.

        Raises NotFoundError, RecordingUnavailable or StoreError.
        """
        found = _found(asked, session_id)
        link = available_link(self.recordings, found.detail.id, found.recording_key)
        self._log(viewer, Action.WATCHED_RECORDING, found)
        return link

    def unconfirmed_recording(self, viewer: Viewer, found: FoundSession) -> SignedLink | None:
        """The same without asking the store of recordings; None where there is nothing to sign."""
        if found.recording_key is None:
            return None
        try:
            link = self.recordings.sign(found.recording_key)
        except RecordingUnavailable:
            return None
        self._log(viewer, Action.WATCHED_RECORDING, found)
        return link

    def _log(self, viewer: Viewer, action: Action, found: FoundSession) -> None:
        entry = self._entry(viewer, action, found.detail.creator.id, found.detail.id)
        self.store.access_log.add(entry)

    def log_seen(self, viewer: Viewer, creator_id: str | None, session_id: str | None = None) -> None:
        """That staff see a creator's sessions, or one of them. Raises StoreError."""
        if viewer.is_staff:
            self.store.access_log.add_hourly(self._entry(viewer, Action.SAW_CREATOR, creator_id, session_id))

    def log_exported(self, viewer: Viewer, creator_id: str | None) -> None:
        """That somebody takes a creator's sessions away as a file. Raises StoreError."""
        self.store.access_log.add(self._entry(viewer, Action.EXPORTED, creator_id, None))

    def _entry(self, viewer: Viewer, action: Action, creator_id: str | None, session_id: str | None) -> Access:
        account = viewer.account or viewer.id
        return Access(self.now(), account, viewer.name, viewer.id, viewer.role.value, action, creator_id, session_id)

    def clock(self, snapshot: Snapshot, tz: str | None = None) -> Clock:
        return Clock(
            now=self.now(),
            data_as_of=snapshot.info.data_as_of,
            last_start=snapshot.info.last_start,
            zone=ZoneInfo(tz or self.settings.time_zone),
            week_start=self.settings.first_weekday,
        )


def _found(asked: Question, session_id: str) -> FoundSession:
    anything = SessionFilters(zone=asked.clock.zone, low_rating=asked.filters.low_rating)
    return get_session(asked.snapshot, asked.scope, anything, session_id)
