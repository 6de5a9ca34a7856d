"""Two applications that serve on the loopback for all tests of the doors: a demo, and two creators with secrets."""

import gc
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import httpx2
import hypothesis
import pytest
from botocore.loaders import create_loader

from app import create_app
from auth.cookie import COOKIE, SessionCookie, SignIn
from auth.viewer import Role, Viewer
from settings import load_settings
from store import Store
from tests.exports import write_export, written_at
from tests.servers.postgres import running_postgres
from tests.servers.swift import S3Server, missing, swift_s3
from tests.serving import fastapi_of, ready_client_of
from tests.two_creators import TABLES
from warehouse.demo import write_demo
from warehouse.refresh import Warehouse

NOW = datetime(2026, 11, 24, 10, 42, tzinfo=UTC)
SECRET_KEY = "not a secret: signs the cookies of tests"

# No example fails for the time it takes: the machine may have much else to do.
hypothesis.settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("unhurried")


def pytest_collection_finish() -> None:
    """As the server does once it has started: each full collection would look through all of pytest, for 0.2 s."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _one_loader() -> Iterator[None]:
    """botocore's models are read once, not for each client: 0.1 s."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.session.create_loader", cache(create_loader))
        yield


@dataclass(frozen=True)
class Served:
    """An application and clients of it, one for each person who asks."""

    url: str
    store: Store
    warehouse: Warehouse
    stack: ExitStack
    clients: dict[str, httpx2.Client] = field(default_factory=dict)

    def as_creator(self, creator: str) -> httpx2.Client:
        return self.as_viewer(Viewer(creator, "A creator", Role.CREATOR))

    def as_staff(self, role: Role = Role.OPERATIONS) -> httpx2.Client:
        return self.as_viewer(Viewer(role.value, "Staff", role))

    def as_nobody(self) -> httpx2.Client:
        return self._client("", {})

    def as_viewer(self, viewer: Viewer) -> httpx2.Client:
        return self._client(str(viewer), {COOKIE: SessionCookie(SECRET_KEY).write(SignIn.of(viewer))})

    def _client(self, name: str, cookies: dict[str, str]) -> httpx2.Client:
        if name not in self.clients:
            client = httpx2.Client(base_url=self.url, cookies=cookies, trust_env=False, timeout=30, verify=False)
            self.clients[name] = self.stack.enter_context(client)
        return self.clients[name]


@contextmanager
def served(data_dir: Path, now: datetime | Callable[[], datetime] | None = None, **settings: Any) -> Iterator[Served]:
    """The application once its snapshot serves; for it the time stands still at `now`, or is what `now` says."""
    app: Any = create_app(load_settings(data_dir=data_dir, secret_key=SECRET_KEY, refresh_seconds=3600, **settings))
    services = fastapi_of(app).state.services
    if now:
        object.__setattr__(services, "now", now if callable(now) else lambda: now)
    with ExitStack() as stack:
        client = stack.enter_context(ready_client_of(app))
        yield Served(str(client.base_url), services.store, services.warehouse, stack)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a running PostgreSQL; `new_database` gives one of its own."""
    with running_postgres() as address:
        yield address


@pytest.fixture(scope="session")
def swift() -> Iterator[S3Server]:
    """A running S3 server with no bucket in it."""
    if reason := missing():
        pytest.fail(reason, pytrace=False)
    with swift_s3() as server:
        yield server


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demo of eight creators, its recordings' clips included, on the day it was drawn for."""
    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder / "demo-export", sessions=3_000, creators=8, seed=3, now=NOW)
    written_at(folder / "demo-export", NOW)
    with served(folder, NOW) as app:
        yield app


@pytest.fixture(scope="session")
def demo_rows(demo: Served) -> list[dict[str, Any]]:
    """Every session of the demo as REST lists it to staff, newest first."""
    pages = (
        demo.as_staff().get("/api/creators/all/sessions", params={"limit": 500, "page": page}).json()["sessions"]
        for page in range(1, 7)
    )
    return [row for page in pages for row in page]


@pytest.fixture(scope="session")
def two_creators(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Creators `anna` and `bela`: all that is only Bela's has the word "secret" in it."""
    folder = tmp_path_factory.mktemp("two-creators")
    export = write_export(folder / "export", as_of=NOW, **TABLES)
    with served(folder / "data", NOW, export=str(export)) as app:
        yield app
