"""What a screen reader and a keyboard find: axe-core sees nothing serious in any state, theme or size."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import ELENA, NO_SESSIONS, PATIENCE_MS, SignIn
from tests.browser.reading import first_rows
from tests.browser.test_states import DESKTOP, PHONE, change, is_phone, open_first, shown

AXE = Axe()
Step = Callable[[Page], None]
STAFF = {"user": "operations", "role": "operations"}


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    made = browser.new_context(timezone_id="Europe/Berlin", locale="en-GB", color_scheme="light", **request.param)
    made.set_default_timeout(PATIENCE_MS)
    yield made
    made.close()


def complaints_of_axe(page: Page) -> list[str]:
    """In both themes: what it calls serious or critical."""
    found: list[dict[str, Any]] = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
        found += AXE.run(page).response["violations"]
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


COMING, ROWS, NOTHING = "[data-coming]", ".kpi:not(.loading)", "#grid-state b"
UPCOMING, REVIEW, COMPARE = "?tab=upcoming", "?tab=review", "?tab=compare"
TO_REVIEW = "#grid-reviews .ag-row .pill"
STATES: dict[str, tuple[str, dict[str, str], str, Step | None]] = {
    "default": ("", {}, ROWS, None),
    "filtered": ("?range=all&flag=low_rating&status=completed", {}, ROWS, None),
    "staff": ("?range=all", STAFF, ROWS, None),
    "session": ("", {}, ROWS, open_disputed),
    "filters": ("", {}, ROWS, open_filters),
    "dropdown": ("", {}, ROWS, open_dropdown),
    "range": ("", {}, ROWS, open_range),
    "table of the chart": ("", {}, ROWS, open_charts),
    "export": ("", {}, ROWS, open_export),
    "downloads": ("", {}, ROWS, open_downloads),
    "no sessions": ("", {"user": NO_SESSIONS}, NOTHING, None),
    "nothing matches": ("?range=all&student_q=nobody", {}, NOTHING, None),
    "calendar": (UPCOMING, STAFF, COMING, None),
    "calendar week": (f"{UPCOMING}&view=week", {}, COMING, None),
    "calendar list": (f"{UPCOMING}&view=list", {}, COMING, None),
    "quick view": (f"{UPCOMING}&view=list", {}, COMING, open_quick),
    "feed": (UPCOMING, {}, COMING, open_feed),
    "queue": (f"{REVIEW}&range=all", STAFF, TO_REVIEW, choose_two),
    "review": (f"{REVIEW}&range=all", STAFF, TO_REVIEW, open_review),
    "decision": (f"{REVIEW}&range=all", STAFF, TO_REVIEW, open_decision),
    "keys": (f"{REVIEW}&range=all", STAFF, TO_REVIEW, open_keys),
    "nothing to review": (f"{REVIEW}&student_q=nobody", {}, "#review-state b", None),
    "comparison": (f"{COMPARE}&vs_range=year_before", {}, ".compare-table", None),
    "comparison without another side": (f"{COMPARE}&range=all", {}, "#compare-result .state-error", None),
    "access log": ("/access-log", STAFF, "h1", None),
    "not found": ("/../../nowhere", {}, "text=is not part of Session History", None),
}


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_serious(sign_in: SignIn, complaints: list[str], state: str) -> None:
    query, who, ready, then = STATES[state]
    page = sign_in(f"/studio/sessions{query}", **({"user": ELENA} | who))
    page.wait_for_selector(ready)
    if then:
        then(page)
    page.wait_for_timeout(300)
    assert complaints_of_axe(page) == []
    if state == "not found":
        complaints.clear()


def test_axe_finds_nothing_serious_at_the_door(context: BrowserContext, server: str) -> None:
    page = context.new_page()
    page.goto(f"{server}/studio/sessions")
    assert complaints_of_axe(page) == []


def test_axe_would_find_what_is_serious(sign_in: SignIn) -> None:
    page = sign_in()
    page.wait_for_selector(ROWS)
    page.evaluate("document.querySelector('h1').after(document.createElement('button'))")
    assert complaints_of_axe(page) == 2 * ["button-name: <button></button>"]


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
