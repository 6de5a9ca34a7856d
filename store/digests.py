"""Digests by mail: who is sent one of which view, whether they confirmed the address, and when the next is due."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, delete, insert, select, update

from store.calls import Calls
from store.tables import DIGESTS
from store.views import Owner, owned

_C = DIGESTS.c


@dataclass(frozen=True, slots=True)
class MailedDigest:
    """One digest of a view by mail. `creator_id` is whose sessions staff chose, None for all or one's own.

    `due_at` is when something is to be mailed: the digest, or before `confirmed_at` the question whether it is wanted.
    `claim` names whoever is at it now, for the `attempts`-th time.
    """

    id: str
    view_id: str
    owner: Owner
    name: str
    creator_id: str | None
    address: str
    zone: str
    seen_at: datetime
    confirmed_at: datetime | None = None
    due_at: datetime | None = None
    claim: str | None = None
    attempts: int = 0


class Digests:
    """Each owner has one of a view at most. Every method raises StoreError."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def put(self, digest: MailedDigest) -> None:
        """Keep it in the place of the owner's former one of the same view, whose id is no more."""
        row = asdict(digest)
        row |= row.pop("owner")
        former = and_(_C.view_id == digest.view_id, owned(DIGESTS, digest.owner))

        def keep(connection: Connection) -> None:
            connection.execute(delete(DIGESTS).where(former))
            connection.execute(insert(DIGESTS).values(row))

        self._calls.write("the digest cannot be kept", keep)

    def get(self, id_: str) -> MailedDigest | None:
        found = select(DIGESTS).where(_C.id == id_)
        return self._calls.read(
            "the digest cannot be read", lambda given: _digest(given.execute(found).mappings().first())
        )

    def list_of(self, owner: Owner) -> Sequence[MailedDigest]:
        found = select(DIGESTS).where(owned(DIGESTS, owner))

        def look(connection: Connection) -> list[MailedDigest]:
            return [digest for row in connection.execute(found).mappings() if (digest := _digest(row))]

        return self._calls.read("digests cannot be listed", look)

    def confirm(self, id_: str, address: str, now: datetime, due_at: datetime) -> bool:
        """The address is whose it says; False where there is no such digest to this address. Twice is as once."""
        theirs = and_(_C.id == id_, _C.address == address)
        confirming = update(DIGESTS).where(theirs, _C.confirmed_at.is_(None))
        new = {"confirmed_at": now, "seen_at": now, "due_at": due_at, "claim": None, "attempts": 0}

        def write(connection: Connection) -> bool:
            connection.execute(confirming.values(new))
            return connection.execute(select(_C.id).where(theirs)).first() is not None

        return self._calls.write("the digest cannot be confirmed", write)

    def remove(self, owner: Owner, view_id: str) -> None:
        gone = delete(DIGESTS).where(_C.view_id == view_id, owned(DIGESTS, owner))
        self._calls.write("the digest cannot be ended", lambda given: given.execute(gone))

    def end(self, id_: str) -> None:
        gone = delete(DIGESTS).where(_C.id == id_)
        self._calls.write("the digest cannot be ended", lambda given: given.execute(gone))

    def saw(self, owner: Owner, now: datetime, every: timedelta) -> None:
        """Its owner was here; noted at most so often."""
        old = and_(owned(DIGESTS, owner), _C.seen_at < now - every)
        due = select(_C.id).where(old).limit(1)
        if self._calls.read("the digest cannot be read", lambda given: given.scalar(due)) is None:
            return  # a look takes no lock
        noted = update(DIGESTS).where(old).values(seen_at=now)
        self._calls.write("the digest cannot be kept", lambda given: given.execute(noted))

    def claim(self, limit: int, now: datetime, lease: timedelta) -> list[MailedDigest]:
        """Some that are due; nobody else is given them until `now` + `lease`."""
        due = _C.due_at <= now
        if (
            self._calls.read("digests cannot be read", lambda given: given.scalar(select(_C.id).where(due).limit(1)))
            is None
        ):
            return []
        oldest = select(_C.id).where(due).order_by(_C.due_at, _C.id).limit(limit)
        claim = secrets.token_hex(16)
        taken = {"due_at": now + lease, "claim": claim, "attempts": _C.attempts + 1}

        def take(connection: Connection) -> list[MailedDigest]:
            ids = list(connection.execute(oldest.with_for_update(skip_locked=True)).scalars())
            connection.execute(update(DIGESTS).where(_C.id.in_(ids)).values(taken))
            claimed = connection.execute(select(DIGESTS).where(_C.claim == claim)).mappings()
            return [digest for row in claimed if (digest := _digest(row))]

        return self._calls.write("digests cannot be claimed", take)

    def settle(self, digest: MailedDigest, due_at: datetime | None, *, done: bool) -> None:
        """When something is to be mailed next, as long as the claim is still this one; `done` begins to count anew."""
        mine = and_(_C.id == digest.id, _C.claim == digest.claim)
        new = {"due_at": due_at, "claim": None} | ({"attempts": 0} if done else {})
        settled = update(DIGESTS).where(mine).values(new)
        self._calls.write("what became of a digest cannot be kept", lambda given: given.execute(settled))


def _digest(row: RowMapping | None) -> MailedDigest | None:
    if row is None:
        return None
    given: dict[str, Any] = {name: row[name] for name in MailedDigest.__dataclass_fields__ if name != "owner"}
    return MailedDigest(owner=Owner(row["account"], row["viewer_id"], row["role"]), **given)
