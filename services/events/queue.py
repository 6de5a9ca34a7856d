"""What happened on the page, on its way to the store: whoever records an event never waits for it."""

import logging
import threading
import time
import uuid
from collections import deque
from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Any

from cachetools import TTLCache

from auth.viewer import Viewer
from services.events.repeated import Repeated
from store.engine import RefusedError, StoreError
from store.events import Event, EventName, Events

log = logging.getLogger(__name__)
MOST_WAITING = 10_000
MOST_A_MINUTE = 120  # of one viewer: more than a person does, less than fills a disk
BATCH = 200
EVERY_SECONDS = 1.0
MOST_PAUSE_SECONDS = 30.0
STOP_SECONDS = 3.0
STOP_PAUSE_SECONDS = 0.1
TELL_SECONDS = 60.0


class EventQueue:
    """A bounded queue in memory and the thread that empties it into the store.

    While the store is down the queue waits and fills; once it is full, new events are dropped and counted.
    """

    def __init__(self, store: Events) -> None:
        self._store = store
        self._waiting: deque[Event] = deque()
        self._lately: TTLCache[tuple[str, str, int], int] = TTLCache(MOST_WAITING, 120)
        self._lock = threading.Lock()
        self._recorded = self._dropped = self._told = 0
        self._told_at = float("-inf")
        self._pause = 0.0
        self._writer = Repeated("events", self._step, self._flush)

    def start(self) -> None:
        self._writer.start()

    def stop(self) -> None:
        """Writes what waits, within STOP_SECONDS; what cannot be written by then is lost."""
        self._writer.stop(STOP_SECONDS)
        if self._waiting:
            log.warning("%d events could not be written before the end", len(self._waiting))

    def record(self, viewer: Viewer, at: datetime, happened: Iterable[tuple[EventName, dict[str, Any]]]) -> None:
        """Takes events and their data; never waits, never raises."""
        events = [
            Event(str(uuid.uuid4()), name, at, viewer.id, viewer.role.value, data) for name, data in happened
        ]  # fmt: skip
        minute = (viewer.id, viewer.role, int(time.monotonic() // 60))
        with self._lock:
            lately = self._lately.get(minute, 0)
            taken = events[: max(0, min(MOST_WAITING - len(self._waiting), MOST_A_MINUTE - lately))]
            self._lately[minute] = lately + len(taken)
            self._waiting.extend(taken)
        self.count_dropped(len(events) - len(taken))

    def count_dropped(self, events: int) -> None:
        with self._lock:
            self._dropped += events

    def counts(self) -> tuple[int, int, int]:
        """Events that the store has, that were dropped, and that wait, since this process began."""
        with self._lock:
            return self._recorded, self._dropped, len(self._waiting)

    def _step(self) -> float:
        """Writes all that waits, a batch at a time; gives the seconds until the next step."""
        self._tell()
        try:
            while self._write_batch():
                pass
        except StoreError:
            self._pause = min(max(EVERY_SECONDS, self._pause * 2), MOST_PAUSE_SECONDS)
            return self._pause
        self._pause = 0.0
        return EVERY_SECONDS

    def _write_batch(self) -> bool:
        """The oldest BATCH stay in the queue until the store has them. Raises StoreError."""
        with self._lock:
            batch = list(islice(self._waiting, BATCH))
        if not batch:
            return False
        if self._takes(batch):
            self._forget(batch, recorded=True)
        else:
            for event in batch:
                self._forget([event], recorded=self._takes([event]))
        return True

    def _takes(self, events: list[Event]) -> bool:
        """Whether the store has them now; not where one of them cannot be written, which would be so again: alone it
        takes no other with it. Raises StoreError."""
        try:
            self._store.add_many(events)
        except RefusedError:
            return False
        except StoreError:
            raise
        except Exception as error:
            log.error("an event cannot be written: %s", type(error).__name__)
            return False
        return True

    def _forget(self, batch: list[Event], *, recorded: bool) -> None:
        with self._lock:
            for _ in batch:
                self._waiting.popleft()
            self._recorded += len(batch) if recorded else 0
            self._dropped += 0 if recorded else len(batch)

    def _flush(self) -> None:
        end = time.monotonic() + STOP_SECONDS
        while time.monotonic() < end:
            try:
                if not self._write_batch():
                    return
            except StoreError:
                time.sleep(STOP_PAUSE_SECONDS)

    def _tell(self) -> None:
        """Says how many were dropped since it last said so, TELL_SECONDS ago at least."""
        with self._lock:
            since = self._dropped - self._told
        if since and time.monotonic() - self._told_at >= TELL_SECONDS:
            log.warning("%d events were dropped", since)
            self._told, self._told_at = self._told + since, time.monotonic()
