"""make screenshots: pictures of the running page, taken as a newcomer would see it, into docs/img.

Names of states as arguments take only those anew: .venv/bin/python -m docs.screenshots calendar swiped
"""

import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import chain, groupby, product
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Page

from docs.poses import (
    begin_decision,
    choose_some,
    click,
    compare_two,
    fetch_some,
    offline,
    open_digest,
    open_disputed,
    open_export,
    open_lost_recording,
    open_views,
    signed_out,
    swiped,
    watch_some,
)  # fmt: skip
from tests.exports import written_at
from tests.servers.app import running_app
from tests.servers.chromium import running_chromium
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
    with running_chromium() as browser:
        wanted = [one for one in _all() if not names or one[1].name in names]
        for settings, shots in groupby(wanted, key=lambda one: one[0]):
            with (
                tempfile.TemporaryDirectory() as folder,
                running_app(Path(folder), _served(settings, folder)) as address,
            ):
                for _, state, look in shots:
                    _take(browser, address, state, look)


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
