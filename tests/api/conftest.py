"""Servers for tests of what is told to them: events, calendar feeds, and reviews."""

from collections.abc import Iterator

import pytest
from cachetools import LRUCache
from sqlalchemy import text

from auth.viewer import Role
from services.reviews.pace import MOST_A_MINUTE
from store import calls
from store.engine import writing
from tests.api.accessing import export_with_clips
from tests.api.calendars import NAMES, SESSIONS, WATCH
from tests.api.reviewing import REVIEWED, forget_decisions
from tests.api.stored import alter
from tests.api.telling import counts
from tests.conftest import NOW, Served, served
from tests.exports import write_export
from tests.serving import wait_for
from tests.two_creators import TABLES


@pytest.fixture(scope="module", autouse=True)
def in_no_hurry() -> Iterator[None]:
    """Tests do more in a minute than a creator may."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(MOST_A_MINUTE, Role.CREATOR, 100_000)
        yield


@pytest.fixture(scope="module")
def listening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("events")
    write_export(folder / "export", as_of=NOW, **TABLES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("services.events.queue.EVERY_SECONDS", 0.01)
        patch.setattr("services.events.queue.MOST_A_MINUTE", 100_000)
        with served(folder / "data", NOW, export=str(folder / "export")) as app:
            yield app


@pytest.fixture
def listener(listening: Served) -> Served:
    """It without events."""
    wait_for(lambda: counts(listening)["waiting"] == 0)
    with writing(listening.store.calls.engine) as connection:
        connection.execute(text("DELETE FROM events"))
    return listening


@pytest.fixture(scope="session")
def with_feeds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("calendar")
    users = [*TABLES["users"], *({"id": id_, "name": name} for id_, name in NAMES.items())]
    tables = TABLES | {"sessions": SESSIONS, "session_assessments": [], "users": users}
    export = write_export(folder / "export", as_of=NOW, **tables)
    with served(folder / "data", WATCH, export=str(export), public_url="http://studio.example") as app:
        yield app


@pytest.fixture
def feeds(with_feeds: Served, monkeypatch: pytest.MonkeyPatch) -> Served:
    """It without any feed."""
    monkeypatch.setattr(calls, "REST_SECONDS", 0)
    monkeypatch.setattr(WATCH, "now", NOW)
    alter(with_feeds, "DELETE FROM calendar_feeds")
    return with_feeds


@pytest.fixture(scope="session")
def with_reviews(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("reviews")
    export = write_export(folder / "export", as_of=NOW, **REVIEWED)
    with served(folder / "data", NOW, export=str(export)) as app:
        yield app


@pytest.fixture
def reviews(with_reviews: Served, monkeypatch: pytest.MonkeyPatch) -> Served:
    """It without any decision."""
    forget_decisions(with_reviews, monkeypatch)
    return with_reviews


@pytest.fixture(scope="session")
def with_clips(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("access-log")
    export_with_clips(folder)
    with served(folder, NOW) as app:
        yield app


@pytest.fixture
def logged(with_clips: Served, monkeypatch: pytest.MonkeyPatch) -> Served:
    """It with an empty log, and no memory of what was in it; a failure of the store is tried again at once."""
    monkeypatch.setattr(calls, "REST_SECONDS", 0)
    alter(with_clips, "DELETE FROM access_log")
    monkeypatch.setattr(with_clips.store.access_log, "_added", LRUCache(100))
    return with_clips
