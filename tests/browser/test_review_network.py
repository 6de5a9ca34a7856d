"""A network that is cut while sessions are gone through, and what lies over the page then."""

from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import SignIn
from tests.browser.reading import first_rows
from tests.browser.review_site import SHOWS
from tests.browser.test_reviews import ALL_TIME, OPERATIONS, box, shown

TELL = "(words) => window.dash_clientside.sessionHistory.tell(words)"
THERE = "() => Boolean(window.dash_clientside.sessionHistory.tell)"
UNREAD = ".detail-unread"


def open_first(page: Page, ids: list[str]) -> None:
    page.keyboard.press("g")
    page.wait_for_function("() => document.activeElement.matches('#grid-reviews .ag-cell')")
    page.keyboard.press("Enter")
    page.wait_for_function(SHOWS, arg=ids[0])
    expect(page.locator(".detail [data-step=next]")).to_have_attribute("data-open", ids[1])


def rectangle(page: Page, selector: str) -> Any:
    return page.locator(selector).bounding_box()


def test_a_session_that_the_network_keeps_back_leaves_no_other_in_its_place_and_comes_with_the_network(
    sign_in: SignIn, context: BrowserContext, complaints: list[str]
) -> None:
    page = sign_in(ALL_TIME, **OPERATIONS)
    ids = shown(page)
    open_first(page, ids)
    context.set_offline(True)
    page.keyboard.press("j")
    unread = page.locator(UNREAD)
    expect(unread).to_contain_text("Unable to load this session.")
    expect(page.locator("#detail-body")).to_be_hidden()
    expect(unread.get_by_role("button", name="Retry")).to_be_focused()
    expect(page.locator(".over-page.detail-failed")).to_be_hidden()
    assert f"session={ids[1]}" in page.url
    for key in ("r", "k", "u"):
        page.keyboard.press(key)
    assert page.locator(".decision[open]").count() == 0
    assert f"session={ids[1]}" in page.url
    context.set_offline(False)
    page.wait_for_function(SHOWS, arg=ids[1])
    expect(page.locator("#detail-body")).to_be_visible()
    expect(unread).to_be_hidden()
    page.keyboard.press("k")
    page.wait_for_function(SHOWS, arg=ids[0])
    complaints.clear()


def test_what_the_network_kept_back_can_be_left_and_the_queue_goes_on(
    sign_in: SignIn, context: BrowserContext, complaints: list[str]
) -> None:
    page = sign_in(ALL_TIME, **OPERATIONS)
    ids = shown(page)
    open_first(page, ids)
    context.set_offline(True)
    page.keyboard.press("j")
    page.locator(f"{UNREAD} [data-close]").click()
    expect(page.locator(".detail")).to_have_count(0)
    assert "session=" not in page.url
    context.set_offline(False)
    expect(page.locator(".over-page.detail-failed")).to_be_hidden()
    complaints.clear()


def test_the_notice_and_what_was_told_do_not_lie_over_each_other(
    sign_in: SignIn, context: BrowserContext, complaints: list[str]
) -> None:
    page = sign_in()
    first_rows(page)
    page.mouse.move(300, 300)
    page.wait_for_function(THERE)
    page.evaluate(TELL, "1 session resolved.")
    context.set_offline(True)
    page.locator("#grid-sessions .ag-row[row-index='0'] [col-id=scheduled_start]").click()
    expect(page.locator(".over-page.detail-failed")).to_be_visible()
    notice, told = rectangle(page, ".detail-failed"), rectangle(page, ".over-page.decided")
    assert told["y"] + told["height"] <= notice["y"]
    complaints.clear()


def test_escape_chooses_none_and_leaves_the_place_in_the_queue(sign_in: SignIn) -> None:
    page = sign_in(ALL_TIME, **OPERATIONS)
    shown(page)
    batch = page.locator("#review-batch")
    box(page, 0).check()
    box(page, 1).check()
    page.click("[data-batch=note]")
    expect(page.locator(".decision")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".decision")).to_be_hidden()
    expect(page.locator("#review-batch b")).to_have_text("2 selected")
    page.locator("[data-batch=note]").focus()
    page.keyboard.press("Escape")
    expect(batch).to_be_hidden()
    page.wait_for_function("() => document.activeElement.matches('#grid-reviews .ag-cell')")


def test_undo_says_what_it_takes_back(sign_in: SignIn) -> None:
    page = sign_in(ALL_TIME, **OPERATIONS)
    shown(page)
    box(page, 3).check()
    box(page, 4).check()
    page.click("[data-batch=note]")
    page.fill(".decision textarea", "Asked")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".decided")).to_contain_text("Note added to 2 sessions.")
    assert page.locator(".decided").get_by_role("button", name="Undo").count() == 0
    expect(page.locator("#review-batch")).to_be_hidden()  # what is done is chosen no longer
    page.wait_for_function("() => document.activeElement.matches('#grid-reviews .ag-cell')")
    box(page, 3).check()
    box(page, 4).check()
    page.click("[data-batch=assign]")
    page.locator(".decided").get_by_role("button", name="Undo: 2 sessions assigned.", exact=True).click()
    expect(page.locator(".decided")).to_contain_text("2 decisions taken back.")


def test_what_is_told_leaves_the_bar_of_chosen_rows_free_wherever_that_is(sign_in: SignIn) -> None:
    page = sign_in(ALL_TIME, **OPERATIONS)
    shown(page)
    box(page, 3).check()
    page.click("[data-batch=note]")
    page.fill(".decision textarea", "Asked")
    page.keyboard.press("Control+Enter")
    told = page.locator(".decided")
    expect(told).to_contain_text("Note added to 1 session.")
    box(page, 4).check()
    for height in (700, 900, 1000, 1050, 1100, 1200):
        page.set_viewport_size({"width": 1000, "height": height})
        page.evaluate("() => window.scrollTo(0, document.body.scrollHeight)")
        page.wait_for_timeout(100)
        words, bar = rectangle(page, ".over-page.decided"), rectangle(page, ".review-foot")
        assert words["y"] + words["height"] <= bar["y"] or words["y"] >= bar["y"] + bar["height"], height
