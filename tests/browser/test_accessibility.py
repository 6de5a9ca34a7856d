"""What a screen reader and a keyboard find: axe-core sees nothing serious in any state, theme or size."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import NO_SESSIONS, PATIENCE_MS, SignIn
from tests.browser.reading import first_rows
from tests.browser.test_states import DESKTOP, PHONE, change, is_phone, open_first, shown

AXE = Axe()
COLOURS = ["color-contrast", "link-in-text-block"]
RUN_AXE = """(rules) => axe
  .run(document, { resultTypes: ['violations'], ...(rules && { runOnly: { type: 'rule', values: rules } }) })
  .then(({ violations }) => violations)"""
Step = Callable[[Page], None]
STAFF = {"user": "operations", "role": "operations"}


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    made = browser.new_context(timezone_id="Europe/Berlin", locale="en-GB", color_scheme="light", **request.param)
    made.set_default_timeout(PATIENCE_MS)
    yield made
    made.close()


def complaints_of_axe(page: Page) -> list[str]:
    """What it calls serious or critical; of the second theme only what its colours change."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.axe_script)
    found: list[dict[str, Any]] = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
        found += page.evaluate(RUN_AXE, COLOURS if theme == "dark" else None)
    page.emulate_media(color_scheme="light")
    return [
        f"{one['id']}: {node['html'][:160]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


def open_disputed(page: Page) -> None:
    change(page, range="all", flag="dispute", status="completed")
    expect(page.locator(".chip", has_text="Dispute")).to_be_visible()
    shown(page)
    open_first(page)
    expect(page.get_by_role("dialog")).to_contain_text("Student's feedback")


def open_quick(page: Page) -> None:
    page.locator("[data-coming]").first.click()
    expect(page.locator(".quick")).to_be_visible()


def open_filters(page: Page) -> None:
    if is_phone(page):
        page.locator("#filter-open").click()
    page.locator("#filter-more").click()
    expect(page.locator(".range-popover")).to_be_visible()


def open_dropdown(page: Page) -> None:
    if is_phone(page):
        page.locator("#filter-open").click()
    page.locator("#filter-course").click()
    page.locator(".dash-dropdown-option input").first.check()


def open_range(page: Page) -> None:
    page.locator("#range-custom").click()
    expect(page.locator(".range-popover")).to_be_visible()


def open_charts(page: Page) -> None:
    if is_phone(page):
        page.locator(".charts-open").click()
    page.locator("[data-table]").click()
    expect(page.locator(".over-time-table td").first).to_be_visible()


def choose_two(page: Page) -> None:
    for index in (0, 1):
        page.locator("#grid-reviews .ag-row .ag-checkbox-input").nth(index).click()
    expect(page.locator("#review-batch")).to_contain_text("2 selected")


def open_review(page: Page) -> None:
    first = page.evaluate("window.dash_clientside.sessionHistory.queue.ids()[0]")
    page.evaluate("(id) => window.dash_clientside.sessionHistory.openSession(id)", first)
    expect(page.locator(".review-box [data-decide=note]")).to_be_visible()


def open_decision(page: Page) -> None:
    open_review(page)
    page.keyboard.press("r")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".decision .problem")).to_be_visible()


def open_keys(page: Page) -> None:
    open_review(page)
    page.keyboard.press("?")
    expect(page.locator(".keys")).to_be_visible()


def open_feed(page: Page) -> None:
    page.locator("[data-feed]").click()
    expect(page.locator(".feed")).to_be_visible()


def open_export(page: Page) -> None:
    page.locator("[data-export=sessions]:visible").click()
    page.check("#export-choose")
    expect(page.locator("#export-columns")).to_be_visible()


def open_downloads(page: Page) -> None:
    page.request.post(f"{page.url.partition('/studio')[0]}/api/creators/me/sessions/export?format=csv&range=all")
    page.locator("#downloads-open").click()
    expect(page.locator("#downloads-tray li")).not_to_have_count(0)


def show(ready: str, then: Step | None = None, **fields: str | None) -> Step:
    """To another question, and on once `ready` is there."""

    def step(page: Page) -> None:
        change(page, **(DEFAULTS | fields))
        page.wait_for_selector(ready)
        if then:
            then(page)

    return step


DEFAULTS = dict.fromkeys(("range", "flag", "status", "course_id", "student_q", "tab", "view", "vs_range", "session"))
COMING, ROWS, NOTHING = "[data-coming]", ".kpi:not(.loading)", "#grid-state b"
TO_REVIEW = "#grid-reviews .ag-row .pill"
QUEUE = {"tab": "review", "range": "all"}
OF_A_CREATOR: dict[str, Step] = {
    "default": show(ROWS),
    "filtered": show(".chip >> nth=2", range="all", flag="low_rating", status="completed"),
    "filters": show(ROWS, open_filters),
    "dropdown": show(ROWS, open_dropdown),
    "range": show(ROWS, open_range),
    "export": show(ROWS, open_export),
    "downloads": show(ROWS, open_downloads),
    "table of the chart": show(ROWS, open_charts),
    "session": show(ROWS, open_disputed),
    "nothing matches": show(NOTHING, range="all", student_q="nobody"),
    "calendar week": show(".fc-view", tab="upcoming", view="week"),  # late on a Sunday none is to come
    "calendar list": show(COMING, tab="upcoming", view="list"),
    "quick view": show(COMING, open_quick, tab="upcoming", view="list"),
    "feed": show(COMING, open_feed, tab="upcoming"),
    "nothing to review": show("#review-state b", tab="review", student_q="nobody"),
    "comparison": show(".compare-table", tab="compare", vs_range="year_before"),
    "comparison without another side": show("#compare-result .state-error", tab="compare", range="all"),
}
OF_STAFF: dict[str, Step] = {
    "all creators": show(ROWS, range="all"),
    "calendar": show(COMING, tab="upcoming"),
    "queue": show(TO_REVIEW, choose_two, **QUEUE),
    "review": show(TO_REVIEW, open_review, **QUEUE),
    "decision": show(TO_REVIEW, open_decision, **QUEUE),
    "keys": show(TO_REVIEW, open_keys, **QUEUE),
}


def leave(page: Page) -> None:
    """A popover, and the sheet that it is in."""
    for _ in range(2):
        page.keyboard.press("Escape")
        page.wait_for_timeout(100)


@pytest.mark.parametrize(("who", "states"), [({}, OF_A_CREATOR), (STAFF, OF_STAFF)], ids=["creator", "staff"])
def test_axe_finds_nothing_serious_in_any_state(sign_in: SignIn, who: dict[str, str], states: dict[str, Step]) -> None:
    page = sign_in(**who)
    page.wait_for_selector(ROWS)
    found = {}
    for state, open_state in states.items():
        open_state(page)
        page.wait_for_timeout(300)
        found[state] = complaints_of_axe(page)
        leave(page)
    assert found == {state: [] for state in states}


@pytest.mark.parametrize(
    ("path", "who", "ready"),
    [
        ("/studio/sessions", {"user": NO_SESSIONS}, NOTHING),
        ("/studio/sessions/access-log", STAFF, "h1"),
        ("/nowhere", {}, "text=is not part of Session History"),
    ],
    ids=["no sessions", "access log", "not found"],
)
def test_axe_finds_nothing_serious_on_pages_apart(
    sign_in: SignIn, complaints: list[str], path: str, who: dict[str, str], ready: str
) -> None:
    page = sign_in(path, **who)
    page.wait_for_selector(ready)
    page.wait_for_timeout(300)
    assert complaints_of_axe(page) == []
    if path == "/nowhere":
        complaints.clear()


def test_axe_finds_nothing_serious_at_the_door(context: BrowserContext, server: str) -> None:
    page = context.new_page()
    page.goto(f"{server}/studio/sessions")
    assert complaints_of_axe(page) == []


def test_axe_would_find_what_is_serious(sign_in: SignIn) -> None:
    page = sign_in()
    page.wait_for_selector(ROWS)
    page.evaluate("document.querySelector('h1').after(document.createElement('button'))")
    words = '<p style="color: #333">Words</p>'
    page.evaluate("(words) => document.querySelector('h1').insertAdjacentHTML('afterend', words)", words)
    button, dark = complaints_of_axe(page)
    assert button == "button-name: <button></button>"
    assert dark.startswith("color-contrast: <p style")


@pytest.mark.parametrize("context", [DESKTOP], ids=["desktop"], indirect=True)
def test_the_table_tells_how_many_rows_there_are(sign_in: SignIn) -> None:
    page = sign_in("/studio/sessions?range=all")
    first_rows(page)
    shown(page)
    total = int(page.inner_text("#grid-foot").rpartition("of ")[2].replace(",", ""))
    grid = page.locator("#grid-sessions [aria-rowcount]")
    expect(grid).to_have_attribute("aria-rowcount", str(total + 1))  # with the row of headings
    expect(grid).to_have_attribute("aria-label", "Sessions")


@pytest.mark.parametrize("context", [DESKTOP], ids=["desktop"], indirect=True)
def test_the_whole_journey_needs_no_mouse(sign_in: SignIn) -> None:
    page = sign_in()
    shown(page)

    def tab_to(selector: str, most: int = 60) -> None:
        for _ in range(most):
            page.keyboard.press("Tab")
            if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"no way to {selector} by Tab")

    tab_to("#filter-status")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.matches('.dash-dropdown-search')")
    page.keyboard.press("ArrowDown")
    page.wait_for_function("() => document.activeElement.matches('[type=checkbox]')")
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    page.wait_for_url("**status=completed*")
    expect(page.locator(".chip", has_text="Completed")).to_be_visible()
    shown(page)
    page.keyboard.press("g")
    page.wait_for_function("() => document.activeElement.matches('.ag-cell')")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Student's feedback")
    page.keyboard.press("j")
    expect(page.locator(".detail-nav")).to_contain_text("2 of")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.wait_for_function("() => document.activeElement.closest('.ag-row')?.getAttribute('row-index') === '1'")
    page.keyboard.press("Shift+Tab")
    page.wait_for_function("() => document.activeElement.matches('#grid-sessions .ag-header-cell')")
    page.locator("#by-st-table .ag-cell").first.focus()
    page.keyboard.press("Tab")
    page.wait_for_function("() => document.activeElement.matches('#grid-sessions .ag-header-cell')")
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    page.locator(".view-tab").first.focus()
    tab_to(".view-tab[data-tab=upcoming]")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-coming]")
    tab_to(".fc-event")
    page.keyboard.press("Enter")
    expect(page.locator(".quick")).to_be_visible()
