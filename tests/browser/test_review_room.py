"""The queue on every width: all of it in sight, on a phone too, in the language with the longest words."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_reviews import ALL_TIME, IDS, ROWS, box, queue, row, shown
from tests.servers.app import running_app

OPERATIONS: dict[str, str | float | bool] = {"user": "operations", "role": "operations"}
COLUMNS = "#grid-reviews .ag-header-cell:not([col-id^=ag-Grid])"
SIDEWAYS = """() => {
  const { scrollWidth, clientWidth } = document.querySelector("#grid-reviews .ag-center-cols-viewport");
  return Math.max(scrollWidth - clientWidth, document.documentElement.scrollWidth - window.innerWidth);
}"""
OUTSIDE = """(selector) => [...document.querySelectorAll(selector)].filter((one) => {
  const { left, right } = one.getBoundingClientRect();
  return left < 0 || right > window.innerWidth || one.scrollWidth > one.clientWidth + 1;
}).map((one) => one.textContent)"""
CUT = "(cell) => [...cell.querySelectorAll('.cut')].some((one) => one.scrollWidth > one.clientWidth)"
CLIPPED = "(text) => text.scrollWidth > text.clientWidth"
OWN_SCROLL = """() => {
  const { scrollHeight, clientHeight } = document.querySelector("#grid-reviews .ag-body-viewport");
  return scrollHeight - clientHeight;
}"""
CARDS = ".review-card"
Open = Callable[..., Page]


@pytest.fixture(scope="module", params=["en", "de"])
def spoken(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    given = {"SESSIONS_DEMO_SESSIONS": "20000", "SESSIONS_LANGUAGE": request.param}
    with running_app(tmp_path_factory.mktemp(request.param), given) as address:
        yield address


@pytest.fixture
def open_page(browser: Browser, spoken: str) -> Iterator[Open]:
    contexts = []

    def opened(width: int, height: int, **more: Any) -> Page:
        made = browser.new_context(viewport={"width": width, "height": height}, timezone_id="Europe/Berlin", **more)
        contexts.append(made)
        page = made.new_page()
        page.request.post(f"{spoken}/sign-in", form=OPERATIONS, max_redirects=0)
        page.goto(spoken + ALL_TIME)
        shown(page)
        return page

    yield opened
    for context in contexts:
        context.close()


def columns(page: Page) -> set[str | None]:
    return {cell.get_attribute("col-id") for cell in page.locator(COLUMNS).all()}


def test_no_column_lies_outside_the_view_and_those_left_out_come_back(open_page: Open) -> None:
    page = open_page(1440, 900)
    everything = columns(page)
    assert everything >= {"reasons", "scheduled_start", "student", "st", "course", "ratings", "state", "creator"}
    headings = page.locator(f"{COLUMNS} .ag-header-cell-text")
    assert [one.inner_text() for one in headings.all() if one.evaluate(CLIPPED)] == []
    for width in (1180, 1024, 768):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(f"() => window.innerWidth === {width} && ({SIDEWAYS})() <= 0")
        assert columns(page) >= {"reasons", "scheduled_start", "student", "st", "state"}
    expect(page.locator("#grid-reviews .ag-header-cell[col-id=course]")).to_have_count(0)
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(page.locator(COLUMNS)).to_have_count(len(everything))


def test_a_dispute_that_the_platform_has_under_review_says_so_beside_new(open_page: Open, spoken: str) -> None:
    page = open_page(1440, 900)
    asked = queue(page, spoken, range="all", reason="dispute", state="new")["reviews"]
    ahead = next(one for one in asked if one["dispute_status"] == "under_review")
    other = next(one for one in asked if one["dispute_status"] == "open")
    says = re.compile("(export: Under review|Export: In Prüfung)$")
    state = row(page, ahead["id"]).locator("[col-id=state]")
    expect(state).to_have_text(says)
    assert state.evaluate(CUT) is False
    expect(row(page, other["id"]).locator("[col-id=state]")).not_to_have_text(says)


@pytest.mark.parametrize("width", [390, 320])
def test_on_a_phone_reasons_and_what_may_be_done_are_in_sight_whole(open_page: Open, width: int) -> None:
    page = open_page(width, 700, has_touch=True, is_mobile=True)
    assert page.evaluate(OUTSIDE, ".reason") == []
    assert page.evaluate(OUTSIDE, f"{CARDS} .row-reasons") == []
    box(page, 0).tap()
    expect(page.locator("#review-batch")).to_be_visible()
    assert page.locator("[data-batch]").count() == 6
    assert page.evaluate(OUTSIDE, "[data-batch]") == []
    assert page.evaluate(OUTSIDE, ".batch-actions") == []


def test_on_a_phone_the_page_alone_scrolls_and_more_cards_come_when_asked_for(open_page: Open) -> None:
    page = open_page(390, 844, has_touch=True, is_mobile=True)
    expect(page.locator(CARDS)).to_have_count(50)
    assert len(page.evaluate(IDS)) > 100
    assert page.evaluate(OWN_SCROLL) <= 0
    page.locator(".reviews-more").tap()
    expect(page.locator(CARDS)).to_have_count(100)
    assert page.evaluate(OWN_SCROLL) <= 0
    page.set_viewport_size({"width": 1024, "height": 768})
    expect(page.locator(CARDS)).to_have_count(0)
    page.wait_for_function(f"() => ({OWN_SCROLL})() > 3000")
    expect(page.locator(f"{ROWS}[row-index='0'] [col-id=student]")).to_be_visible()
