"""Analytics events: recorded without anybody waiting, kept for a while, and passed on where a receiver is set."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import SecretStr

from auth.viewer import Viewer
from services.events.forwarder import Forwarder
from services.events.queue import EventQueue
from services.events.receiver import Receiver
from services.events.repeated import Repeated
from settings import Settings
from store.engine import StoreError
from store.events import MOST_REMOVED, EventName, Events

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


@dataclass(frozen=True, slots=True)
class SentCounts:
    """Events since this process began that their receiver took, and that it refused."""

    forwarded: int
    given_up: int


class Outbox:
    """Passes one table's events on, where a receiver is set, and removes those that are older than `days`; those that
    were never passed on only where `lost` is there to be told how many."""

    def __init__(
        self, store: Events, name: str, url: str | None, secret: SecretStr | None, days: int,
        lost: Callable[[int], None] | None = None,
    ) -> None:  # fmt: skip
        self._store = store
        self._days = timedelta(days=days)
        self._lost = lost
        self._forwarder = Forwarder(store, Receiver(url, secret.get_secret_value()), name) if url and secret else None
        self._cleaner = Repeated(f"{name}-cleaner", self.clean)

    @property
    def is_set(self) -> bool:
        return self._forwarder is not None

    def start(self) -> None:
        self._cleaner.start()
        if self._forwarder:
            self._forwarder.start()

    def stop(self) -> None:
        if self._forwarder:
            self._forwarder.stop()
        self._cleaner.stop(STOP_SECONDS)

    def counts(self) -> SentCounts:
        return SentCounts(*self._forwarder.counts()) if self._forwarder else SentCounts(0, 0)

    def clean(self) -> float:
        """Removes what is too old; gives the seconds until the next look."""
        try:
            removed = self._store.remove_before(datetime.now(UTC) - self._days, unsent=self._lost is not None)
        except StoreError:
            return CLEAN_SECONDS
        if self._forwarder and self._lost:
            self._lost(removed.unsent)
        return 0.0 if removed.events == MOST_REMOVED else CLEAN_SECONDS


class EventRecorder:
    """Analytics events: the queue into the store, and the way on from there."""

    def __init__(self, store: Events, settings: Settings) -> None:
        self.queue = EventQueue(store)
        self._outbox = Outbox(
            store, "events", settings.events_url, settings.events_secret, settings.events_days, self.queue.count_dropped
        )

    def start(self) -> None:
        self.queue.start()
        self._outbox.start()

    def stop(self) -> None:
        self.queue.stop()
        self._outbox.stop()

    def record(self, viewer: Viewer, at: datetime, happened: list[tuple[EventName, dict[str, Any]]]) -> None:
        """Take events and their data; never waits for the store, never raises."""
        self.queue.record(viewer, at, happened)

    def counts(self) -> EventCounts:
        sent = self._outbox.counts()
        return EventCounts(*self.queue.counts(), sent.forwarded, sent.given_up)
