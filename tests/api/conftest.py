"""A server to which events are told, and which writes them at once."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from store.engine import writing
from tests.api.telling import counts
from tests.conftest import NOW, Served, served
from tests.exports import write_export
from tests.serving import wait_for
from tests.two_creators import TABLES


@pytest.fixture(scope="module")
def listening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("events")
    write_export(folder / "export", as_of=NOW, **TABLES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("services.events.queue.EVERY_SECONDS", 0.01)
        with served(folder / "data", NOW, export=str(folder / "export")) as app:
            yield app


@pytest.fixture
def listener(listening: Served) -> Served:
    """It without events."""
    wait_for(lambda: counts(listening)["waiting"] == 0)
    with writing(listening.store.calls.engine) as connection:
        connection.execute(text("DELETE FROM events"))
    return listening
