"""make screenshots: pictures of the running page, taken as a newcomer would see it, into docs/img."""

import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, product
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

from tests.servers.app import running_app

IMAGES = Path(__file__).parent / "img"
ELENA, AWKWARD_NAMES, THREE_SESSIONS, NO_SESSIONS = "usr_00000001", "usr_00000003", "usr_00000018", "usr_00000019"
LARGE_DEMO = 1_170_000  # of which Elena has some 200,000
ROWS = "#grid-sessions .ag-center-cols-container .ag-row .num"
STATE = "#grid-state b"


@dataclass(frozen=True, slots=True)
class State:
    """What a picture shows: whose page, which question, and what is done to it first."""

    name: str
    query: str = ""
    user: str = ELENA
    role: str = "creator"
    ready: str = ROWS
    then: Callable[[Page], None] | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """How it is seen."""

    name: str
    width: int
    height: int
    scheme: Literal["light", "dark"]


def play(page: Page) -> None:
    page.click("#player-play")
    page.wait_for_function("() => document.querySelector('#player-video').currentTime > 0.3")
    page.evaluate("() => { const v = document.querySelector('video'); v.pause(); v.currentTime = 40 }")
    page.wait_for_timeout(600)


def open_disputed(page: Page) -> None:
    found = page.request.get("/api/creators/me/sessions?flag=dispute&status=completed&limit=100").json()["sessions"]
    recorded = [s for s in found if s["has_recording"]]
    session = next((s for s in recorded if s["dispute_status"] == "open"), recorded[0])["id"]
    page.goto(f"/studio/sessions?session={session}")
    page.wait_for_selector("#player-play")
    play(page)


def watch_some(page: Page) -> None:
    """A day's work of operations, for the access log to tell of."""
    found = page.request.get("/api/creators/all/sessions?flag=low_rating&status=completed&limit=30").json()["sessions"]
    for session in found:
        page.request.get(f"/api/creators/{session['creator_id']}/sessions?limit=1")
        page.request.get(f"/api/sessions/{session['id']}/recording")
    page.reload()


YESTERDAY = date.today() - timedelta(days=1)
TWELVE_WEEKS = f"?from={YESTERDAY - timedelta(days=83)}&to={YESTERDAY}"

LOOKS = (
    Look("1440-light", 1440, 1190, "light"),
    Look("1440-dark", 1440, 1190, "dark"),
    Look("1024-light", 1024, 1400, "light"),
    Look("1024-dark", 1024, 1400, "dark"),
)
PHONE = (Look("phone", 390, 1700, "light"),)
STATES = (
    State("default", TWELVE_WEEKS),
    State("filtered", "?range=all&flag=low_rating&flag=dispute&rating_max=3"),
    State("detail", then=open_disputed, height=900),
    State("awkward-names", "?range=all", user=AWKWARD_NAMES),
    State("three-sessions", "?range=all", user=THREE_SESSIONS),
)
LARGE = (State("200000-sessions", "?range=all"),)
OTHERS = (
    State("no-sessions", user=NO_SESSIONS, ready=STATE),
    State("nothing-matches", "?range=all&student_q=nobody", ready=STATE),
    State("operations", user="operations", role="operations"),
    State(
        "access-log",
        "/access-log?tz=Europe/Berlin",
        user="operations",
        role="operations",
        ready="h1",
        then=watch_some,
        height=760,
    ),
)


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    for image in IMAGES.glob("*.png"):
        image.unlink()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        _take_all(browser, product(STATES, LOOKS), product(OTHERS, LOOKS[:1]), product(STATES[:1], PHONE))
        _take_all(browser, product(LARGE, LOOKS), sessions=LARGE_DEMO)
        browser.close()


def _take_all(browser: Browser, *shots: Iterable[tuple[State, Look]], sessions: int | None = None) -> None:
    demo = {"SESSIONS_DEMO_SESSIONS": str(sessions)} if sessions else {}
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder), demo) as address:
        for state, look in chain(*shots):
            _take(browser, address, state, look)


def _take(browser: Browser, address: str, state: State, look: Look) -> None:
    context = browser.new_context(
        viewport={"width": look.width, "height": state.height or look.height}, color_scheme=look.scheme,
        timezone_id="Europe/Berlin", locale="en-GB", base_url=address,
    )  # fmt: skip
    page = context.new_page()
    page.request.post("/sign-in", form={"user": state.user, "role": state.role}, max_redirects=0)
    page.goto(f"/studio/sessions{state.query}")
    page.wait_for_selector(state.ready)
    page.wait_for_timeout(1200)
    if state.then:
        state.then(page)
    page.screenshot(path=IMAGES / f"{state.name}-{look.name}.png")
    context.close()


if __name__ == "__main__":
    main()
