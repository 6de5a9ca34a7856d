"""Connections to the store: SQLite beside the snapshots, or PostgreSQL."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection

from psycopg import Connection as PostgresConnection
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

CONNECT_SECONDS = 3
STATEMENT_SECONDS = 5
IDLE_SECONDS = 5  # PostgreSQL: a transaction whose process says no more is rolled back, and its locks are free
LOCK_SECONDS = 1.5  # SQLite: how long one waits for another's write


class StoreError(Exception):
    """The store cannot be used now; the message is one line without credentials or values."""


class RefusedError(StoreError):
    """The database answers, and will not have these values: asking again would change nothing."""


def database_url(given: str | None, folder: Path) -> URL:
    """The address of the store: PostgreSQL where one is given, else a SQLite file in `folder`. Raises StoreError."""
    if not given:
        return URL.create("sqlite", database=str(folder / "store.sqlite"))
    try:
        url = make_url(given)
    except (ArgumentError, ValueError):
        raise StoreError("is not a URL such as postgresql://user:password@host/database") from None
    if url.get_backend_name() in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername == "sqlite" and url.database and url.database != ":memory:":
        return url
    raise StoreError("must begin with postgresql:// or name a file by sqlite:///")


def open_engine(url: URL) -> Engine:
    """A pool of connections. Nothing that is asked through it waits longer than a few seconds."""
    if url.get_backend_name() == "sqlite":
        settings = {"timeout": LOCK_SECONDS, "isolation_level": None}
        engine = create_engine(url, connect_args=settings, pool_timeout=CONNECT_SECONDS, hide_parameters=True)
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        event.listen(engine, "checkout", _same_file)
        return engine
    limits = {
        "connect_timeout": CONNECT_SECONDS,
        "tcp_user_timeout": STATEMENT_SECONDS * 1000,
    }
    engine = create_engine(
        url,
        connect_args=limits,
        pool_pre_ping=True,
        pool_timeout=CONNECT_SECONDS,
        pool_recycle=1800,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _set_up_postgresql)
    return engine


def reason(error: Exception, engine: Engine) -> str:
    """What the driver says, its first line alone: it names the server and what is wrong with it, never the password,
    nor the values that its details hold."""
    lines = str(error.orig if isinstance(error, DBAPIError) else type(error).__name__).strip().splitlines()
    said = " ".join(lines[0].split()) if lines else type(error).__name__
    password = str(engine.url.password or "")
    return said.replace(password, "***") if password else said


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes: in SQLite it holds the one write lock from its beginning, so that it cannot
    find out midway that another was first."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


def _set_up_postgresql(connection: PostgresConnection, record: object) -> None:
    """By statements: a pooler in front, such as PgBouncer, takes no such settings with the connection."""
    connection.execute(f"SET statement_timeout = '{STATEMENT_SECONDS}s'")
    connection.execute(f"SET idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'")
    connection.execute("SET timezone = 'UTC'")
    connection.commit()


def file_identity(engine: Engine) -> object:
    """What tells whether SQLite's file is still the same one; None for a server, and where there is no file."""
    if engine.dialect.name != "sqlite":
        return None
    try:
        found = Path(str(engine.url.database)).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _same_file(connection: SqliteConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
    """A file that was deleted or put back would go on being written to, where nobody finds it."""
    path = connection.execute("PRAGMA database_list").fetchone()[2]
    now = os.stat(path) if os.path.exists(path) else None
    if now is None or (now.st_dev, now.st_ino) != record.info.setdefault("file", (now.st_dev, now.st_ino)):
        raise DisconnectionError("the file is another one now")


def _set_up_sqlite(connection: SqliteConnection, record: object) -> None:
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    """In place of Python's own transactions, which begin too late and leave DDL outside."""
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
