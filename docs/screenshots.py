"""make screenshots: pictures of the running page, taken as a newcomer would see it, into docs/img."""

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

from tests.servers.app import running_app

IMAGES = Path(__file__).parent / "img"
ELENA, THREE_SESSIONS, NO_SESSIONS = "usr_00000001", "usr_00000018", "usr_00000019"
ROWS = "#grid-sessions .ag-center-cols-container .ag-row .num"


@dataclass(frozen=True, slots=True)
class Shot:
    name: str
    query: str = ""
    user: str = ELENA
    role: str = "creator"
    size: tuple[int, int] = (1440, 1190)
    scheme: Literal["light", "dark"] = "light"
    ready: str = ROWS
    then: Callable[[Page], None] | None = None


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


YESTERDAY = date.today() - timedelta(days=1)
TWELVE_WEEKS = f"?from={YESTERDAY - timedelta(days=83)}&to={YESTERDAY}"

SHOTS = (
    Shot("page", TWELVE_WEEKS),
    Shot("page-dark", TWELVE_WEEKS, scheme="dark"),
    Shot("page-1024", size=(1024, 1400)),
    Shot("filtered", "?range=all&flag=low_rating&st_id=usr_00000021"),
    Shot("detail", then=open_disputed, size=(1440, 900)),
    Shot("detail-dark", then=open_disputed, size=(1440, 900), scheme="dark"),
    Shot("awkward-names", "?range=all", user="usr_00000003"),
    Shot("three-sessions", "?range=all", user=THREE_SESSIONS),
    Shot("no-sessions", user=NO_SESSIONS, ready="#grid-state b"),
    Shot("operations", user="operations", role="operations"),
    Shot("phone", size=(390, 1700)),
)


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder)) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        for shot in SHOTS:
            _take(browser, address, shot)
        browser.close()


def _take(browser: Browser, address: str, shot: Shot) -> None:
    width, height = shot.size
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=shot.scheme, timezone_id="Europe/Berlin",
        locale="en-GB", base_url=address,
    )  # fmt: skip
    page = context.new_page()
    page.request.post("/sign-in", form={"user": shot.user, "role": shot.role}, max_redirects=0)
    page.goto(f"/studio/sessions{shot.query}")
    page.wait_for_selector(shot.ready)
    page.wait_for_timeout(1200)
    if shot.then:
        shot.then(page)
    page.screenshot(path=IMAGES / f"{shot.name}.png")
    context.close()


if __name__ == "__main__":
    main()
