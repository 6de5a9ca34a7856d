"""Sign-ins, so that signing out ends one everywhere, a copied cookie included."""

import threading
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import Connection, Update, delete, insert, select, update

from store.calls import Calls
from store.engine import StoreError
from store.tables import SIGN_INS

LOOK_SECONDS = 1.0
OVERLAP = timedelta(seconds=60)  # by which the clocks of servers on one store may differ, and a commit be late


class SignIns:
    """Which sign-ins have ended, known in memory: `is_ended` asks no database, and goes on while it is down.

    A sign-out counts at once in the process that took it, and in the others within LOOK_SECONDS.
    `lifetime` is how long a sign-in is valid at most, and so how long it is kept.
    """

    def __init__(self, calls: Calls, lifetime: timedelta) -> None:
        self._calls = calls
        self._lifetime = lifetime
        self._ended: dict[str, datetime] = {}
        self._unwritten: dict[str, datetime] = {}
        self._looked: datetime | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self, id_: str, account: str, id_token: str | None = None, replaces: str | None = None) -> None:
        """Keep a new sign-in, and end the one that it replaces in this browser, both or neither.

        `id_token` is what the provider asks for at sign-out. Raises StoreError.
        """
        now = datetime.now(UTC)
        row = {"id": id_, "account": account, "began_at": now, "id_token": id_token}

        def keep(connection: Connection) -> None:
            connection.execute(delete(SIGN_INS).where(SIGN_INS.c.began_at < now - self._lifetime))
            connection.execute(insert(SIGN_INS).values(row))
            if replaces:
                connection.execute(_ending(replaces, now))

        self._calls.write("the sign-in cannot be kept", keep)
        if replaces:
            self._ended[replaces] = now

    def end(self, id_: str) -> str | None:
        """End it; gives its ID token, where it has one. What the store cannot take now, it is given later."""
        now = datetime.now(UTC)
        self._ended[id_] = now
        token = select(SIGN_INS.c.id_token).where(SIGN_INS.c.id == id_)

        def write(connection: Connection) -> str | None:
            id_token: str | None = connection.execute(token).scalar_one_or_none()
            connection.execute(_ending(id_, now))
            return id_token

        try:
            return self._calls.write("a sign-out cannot be kept yet", write)
        except StoreError:
            self._unwritten[id_] = now
            return None

    def is_ended(self, id_: str) -> bool:
        return id_ in self._ended

    def start(self) -> None:
        """Look for sign-outs that other processes took, from a thread, until `stop`."""
        self.look()
        self._thread = threading.Thread(target=self._watch, name="sign-outs", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread:
            self._thread.join(timeout=10)

    def look(self) -> None:
        """Learn of sign-outs since the last look, and write those that could not be written yet."""
        now = datetime.now(UTC)
        since = (self._looked or now - self._lifetime) - OVERLAP
        recent = select(SIGN_INS.c.id, SIGN_INS.c.ended_at).where(SIGN_INS.c.ended_at >= since)
        try:
            for id_, at in list(self._unwritten.items()):
                self._calls.write("a sign-out cannot be kept yet", partial(_end, id_=id_, at=at))
                del self._unwritten[id_]
            found = self._calls.read("sign-outs elsewhere are not seen", lambda given: given.execute(recent).all())
        except StoreError:
            return
        self._looked = now
        self._ended.update((id_, at) for id_, at in found)
        for id_, at in list(self._ended.items()):
            if at < now - self._lifetime:
                del self._ended[id_]

    def _watch(self) -> None:
        while not self._stop.wait(LOOK_SECONDS):
            self.look()


def _ending(id_: str, at: datetime) -> Update:
    return update(SIGN_INS).where(SIGN_INS.c.id == id_).values(ended_at=at, id_token=None)


def _end(connection: Connection, id_: str, at: datetime) -> None:
    connection.execute(_ending(id_, at))
