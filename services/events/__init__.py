"""Analytics events: recorded without anybody waiting, kept for a while, and passed on where a receiver is set."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from auth.viewer import Viewer
from services.events.forwarder import Forwarder
from services.events.queue import EventQueue
from services.events.receiver import Receiver
from services.events.repeated import Repeated
from settings import Settings
from store.engine import StoreError
from store.events import MOST_REMOVED, EventName, Events

log = logging.getLogger(__name__)
CLEAN_SECONDS = 3_600.0
STOP_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class EventCounts:
    """Events since this process began. `recorded` are in the store and `waiting` on their way to it; `dropped` found
    the queue full, or grew too old before the receiver took them; `given_up` it refused."""

    recorded: int
    dropped: int
    waiting: int
    forwarded: int
    given_up: int


class EventRecorder:
    """The queue, the forwarder where a receiver is set, and the removal of what is older than the settings say."""

    def __init__(self, store: Events, settings: Settings) -> None:
        self._store = store
        self._days = timedelta(days=settings.events_days)
        self.queue = EventQueue(store)
        self._forwarder: Forwarder | None = None
        if settings.events_url and settings.events_secret:
            receiver = Receiver(settings.events_url, settings.events_secret.get_secret_value())
            self._forwarder = Forwarder(store, receiver)
        self._cleaner = Repeated("events-cleaner", self._clean)

    def start(self) -> None:
        self.queue.start()
        self._cleaner.start()
        if self._forwarder:
            self._forwarder.start()

    def stop(self) -> None:
        self.queue.stop()
        if self._forwarder:
            self._forwarder.stop()
        self._cleaner.stop(STOP_SECONDS)

    def record(self, viewer: Viewer, at: datetime, happened: list[tuple[EventName, dict[str, Any]]]) -> None:
        """Take events and their data; never waits for the store, never raises."""
        self.queue.record(viewer, at, happened)

    def counts(self) -> EventCounts:
        sent = self._forwarder.counts() if self._forwarder else (0, 0)
        return EventCounts(*self.queue.counts(), *sent)

    def _clean(self) -> float:
        """Removes what is too old; gives the seconds until the next look."""
        try:
            removed = self._store.remove_before(datetime.now(UTC) - self._days)
        except StoreError:
            return CLEAN_SECONDS
        if self._forwarder:
            self.queue.count_dropped(removed.unsent)
        return 0.0 if removed.events == MOST_REMOVED else CLEAN_SECONDS
