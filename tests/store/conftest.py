"""Each test of the store runs twice: on SQLite, and on a real PostgreSQL."""

import itertools
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from store import Store, calls, open_store
from tests.servers.postgres import new_database

LIFETIME = timedelta(hours=12)
_numbers = itertools.count(1)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store.sqlite"
    return new_database(request.getfixturevalue("postgres"), f"store_{next(_numbers)}")


@pytest.fixture(autouse=True)
def no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure is tried again at once."""
    monkeypatch.setattr(calls, "REST_SECONDS", 0)


@pytest.fixture
def store(database: str, tmp_path: Path) -> Iterator[Store]:
    opened = open_store(database, tmp_path, LIFETIME)
    yield opened
    opened.close()


@pytest.fixture
def other(database: str) -> Iterator[Store]:
    """The same store, as another process has it open."""
    opened = open_store(database, None, LIFETIME)  # type: ignore[arg-type]  # the address says where
    yield opened
    opened.close()
