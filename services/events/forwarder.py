"""Passes events on to their receiver, each at least once, the oldest first."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from services.events.receiver import Outcome, Receiver
from services.events.repeated import Repeated
from store.engine import StoreError
from store.events import Event, Events

log = logging.getLogger(__name__)
BATCH = 100
LEASE = timedelta(seconds=60)  # longer than a claim, a request and its end can take together
EVERY_SECONDS = 1.0
MOST_PAUSE_SECONDS = 300.0
STOP_SECONDS = 3.0


class Forwarder:
    """Claims events, sends them, and marks them; several processes may do so on one store.

    A receiver that fails is asked again, ever more rarely. A batch that it refuses is halved, down to the one event
    that it will not take, which is given up; a batch that it takes lets the next be twice as large.
    """

    def __init__(
        self,
        store: Events,
        receiver: Receiver,
        name: str = "events",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._receiver = receiver
        self._name = name
        self._now = now
        self._size = BATCH
        self._pause = 0.0
        self._lock = threading.Lock()
        self._forwarded = self._given_up = 0
        self._sender = Repeated(f"{name}-forwarder", self.step)

    def start(self) -> None:
        self._sender.start()

    def stop(self) -> None:
        """What is under way and not confirmed by then is sent again once its lease has ended."""
        self._sender.stop(STOP_SECONDS)

    def counts(self) -> tuple[int, int]:
        """Events that the receiver took, and that were given up, since this process began."""
        with self._lock:
            return self._forwarded, self._given_up

    def step(self) -> float:
        """Passes one batch on; gives the seconds to wait until the next."""
        try:
            events = self._store.claim(self._size, self._now(), LEASE)
            wait = self._pass_on(events) if events else EVERY_SECONDS
        except StoreError:
            return self._longer()
        return wait

    def _pass_on(self, events: list[Event]) -> float:
        ids = [event.id for event in events]
        outcome, why = self._receiver.send(events)
        if outcome is Outcome.FAILED:
            log.warning("the receiver of %s failed (%s)", self._name, why)
            self._store.release(ids)
            return self._longer()
        self._pause = 0.0
        if outcome is Outcome.TAKEN:
            self._store.forwarded(ids, self._now())
            self._size = min(BATCH, self._size * 2)
            self._count(forwarded=len(ids))
        elif len(ids) > 1:
            self._store.release(ids)
            self._size = len(ids) // 2
        else:
            log.warning("the receiver of %s refused the event %s (%s): it is given up", self._name, ids[0], why)
            self._store.given_up(ids)
            self._count(given_up=1)
        return 0.0

    def _longer(self) -> float:
        self._pause = min(max(EVERY_SECONDS, self._pause * 2), MOST_PAUSE_SECONDS)
        return self._pause

    def _count(self, *, forwarded: int = 0, given_up: int = 0) -> None:
        with self._lock:
            self._forwarded += forwarded
            self._given_up += given_up
