"""What the application itself writes. It never touches the warehouse."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from store.access_log import AccessLog
from store.calls import Calls
from store.digests import Digests
from store.engine import StoreError, database_url, open_engine
from store.events import Events
from store.feeds import Feeds
from store.reviewers import Reviewers
from store.reviews import Reviews
from store.schema import migrate
from store.sign_ins import SignIns
from store.tables import DECISION_EVENTS
from store.views import Views


@dataclass(frozen=True, slots=True)
class Store:
    access_log: AccessLog
    sign_ins: SignIns
    events: Events
    feeds: Feeds
    reviews: Reviews
    reviewers: Reviewers
    decision_events: Events
    views: Views
    digests: Digests
    calls: Calls

    def problem(self) -> str | None:
        """What is wrong with it now, in words without values; None if nothing is."""
        return self.calls.problem()

    def close(self) -> None:
        self.sign_ins.stop()
        self.calls.close()


def open_store(url: str | None, folder: Path, lifetime: timedelta) -> Store:
    """The store at `url`, or a SQLite file in `folder`, its tables brought up to date. Raises StoreError."""
    address = database_url(url, folder)
    if not url:
        folder.mkdir(parents=True, exist_ok=True)
    engine = open_engine(address)
    file = Path(address.database or "") if address.get_backend_name() == "sqlite" else None
    try:
        with _alone_with(file) if file else nullcontext():
            migrate(engine)
    finally:
        engine.dispose()  # a connection is made anew by whoever needs one
    calls = Calls(engine)
    decision_events = Events(calls, DECISION_EVENTS)
    return Store(
        AccessLog(calls), SignIns(calls, lifetime), Events(calls), Feeds(calls), Reviews(calls, decision_events),
        Reviewers(calls), decision_events, Views(calls), Digests(calls), calls,
    )  # fmt: skip


@contextmanager
def _alone_with(file: Path) -> Iterator[None]:
    """SQLite's file, readable by its owner alone, and nobody else setting it up: it switches to WAL without waiting."""
    try:
        file.touch(mode=0o600)
        with file.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise StoreError(f"cannot be used ({error.strerror})") from error
