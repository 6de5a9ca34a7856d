"""The services as a process has them, on a store of each kind and one snapshot of two creators, and a receiver."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from auth.viewer import Role, Viewer
from queries.review_models import Decided, Outcome, ReviewAction
from queries.statement import setup_sql
from recordings import recording_links
from services import Services
from services.downloads import downloads_of
from services.events import EventRecorder, Outbox
from services.reviews.board import ReviewBoard, review_rules
from services.reviews.deciding import Seen, Wish, decide
from services.reviews.reading import get_review
from settings import load_settings
from store import Store
from tests.conftest import NOW
from tests.exports import write_export
from tests.servers.receiver import RunningReceiver, receiving
from tests.store.conftest import database, no_rest, store
from tests.two_creators import TABLES
from tests.watched import in_this_process, order_of
from warehouse.refresh import Warehouse

__all__ = ["database", "no_rest", "store"]

SECRET = "qYw0v3n8KZr5tLxC"
MARIA = Viewer("maria", "Maria Muster", Role.OPERATIONS, account="idp|maria")
OMAR = Viewer("omar", "Omar Muster", Role.OPERATIONS, account="idp|omar")
ANNA = Viewer("anna", "Anna Muster", Role.CREATOR, account="idp|anna")
_opened: list[Warehouse] = []
EVERY = [row["id"] for row in TABLES["sessions"]]


@dataclass(frozen=True)
class Process:
    """One process of the application; `services` is all that its doors would use."""

    services: Services

    def decide(self, who: Viewer, action: str, *ids: str, **wish: Any) -> Decided:
        """Each session as it is now."""
        seen = [Seen(one, get_review(self.services, who, one).version) for one in ids]
        outcome = Outcome(wish.pop("outcome")) if "outcome" in wish else None
        return decide(self.services, who, Wish(ReviewAction(action), outcome, **wish), seen)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an export of Anna's and Bela's sessions and its snapshot."""
    folder = tmp_path_factory.mktemp("reviewed")
    write_export(folder / "export", as_of=NOW, **TABLES)
    warehouse_of(folder).current().close()
    return folder


def warehouse_of(folder: Path) -> Warehouse:
    warehouse = Warehouse(order_of(folder), setup=setup_sql(), build=in_this_process)
    warehouse.refresh()
    _opened.append(warehouse)
    return warehouse


@pytest.fixture(autouse=True)
def none_left_open() -> Iterator[None]:
    yield
    while _opened:
        _opened.pop().current().close()


def process(folder: Path, store: Store, url: str | None = None) -> Process:
    settings = load_settings(data_dir=folder, decisions_url=url, decisions_secret=SECRET)
    decisions = Outbox(store.decision_events, "decisions", url, settings.decisions_secret, settings.events_days)
    recordings = recording_links(bucket=None, endpoint=None, local_folder=None, secret_key=SECRET)
    return Process(
        Services(
            settings, warehouse_of(folder), recordings, store, EventRecorder(store.events, settings),
            ReviewBoard(store.reviews, review_rules(settings)), decisions, downloads_of(settings),
        )
    )  # fmt: skip


@pytest.fixture
def receiver() -> Iterator[RunningReceiver]:
    with receiving() as running:
        yield running
