"""What the application itself writes. It never touches the warehouse."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from store.access_log import AccessLog
from store.engine import database_url, open_engine
from store.schema import migrate
from store.sign_ins import SignIns


@dataclass(frozen=True, slots=True)
class Store:
    access_log: AccessLog
    sign_ins: SignIns
    engine: Engine

    def problem(self) -> str | None:
        """What is wrong with it now, in words without values; None if it answers."""
        try:
            with self.engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except SQLAlchemyError as error:
            return f"the store does not answer ({type(error).__name__})"
        return None

    def close(self) -> None:
        self.sign_ins.stop()
        self.engine.dispose()


def open_store(url: str | None, folder: Path, lifetime: timedelta) -> Store:
    """The store at `url`, or a SQLite file in `folder`, its tables brought up to date. Raises StoreError."""
    if not url:
        folder.mkdir(parents=True, exist_ok=True)
    engine = open_engine(database_url(url, folder))
    try:
        migrate(engine)
    finally:
        engine.dispose()  # a connection is made anew by whoever needs one
    return Store(AccessLog(engine), SignIns(engine, lifetime), engine)
