"""Who watched which recording, who exported what, who saw which creator as staff."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from cachetools import LRUCache
from sqlalchemy import Engine, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.sql.elements import ColumnElement

from store.engine import StoreError, writing
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

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        dialect = postgresql if engine.dialect.name == "postgresql" else sqlite
        self._insert = dialect.insert(ACCESS_LOG).on_conflict_do_nothing(index_elements=["once"])
        self._added: LRUCache[str, None] = LRUCache(REMEMBERED)

    def add(self, entry: Access) -> None:
        self._add(entry, None)

    def add_hourly(self, entry: Access) -> None:
        """Add it unless the same person did the same within this hour: a page asks several times."""
        parts = (entry.account, entry.viewer_id, entry.role, entry.action, entry.creator_id, entry.session_id)
        once = repr((f"{entry.at:%Y-%m-%dT%H}", *parts))
        if once not in self._added:
            self._add(entry, once)
            self._added[once] = None

    def _add(self, entry: Access, once: str | None) -> None:
        try:
            with writing(self._engine) as connection:
                connection.execute(self._insert, asdict(entry) | {"once": once})
        except SQLAlchemyError as error:
            raise StoreError(f"the access log cannot be written ({type(error).__name__})") from error

    def list_entries(self, filters: AccessFilters, *, limit: int, offset: int) -> tuple[Sequence[Access], int]:
        """Entries, the newest first, and how many there are in all. Raises StoreError."""
        conditions = _conditions(filters)
        columns = [ACCESS_LOG.c[name] for name in Access.__dataclass_fields__]
        order = (ACCESS_LOG.c.at.desc(), ACCESS_LOG.c.id.desc())
        rows = select(*columns).where(*conditions).order_by(*order).limit(limit).offset(offset)
        total = select(func.count()).select_from(ACCESS_LOG).where(*conditions)
        try:
            with self._engine.begin() as connection:
                count = int(connection.execute(total).scalar_one())
                found = [_entry(dict(row)) for row in connection.execute(rows).mappings()]
        except SQLAlchemyError as error:
            raise StoreError(f"the access log cannot be read ({type(error).__name__})") from error
        return found, count


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
