"""What happened on the page: kept for a while, and handed out until it has been passed on."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, Table, Update, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from store.calls import Calls
from store.tables import EVENTS

MOST_REMOVED = 5_000  # at once: nobody else waits long for a write


class EventName(StrEnum):
    PAGE_VIEW = "page_view"
    SESSION_VIEWED = "session_viewed"
    RECORDING_PLAYED = "recording_played"
    FILTER_APPLIED = "filter_applied"
    REVIEW_DECIDED = "review_decided"


@dataclass(frozen=True, slots=True)
class Event:
    """One event. `viewer_id` and `role` are the viewer's; `data` is JSON. It holds nobody's name."""

    id: str
    name: EventName
    at: datetime
    viewer_id: str
    role: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Removed:
    """How many events were removed, and how many of them had never been passed on."""

    events: int
    unsent: int


class Events:
    """One table's events, in the order in which they were added. One is due until it is forwarded or given up; whoever
    claims it has it alone until the lease ends. Every method raises StoreError."""

    def __init__(self, calls: Calls, table: Table = EVENTS) -> None:
        self._calls = calls
        self._table = table
        dialect = postgresql if calls.engine.dialect.name == "postgresql" else sqlite
        self._insert = dialect.insert(table).on_conflict_do_nothing(index_elements=["id"])

    def add_many(self, events: Sequence[Event]) -> None:
        """All or none. Those that are there already are left: an answer that came too late may be asked for again."""
        self._calls.write("events cannot be kept", lambda found: self.insert(found, events))

    def insert(self, connection: Connection, events: Sequence[Event]) -> None:
        """The same within somebody's transaction."""
        rows = [
            {
                "id": event.id, "name": event.name, "at": event.at, "viewer_id": event.viewer_id, "role": event.role,
                "data": json.dumps(event.data), "due_at": event.at, "attempts": 0,
            }
            for event in events
        ]  # fmt: skip
        connection.execute(self._insert, rows)

    def claim(self, limit: int, now: datetime, lease: timedelta) -> list[Event]:
        """The oldest events that are due, at most `limit`; nobody else is given them until `now` + `lease`."""
        due = self._table.c.due_at <= now
        if not self._calls.read(
            "events cannot be read", lambda found: found.scalar(select(self._table.c.id).where(due).limit(1))
        ):
            return []  # a look takes no lock
        oldest = select(self._table).where(due).order_by(self._table.c.due_at, self._table.c.number).limit(limit)

        def take(connection: Connection) -> list[Event]:
            rows = connection.execute(oldest.with_for_update(skip_locked=True)).all()
            numbers = [row.number for row in rows]
            taken = {"due_at": now + lease, "attempts": self._table.c.attempts + 1}
            connection.execute(update(self._table).where(self._table.c.number.in_(numbers)).values(taken))
            return [_event(row) for row in rows]

        return self._calls.write("events cannot be claimed", take)

    def forwarded(self, ids: Iterable[str], at: datetime) -> None:
        """They were passed on at `at`, and are due no more."""
        self._settle(ids, update(self._table).values(due_at=None, forwarded_at=at))

    def given_up(self, ids: Iterable[str]) -> None:
        """They are kept, and due no more."""
        self._settle(ids, update(self._table).values(due_at=None))

    def release(self, ids: Iterable[str]) -> None:
        """They could not be passed on, and are due again at once, in their old order."""
        self._settle(ids, update(self._table).where(self._table.c.due_at.is_not(None)).values(due_at=self._table.c.at))

    def _settle(self, ids: Iterable[str], change: Update) -> None:
        those = change.where(self._table.c.id.in_(list(ids)))
        self._calls.write("what became of events cannot be kept", lambda found: found.execute(those))

    def remove_before(self, instant: datetime, *, unsent: bool = True) -> Removed:
        """Remove the oldest events from before `instant`, MOST_REMOVED at most; those that are due too, if `unsent`."""
        old = select(self._table.c.number).where(self._table.c.at < instant)
        if not unsent:
            old = old.where(self._table.c.due_at.is_(None))
        oldest = old.order_by(self._table.c.at).limit(MOST_REMOVED)

        def remove(connection: Connection) -> Removed:
            gone = delete(self._table).where(self._table.c.number.in_(oldest)).returning(self._table.c.due_at)
            due = connection.execute(gone).scalars().all()
            return Removed(len(due), sum(one is not None for one in due))

        return self._calls.write("old events cannot be removed", remove)


def _event(row: Row[Any]) -> Event:
    return Event(row.id, EventName(row.name), row.at, row.viewer_id, row.role, json.loads(row.data))
