"""Calendar feeds: who made one, of whose sessions, and whether it still works."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Delete, and_, delete, func, insert, not_, select, text, update
from sqlalchemy.sql.elements import ColumnElement

from store.calls import Calls
from store.tables import CALENDAR_FEEDS

NOTED_EVERY = timedelta(hours=1)
KEPT_ENDED = 20  # of one creator's feeds that work no more, so that making and revoking fills no disk

_C = CALENDAR_FEEDS.c


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed: `account` made it, and it holds the sessions of `creator_id`. Its token is not kept, only a hash."""

    id: str
    account: str
    creator_id: str
    created_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


class Feeds:
    """A feed works until it is revoked, or was made at or before the `made_after` that is asked with. All raise
    StoreError."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def add(self, feed: Feed, token: str, *, made_after: datetime, most: int) -> bool:
        """Keep it; False where its creator has `most` that work, and two who add at once are counted one by one."""
        row = asdict(feed) | {"token_hash": _hash(token)}
        own = _C.creator_id == feed.creator_id
        working = select(func.count()).select_from(CALENDAR_FEEDS).where(own, _works(made_after))

        def keep(connection: Connection) -> bool:
            if connection.dialect.name == "postgresql":  # SQLite's writers are alone anyhow
                connection.execute(text("LOCK TABLE calendar_feeds IN SHARE ROW EXCLUSIVE MODE"))
            if connection.execute(working).scalar_one() >= most:
                return False
            connection.execute(_forgetting(and_(own, not_(_works(made_after)))))
            connection.execute(insert(CALENDAR_FEEDS).values(row))
            return True

        return self._calls.write("the calendar feed cannot be kept", keep)

    def find(self, token: str, *, now: datetime, made_after: datetime) -> Feed | None:
        """The working feed of a token, by its hash; that it is used is noted at most once an hour."""
        found = select(*_columns()).where(_C.token_hash == _hash(token), _works(made_after))

        def look(connection: Connection) -> Feed | None:
            row = connection.execute(found).mappings().one_or_none()
            return Feed(**row) if row else None

        feed = self._calls.read("calendar feeds cannot be looked up", look)
        if feed and (feed.last_used_at is None or now - feed.last_used_at >= NOTED_EVERY):
            noted = update(CALENDAR_FEEDS).where(_C.id == feed.id).values(last_used_at=now)
            self._calls.write("the use of a calendar feed cannot be noted", lambda given: given.execute(noted))
        return feed

    def list_feeds(
        self, *, creator_id: str | None, account: str | None, limit: int, offset: int
    ) -> tuple[Sequence[Feed], int]:
        """Feeds of one creator or account, or of all, the newest first, and how many there are."""
        asked = ((_C.creator_id, creator_id), (_C.account, account))
        conditions = [column == value for column, value in asked if value is not None]
        order = (_C.created_at.desc(), _C.id.desc())
        rows = select(*_columns()).where(*conditions).order_by(*order).limit(limit).offset(offset)
        total = select(func.count()).select_from(CALENDAR_FEEDS).where(*conditions)

        def look(connection: Connection) -> tuple[list[Feed], int]:
            count = int(connection.execute(total).scalar_one())
            return [Feed(**row) for row in connection.execute(rows).mappings()], count

        return self._calls.read("calendar feeds cannot be listed", look)

    def revoke(self, id_: str, creator_id: str | None, now: datetime) -> bool:
        """Let it work no more, from the next request on, in every process; False where the creator has none of that id,
        or without a `creator_id` nobody has. One that was revoked stays so since then."""
        theirs = and_(_C.id == id_, *([] if creator_id is None else [_C.creator_id == creator_id]))
        revoking = update(CALENDAR_FEEDS).where(theirs, _C.revoked_at.is_(None)).values(revoked_at=now)

        def write(connection: Connection) -> bool:
            connection.execute(revoking)
            return connection.execute(select(_C.id).where(theirs)).first() is not None

        return self._calls.write("the calendar feed cannot be revoked", write)


def _hash(token: str) -> str:
    """A token is random throughout, so that a plain hash tells nothing of it."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _columns() -> list[ColumnElement[Any]]:
    return [_C[name] for name in Feed.__dataclass_fields__]


def _works(made_after: datetime) -> ColumnElement[bool]:
    return and_(_C.revoked_at.is_(None), _C.created_at > made_after)


def _forgetting(ended: ColumnElement[bool]) -> Delete:
    """Of those that ended, all but the newest."""
    newest = select(_C.id).where(ended).order_by(_C.created_at.desc(), _C.id.desc()).limit(KEPT_ENDED)
    return delete(CALENDAR_FEEDS).where(ended, _C.id.not_in(newest))
