"""Who watched which recording, who exported what, who saw which creator as staff."""

import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from cachetools import LRUCache
from sqlalchemy import Connection, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.elements import ColumnElement

from store.calls import Calls
from store.engine import file_identity
from store.tables import ACCESS_LOG

REMEMBERED = 10_000


class Action(StrEnum):
    WATCHED_RECORDING = "watched_recording"
    EXPORTED = "exported"
    SAW_CREATOR = "saw_creator"


@dataclass(frozen=True, slots=True)
class Access:
    """One entry. `account` is who signed in and `name` what they were called then; `viewer_id` is whose sessions they
    have by right. A `creator_id` of None is all creators."""

    at: datetime
    account: str
    name: str
    viewer_id: str
    role: str
    action: Action
    creator_id: str | None = None
    session_id: str | None = None


@dataclass(frozen=True, slots=True)
class AccessFilters:
    """Entries from `start` up to, but not, `end` (aware), of one account, creator, session or action; None is any."""

    start: datetime | None = None
    end: datetime | None = None
    account: str | None = None
    creator_id: str | None = None
    session_id: str | None = None
    action: Action | None = None


class AccessLog:
    """Entries are only ever added. What cannot be logged must not be shown: `add` raises StoreError."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        dialect = postgresql if calls.engine.dialect.name == "postgresql" else sqlite
        self._insert = dialect.insert(ACCESS_LOG).on_conflict_do_nothing(index_elements=["once"])
        self._added: LRUCache[tuple[str, object], None] = LRUCache(REMEMBERED)
        self._lock = threading.Lock()

    def add(self, entry: Access) -> None:
        self._add(entry, None)

    def add_hourly(self, entry: Access) -> None:
        """Add it unless the same person did the same within this hour: a page asks several times."""
        parts = (entry.account, entry.viewer_id, entry.role, entry.action, entry.creator_id, entry.session_id)
        once = repr((f"{entry.at:%Y-%m-%dT%H}", *parts))
        added = (once, file_identity(self._calls.engine))
        with self._lock:
            is_added = added in self._added
        if not is_added:
            self._add(entry, once)
            with self._lock:
                self._added[added] = None

    def _add(self, entry: Access, once: str | None) -> None:
        row = asdict(entry) | {"once": once}
        self._calls.write("the access log cannot be written", lambda found: found.execute(self._insert, row))

    def list_entries(self, filters: AccessFilters, *, limit: int, offset: int) -> tuple[Sequence[Access], int]:
        """Entries, the newest first, and how many there are in all. Raises StoreError."""
        conditions = _conditions(filters)
        columns = [ACCESS_LOG.c[name] for name in Access.__dataclass_fields__]
        order = (ACCESS_LOG.c.at.desc(), ACCESS_LOG.c.id.desc())
        rows = select(*columns).where(*conditions).order_by(*order).limit(limit).offset(offset)
        total = select(func.count()).select_from(ACCESS_LOG).where(*conditions)

        def find(connection: Connection) -> tuple[list[Access], int]:
            count = int(connection.execute(total).scalar_one())
            return [_entry(dict(row)) for row in connection.execute(rows).mappings()], count

        return self._calls.read("the access log cannot be read", find)


def _entry(row: dict[str, Any]) -> Access:
    return Access(**row | {"action": Action(row["action"])})


def _conditions(filters: AccessFilters) -> list[ColumnElement[bool]]:
    equal = {name: getattr(filters, name) for name in ("account", "creator_id", "session_id", "action")}
    conditions = [ACCESS_LOG.c[name] == value for name, value in equal.items() if value is not None]
    if filters.start:
        conditions.append(ACCESS_LOG.c.at >= filters.start)
    if filters.end:
        conditions.append(ACCESS_LOG.c.at < filters.end)
    return conditions
