"""A server whose exports can be made to wait, and the page on it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO

import pytest
from playwright.sync_api import Page

from downloads.slots import locked
from tests.browser.conftest import SignIn
from tests.browser.exports.doing import AT_ONCE, FILTERED
from tests.servers.app import running_app


@pytest.fixture(scope="package")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("exports")


@pytest.fixture(scope="package")
def served(data_dir: Path) -> Iterator[str]:
    settings = {"SESSIONS_DEMO_SESSIONS": "12000", "SESSIONS_DOWNLOADS_AT_ONCE": str(AT_ONCE)}
    with running_app(data_dir, settings) as address:
        yield address


@pytest.fixture
def opened(sign_in: SignIn, served: str) -> Iterator[Callable[..., Page]]:
    """The page as somebody, whose downloads are deleted in the end."""
    pages: list[Page] = []

    def open_page(path: str = FILTERED, **who: str) -> Page:
        page = sign_in(path, at=served, **who)
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        if not page.is_closed():
            answer = page.request.get(f"{served}/api/downloads")
            for one in answer.json() if answer.ok else []:
                page.request.delete(f"{served}/api/downloads/{one['id']}")


@pytest.fixture
def slots(data_dir: Path) -> Iterator[ExitStack]:
    """All slots taken: what is begun waits until they are let go."""
    folder = data_dir / "downloads" / "slots"
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        for number in range(AT_ONCE):
            held.enter_context(taken(folder / f"slot-{number}"))
        yield held


def taken(path: Path) -> IO[bytes]:
    slot = locked(path)
    assert slot, "another export is still being written"
    return slot
