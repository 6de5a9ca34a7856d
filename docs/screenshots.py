"""make screenshots: pictures of the running page, taken as a newcomer would see it, into docs/img.

Names of states as arguments take only those anew: .venv/bin/python -m docs.screenshots calendar swiped
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import chain, groupby, product
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Page, sync_playwright

from tests.exports import written_at
from tests.servers.app import running_app
from warehouse.demo import write_demo

IMAGES = Path(__file__).parent / "img"
ELENA, AWKWARD_NAMES, THREE_SESSIONS, NO_SESSIONS = "usr_00000001", "usr_00000003", "usr_00000018", "usr_00000019"
LARGE_DEMO = 1_170_000  # of which Elena has some 200,000
CARDS = ".session-card .card-open"
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


def swiped(page: Page) -> None:
    page.evaluate("document.querySelectorAll('.swipe')[1].scrollLeft = 200")


def offline(page: Page) -> None:
    page.context.set_offline(True)
    page.evaluate("window.dash_clientside.sessionHistory.setParams({ range: 'this_month' })")
    page.wait_for_timeout(1500)


def signed_out(page: Page) -> None:
    page.request.post("/sign-out", max_redirects=0)
    page.evaluate("window.dash_clientside.sessionHistory.setParams({ range: 'this_month' })")
    page.wait_for_timeout(1500)


def open_lost_recording(page: Page) -> None:
    found = page.request.get("/api/creators/me/sessions?status=completed&limit=200").json()["sessions"]
    recorded = (s["id"] for s in found if s["has_recording"])
    lost = next(id_ for id_ in recorded if page.request.get(f"/api/sessions/{id_}/recording").status == 404)
    page.goto(f"/studio/sessions?session={lost}")
    page.click("#player-play")
    page.wait_for_timeout(1500)


def click(selector: str) -> Callable[[Page], None]:
    def then(page: Page) -> None:
        page.click(selector)
        page.wait_for_timeout(1200)

    return then


def begin_decision(page: Page) -> None:
    """A dispute that somebody has taken, and the question how it ends."""
    listed = page.request.get("/api/reviews?creator=all&range=all&reason=dispute&limit=50").json()["reviews"]
    session = next(s["id"] for s in listed if s["has_recording"] and s["low_rating"])
    page.goto(f"/studio/sessions?tab=review&range=all&session={session}")
    page.wait_for_selector(".queue-steps button")
    play(page)
    page.click("[data-decide=under_review]")
    page.wait_for_selector(".review-history")
    page.click(".decided [aria-label=Close]")
    page.click(".review-history summary")
    page.click("[data-decide=resolve]")
    page.keyboard.press("1")
    page.fill(".decision textarea", "Half of the time was lost to the sound: refunded in full.")


def choose_some(page: Page) -> None:
    """Some of each state in the queue: two under review, four chosen."""
    chosen = page.locator("#grid-reviews .ag-row .ag-checkbox-input")
    for index in (1, 4):
        chosen.nth(index).click()
    page.click("[data-batch=assign]")
    page.click("[data-batch=under_review]")
    page.wait_for_selector("#grid-reviews .review-under_review")
    page.click("[data-batch=clear]")
    page.click(".decided [aria-label=Close]")
    for index in (2, 3, 5, 6):
        chosen.nth(index).click()
    page.mouse.move(0, 0)
    page.wait_for_timeout(300)


def open_views(page: Page) -> None:
    """Three views, one of them shared and changed since, and what may be done about it."""
    for name, query, shared in (
        ("Disputes and low ratings", "flag=dispute&flag=low_rating&range=last_30_days", True),
        ("Missed this month", "status=no_show&range=this_month", False),
        ("My queue", "tab=review&review=mine&range=last_12_weeks", False),
    ):
        page.request.post("/api/views", data={"name": name, "query": query, "shared": shared})
    page.click("[data-views]")
    page.click(".view-open >> nth=0")
    page.wait_for_timeout(1500)
    page.click(".chip-remove >> nth=1")
    page.click("[data-views]")
    page.click(".view-more >> nth=0")
    page.mouse.move(0, 0)
    page.wait_for_timeout(1200)


def open_digest(page: Page) -> None:
    view = page.request.post("/api/views", data={"name": "All of my courses", "query": "range=all"}).json()
    page.goto(f"/studio/sessions/digest/{view['id']}?tz=Europe/Berlin")
    page.wait_for_selector(".figures")


def compare_two(page: Page) -> None:
    """The two Student-Teachers with most sessions, over all time."""
    found = page.request.get("/api/creators/me/student-teachers").json()
    one, other = sorted(found, key=lambda st: -st["sessions"])[:2]
    page.goto(f"/studio/sessions?tab=compare&range=all&st_id={one['id']}&vs_st_id={other['id']}")
    page.wait_for_selector(COMPARED)
    page.wait_for_timeout(800)


def open_export(page: Page) -> None:
    page.click("[data-export=sessions]:visible")
    page.check("#export-choose")
    page.wait_for_timeout(300)


def fetch_some(page: Page) -> None:
    """Two that are ready."""
    for path in ("sessions/export?format=parquet&range=all", "sessions/export?format=xlsx&status=no_show&range=all"):
        page.request.post(f"/api/creators/me/{path}")
    page.wait_for_timeout(4000)
    page.click("#downloads-open")
    page.wait_for_timeout(1200)


YESTERDAY = date.today() - timedelta(days=1)
TWELVE_WEEKS = f"?from={YESTERDAY - timedelta(days=83)}&to={YESTERDAY}"

LOOKS = (
    Look("1440-light", 1440, 1190, "light"),
    Look("1440-dark", 1440, 1190, "dark"),
    Look("1024-light", 1024, 1400, "light"),
    Look("1024-dark", 1024, 1400, "dark"),
)
PHONE = (Look("phone", 390, 844, "light"),)
STATES = (
    State("default", TWELVE_WEEKS),
    State("filtered", "?range=all&flag=low_rating&flag=dispute&rating_max=3"),
    State("detail", then=open_disputed, height=900),
    State("awkward-names", "?range=all", user=AWKWARD_NAMES),
    State("three-sessions", "?range=all", user=THREE_SESSIONS),
)
LARGE = (State("200000-sessions", "?range=all"),)
BOOKED = "[data-coming]"
CALENDAR = State("calendar", "?tab=upcoming", ready=BOOKED)
TO_REVIEW = "#grid-reviews .ag-row .pill"
STAFF: dict[str, Any] = {"user": "operations", "role": "operations"}
QUEUE = State("review-queue", "?tab=review", ready=TO_REVIEW, **STAFF)
COMPARED = ".compare-table"
COMPARE = State("compare", "?tab=compare", ready=".compare-side", then=compare_two, height=800)
ON_A_PHONE = (
    State("default", TWELVE_WEEKS, ready=CARDS),
    State("swiped", "?flag=low_rating&range=all", ready=CARDS, then=swiped),
    State("filters", TWELVE_WEEKS, ready=CARDS, then=click("#filter-open")),
    State("charts", TWELVE_WEEKS, ready=CARDS, then=click(".charts-open")),
    CALENDAR,
    QUEUE,
    replace(COMPARE, height=None),
)
QUICK_VIEW = State("quick-view", "?tab=upcoming&view=week", ready=BOOKED, then=click(f"{BOOKED} >> nth=5"))
OLD = (State("old-data", "?range=all", height=760),)
OTHERS = (
    CALENDAR,
    COMPARE,
    replace(QUEUE, then=choose_some),
    replace(QUEUE, name="review-decision", then=begin_decision, height=1000),
    State("export", f"{TWELVE_WEEKS}&status=completed&status=no_show", then=open_export, height=900),
    State("downloads", TWELVE_WEEKS, then=fetch_some, height=900),
    State("load-failed", TWELVE_WEEKS, then=offline, height=760),
    State("signed-out", TWELVE_WEEKS, then=signed_out, height=760),
    State("no-recording", then=open_lost_recording, height=760),
    State("no-sessions", user=NO_SESSIONS, ready=STATE),
    State("nothing-matches", "?range=all&student_q=nobody", ready=STATE),
    State("operations", **STAFF),
    State("saved-views", then=open_views, height=760, **STAFF),
    State("weekly-digest", then=open_digest, height=1000),
    State(
        "access-log",
        "/access-log?tz=Europe/Berlin",
        ready="h1",
        then=watch_some,
        height=760,
        **STAFF,
    ),
)


def main(names: list[str]) -> None:
    IMAGES.mkdir(exist_ok=True)
    for image in IMAGES.glob("*.png") if not names else ():
        image.unlink()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        wanted = [one for one in _all() if not names or one[1].name in names]
        for settings, shots in groupby(wanted, key=lambda one: one[0]):
            with (
                tempfile.TemporaryDirectory() as folder,
                running_app(Path(folder), _served(settings, folder)) as address,
            ):
                for _, state, look in shots:
                    _take(browser, address, state, look)
        browser.close()


def _all() -> Iterable[tuple[str, State, Look]]:
    """Each picture, by the server that it is taken of."""
    few = chain(
        product(STATES, LOOKS),
        product(OTHERS, LOOKS[:1]),
        product((QUICK_VIEW,), LOOKS[1:2]),
        product(ON_A_PHONE, PHONE),
    )
    yield from (("demo", *shot) for shot in few)
    yield from (("old", *shot) for shot in product(OLD, LOOKS[:1]))
    yield from (("large", *shot) for shot in product(LARGE, LOOKS))


def _served(which: str, folder: str) -> dict[str, str]:
    if which == "large":
        return {"SESSIONS_DEMO_SESSIONS": str(LARGE_DEMO)}
    if which == "demo":
        return {}
    export, then = Path(folder) / "export", datetime.now(UTC) - timedelta(days=3)
    write_demo(export, sessions=20_000, creators=25, seed=1, now=then)
    written_at(export, then)
    return {"SESSIONS_EXPORT": str(export)}


def _take(browser: Browser, address: str, state: State, look: Look) -> None:
    context = browser.new_context(
        viewport={"width": look.width, "height": state.height or look.height}, color_scheme=look.scheme,
        timezone_id="Europe/Berlin", locale="en-GB", base_url=address, is_mobile=look in PHONE, has_touch=look in PHONE,
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
    main(sys.argv[1:])
