"""A store of each kind, as the tests of the store have it, and a receiver of events."""

from collections.abc import Iterator

import pytest

from services.events import queue
from tests.servers.receiver import RunningReceiver, receiving
from tests.store.conftest import database, no_rest, store

__all__ = ["database", "no_rest", "store"]


@pytest.fixture(autouse=True)
def many_from_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """One viewer stands for thousands here."""
    monkeypatch.setattr(queue, "MOST_A_MINUTE", 100_000)


@pytest.fixture
def receiver() -> Iterator[RunningReceiver]:
    with receiving() as running:
        yield running
