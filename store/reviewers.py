"""Who reviews sessions: people who were lately seen at it, to whom one may be given."""

import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from cachetools import LRUCache
from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from store.calls import Calls
from store.tables import REVIEWERS

NOTED_EVERY = timedelta(hours=1)
REMEMBERED = 1_000


@dataclass(frozen=True, slots=True)
class SeenReviewer:
    account: str
    name: str
    role: str
    seen_at: datetime


class Reviewers:
    """Both methods raise StoreError."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        dialect = postgresql if calls.engine.dialect.name == "postgresql" else sqlite
        given = dialect.insert(REVIEWERS)
        newer = {name: given.excluded[name] for name in ("name", "role", "seen_at")}
        self._note = given.on_conflict_do_update(index_elements=["account"], set_=newer)
        self._noted: LRUCache[str, SeenReviewer] = LRUCache(REMEMBERED)
        self._lock = threading.Lock()

    def saw(self, seen: SeenReviewer) -> None:
        """Note it, at most once an hour for each, or at once under a new name."""
        with self._lock:
            last = self._noted.get(seen.account)
        if last and last.name == seen.name and seen.seen_at - last.seen_at < NOTED_EVERY:
            return
        self._calls.write("reviewers cannot be kept", lambda found: found.execute(self._note, asdict(seen)))
        with self._lock:
            self._noted[seen.account] = seen

    def list_since(self, instant: datetime) -> Sequence[SeenReviewer]:
        """Those seen at `instant` or later, by name."""
        lately = select(REVIEWERS).where(REVIEWERS.c.seen_at >= instant)
        ordered = lately.order_by(REVIEWERS.c.name, REVIEWERS.c.account)

        def look(connection: Connection) -> list[SeenReviewer]:
            return [SeenReviewer(**row) for row in connection.execute(ordered).mappings()]

        return self._calls.read("reviewers cannot be read", look)
