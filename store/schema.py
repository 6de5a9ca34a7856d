"""Brings the store's tables to the form that this version of the application writes."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from store.engine import StoreError, reason, writing

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 7_362_118_804  # any number, the same for every worker
LOCK_SECONDS = 60


def migrate(engine: Engine) -> None:
    """Run every migration that has not run yet, all or none, one worker at a time. Raises StoreError."""
    try:
        with writing(engine) as connection:
            _lock(connection)
            command.upgrade(migrations(connection), "head")
    except CommandError:
        raise StoreError("was written by a newer version of Session History") from None
    except SQLAlchemyError as error:
        raise StoreError(f"cannot be used ({reason(error, engine)})") from error


def migrations(connection: Connection) -> Config:
    """Alembic's settings; it works within the transaction of `connection`."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _lock(connection: Connection) -> None:
    """Released with the transaction. SQLite needs none: a transaction that writes is alone anyhow."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL statement_timeout = '{LOCK_SECONDS}s'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
