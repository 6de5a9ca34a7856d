"""The application with a mail server on the loopback, started as often as wanted on one store."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from services.digests import sender
from store import calls
from tests.api.calendars import Watch
from tests.conftest import NOW, Served, served
from tests.exports import write_export
from tests.pages.mailing import SITE
from tests.servers.app import free_port
from tests.servers.smtp import Mailbox, running_smtp
from tests.two_creators import TABLES

Start = Callable[..., Served]


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    monkeypatch.setattr(sender, "EVERY_SECONDS", 0.02)
    monkeypatch.setattr(calls, "REST_SECONDS", 0)
    return Watch()


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def start(tmp_path: Path, watch: Watch, port: int) -> Iterator[Start]:
    """Starts the application, several times if wanted, on one store."""
    export = write_export(tmp_path / "export", as_of=NOW, **TABLES)
    with ExitStack() as stack:

        def begin(**settings: Any) -> Served:
            given = {
                "smtp_url": f"smtp://127.0.0.1:{port}", "mail_from": "sessions@studio.example", "public_url": SITE,
                "database_url": f"sqlite:///{tmp_path}/store.sqlite", "export": str(export),
            } | settings  # fmt: skip
            return stack.enter_context(served(tmp_path / f"data-{free_port()}", watch, **given))

        yield begin


@pytest.fixture
def mailbox(port: int) -> Iterator[Mailbox]:
    with running_smtp(port) as (_, box):
        yield box
