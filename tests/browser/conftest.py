"""One server and one Chromium for all journeys; a fresh context, signed in, for each."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.servers.app import running_app
from tests.servers.chromium import running_chromium

ELENA, THREE_SESSIONS, NO_SESSIONS = "usr_00000001", "usr_00000018", "usr_00000019"
PATIENCE_MS = 30_000  # for what a journey waits for, on a machine that has much else to do

SignIn = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys come last: Playwright keeps an event loop in this thread, in which no other test could run its own."""
    journeys = [item for item in items if Path(__file__).parent in item.path.parents]
    for item in journeys:
        item.add_marker(pytest.mark.browser)
    items.sort(key=journeys.__contains__)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_app(tmp_path_factory.mktemp("browser"), {"SESSIONS_DEMO_SESSIONS": "12000"}) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with running_chromium() as launched:
        yield launched


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(
        viewport={"width": 1440, "height": 900}, timezone_id="Europe/Berlin", locale="en-GB", color_scheme="light"
    )
    made.set_default_timeout(PATIENCE_MS)
    yield made
    made.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained of; a journey that expects a complaint clears it."""
    return []


@pytest.fixture
def sign_in(context: BrowserContext, server: str, complaints: list[str]) -> Iterator[SignIn]:
    """Open the page as somebody. At the end the console must be empty, and no other host asked."""

    def open_page(path: str = "/studio/sessions", user: str = ELENA, role: str = "creator", at: str = server) -> Page:
        page = context.new_page()
        page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: None if _is_ours(request.url, at) else complaints.append(request.url))
        page.request.post(f"{at}/sign-in", form={"user": user, "role": role}, max_redirects=0)
        page.goto(at + path)
        return page

    yield open_page
    assert complaints == []


def _is_ours(url: str, address: str) -> bool:
    return url.startswith((address, "data:", "blob:"))
