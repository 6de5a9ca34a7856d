"""The store of an application under test, altered behind its back."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from store.engine import writing
from tests.conftest import Served


def alter(app: Served, statement: str) -> None:
    with writing(app.store.calls.engine) as connection:
        connection.execute(text(statement))


@contextmanager
def without_table(app: Served, table: str) -> Iterator[Served]:
    alter(app, f"ALTER TABLE {table} RENAME TO elsewhere")
    yield app
    alter(app, f"ALTER TABLE elsewhere RENAME TO {table}")
