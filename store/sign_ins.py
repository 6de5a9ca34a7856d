"""Sign-ins, so that signing out ends one everywhere, a copied cookie included."""

import logging
import threading
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from store.engine import StoreError, writing
from store.tables import SIGN_INS

log = logging.getLogger(__name__)
LOOK_SECONDS = 1.0
OVERLAP = timedelta(seconds=60)  # by which the clocks of servers on one store may differ, and a commit be late


class SignIns:
    """Which sign-ins have ended, known in memory: `is_ended` asks no database, and goes on while it is down.

    A sign-out counts at once in the process that took it, and in the others within LOOK_SECONDS.
    `lifetime` is how long a sign-in is valid at most, and so how long it is kept.
    """

    def __init__(self, engine: Engine, lifetime: timedelta) -> None:
        self._engine = engine
        self._lifetime = lifetime
        self._ended: dict[str, datetime] = {}
        self._unwritten: dict[str, datetime] = {}
        self._looked: datetime | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._failed = False

    def begin(self, id_: str, account: str, id_token: str | None = None) -> None:
        """Keep a new sign-in; `id_token` is what the provider asks for at sign-out. Raises StoreError."""
        now = datetime.now(UTC)
        try:
            with writing(self._engine) as connection:
                connection.execute(delete(SIGN_INS).where(SIGN_INS.c.began_at < now - self._lifetime))
                row = {"id": id_, "account": account, "began_at": now, "id_token": id_token}
                connection.execute(insert(SIGN_INS).values(row))
        except SQLAlchemyError as error:
            raise StoreError(f"the sign-in cannot be kept ({type(error).__name__})") from error

    def end(self, id_: str) -> str | None:
        """End it; gives its ID token, where it has one. What the store cannot take now, it is given later."""
        now = datetime.now(UTC)
        self._ended[id_] = now
        try:
            return self._write_end(id_, now)
        except SQLAlchemyError as error:
            log.error("a sign-out cannot be kept yet (%s)", type(error).__name__)
            self._unwritten[id_] = now
            return None

    def _write_end(self, id_: str, at: datetime) -> str | None:
        of_it = SIGN_INS.c.id == id_
        with writing(self._engine) as connection:
            id_token: str | None = connection.execute(select(SIGN_INS.c.id_token).where(of_it)).scalar_one_or_none()
            connection.execute(update(SIGN_INS).where(of_it).values(ended_at=at, id_token=None))
        return id_token

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
                self._write_end(id_, at)
                del self._unwritten[id_]
            with self._engine.begin() as connection:
                found = connection.execute(recent).all()
        except SQLAlchemyError as error:
            if not self._failed:
                log.warning("sign-outs elsewhere are not seen: the store cannot be read (%s)", type(error).__name__)
            self._failed = True
            return
        self._failed = False
        self._looked = now
        self._ended.update((id_, at) for id_, at in found)
        for id_, at in list(self._ended.items()):
            if at < now - self._lifetime:
                del self._ended[id_]

    def _watch(self) -> None:
        while not self._stop.wait(LOOK_SECONDS):
            self.look()
