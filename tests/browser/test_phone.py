"""The page on a phone with touch: cards, sheets, a strip, an agenda, and nothing to move sideways."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import PATIENCE_MS, SignIn
from tests.browser.test_journeys import first_that_plays

CARD = ".session-card"
FOOT = "#grid-foot"
DRAWN = ".over-time .main-svg"
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


@pytest.fixture(params=[390])
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    made = browser.new_context(
        viewport={"width": request.param, "height": 844}, has_touch=True, is_mobile=True, device_scale_factor=2,
        timezone_id="Europe/Berlin", locale="en-GB", color_scheme="light",
    )  # fmt: skip
    made.set_default_timeout(PATIENCE_MS)
    yield made
    made.close()


def cards(page: Page) -> list[str]:
    page.wait_for_selector(f"{CARD}:not(.loading) .card-open")
    return page.locator(f"{CARD} .card-open").all_text_contents()


def listed(page: Page, server: str, **asked: str | int) -> list[str]:
    query: dict[str, str | float | bool] = {"range": "last_12_weeks", "tz": "Europe/Berlin", "limit": 50, **asked}
    rows = page.request.get(f"{server}/api/creators/me/sessions", params=query).json()["sessions"]
    return [row["student"]["name"] for row in rows]


def swipe(page: Page, card: str) -> None:
    """A finger drawn from right to left over the card."""
    box = page.locator(card).first.bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    finger = page.context.new_cdp_session(page)
    for kind, x in (("touchStart", 330), ("touchMove", 250), ("touchMove", 150), ("touchMove", 60), ("touchEnd", None)):
        points = [] if x is None else [{"x": x, "y": y}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        page.wait_for_timeout(40)


def dates_apart(page: Page) -> list[str]:
    """The dates under the bars, none of which touches the next, once the chart has its place's width."""
    page.wait_for_function(f"() => document.querySelector('{DRAWN}')?.getBoundingClientRect().right <= screen.width")
    found = page.locator(".xtick text >> visible=true")
    boxes = found.evaluate_all("all => all.map((one) => one.getBoundingClientRect().toJSON())")
    assert all(box["height"] < box["width"] for box in boxes)
    assert all(before["right"] + 3 < after["left"] for before, after in pairwise(boxes))
    return found.all_text_contents()


def test_cards_are_the_rows_of_rest_fifty_at_a_time(sign_in: SignIn, server: str) -> None:
    page = sign_in()
    assert cards(page) == listed(page, server)
    total = int(page.inner_text(FOOT).rpartition("of ")[2].replace(",", ""))
    page.locator(".cards-more").scroll_into_view_if_needed()
    page.wait_for_timeout(500)  # cards that come into view get their height
    page.locator(".cards-more").tap()
    expect(page.locator(FOOT)).to_have_text(re.compile(rf"^1–100 of {total:,}$"))
    assert cards(page) == listed(page, server, limit=100)
    expect(page.locator(CARD).nth(70)).to_have_attribute("aria-setsize", str(total))
    assert page.locator("#grid-sessions").is_hidden()


@pytest.mark.parametrize("context", [320, 390], indirect=True)
def test_nothing_can_be_moved_sideways(sign_in: SignIn, context: BrowserContext) -> None:
    page = sign_in()
    cards(page)
    steps: list[Callable[[], object]] = [
        lambda: page.locator(".charts-open").tap(),
        lambda: page.locator("[data-table]").tap(),
        lambda: page.locator("#filter-open").tap(),
        lambda: page.locator("#filter-more").tap(),
        page.locator(".popover").wait_for,
        lambda: page.keyboard.press("Escape"),
        lambda: page.locator(".popover").wait_for(state="detached"),
        lambda: page.locator(".sheet-close").tap(),
        lambda: page.locator("#range-custom").tap(),
        lambda: page.locator("#range-custom").tap(),
        page.locator(".card-open").first.tap,
        lambda: page.locator(".detail [data-close]:visible").tap(),
        lambda: page.get_by_role("button", name="Upcoming").tap(),
    ]
    for step in steps:
        step()
        page.wait_for_timeout(250)
        page.wait_for_function(f"() => {FITS}")
    page.wait_for_selector("[data-coming]")
    assert page.evaluate(FITS)


def test_a_swipe_brings_watch_and_message_and_watch_plays(sign_in: SignIn, server: str) -> None:
    page = sign_in("/studio/sessions?status=completed")
    cards(page)
    playing = first_that_plays(page, server)
    card = f"{CARD}:has([data-card='{playing}'])"
    page.locator(card).scroll_into_view_if_needed()
    offset = f"document.querySelector(`{card} .swipe`).scrollLeft"
    assert page.evaluate(offset) == 0
    swipe(page, card)
    page.wait_for_function(f"() => {offset} > 100")
    expect(page.locator(f"{card} .swipe-message")).to_be_in_viewport(ratio=0.9)
    page.locator(f"{card} .swipe-watch").tap()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.wait_for_function("() => document.querySelector('#player-video')?.currentTime > 0.2")


def test_the_same_actions_are_buttons_in_sight(sign_in: SignIn, server: str) -> None:
    page = sign_in("/studio/sessions?status=completed")
    cards(page)
    card = page.locator(f"{CARD}:has([data-card='{first_that_plays(page, server)}'])")
    expect(card.get_by_role("link", name=re.compile("^Message "))).to_have_attribute(
        "href", re.compile(r"/messages/new\?to=")
    )
    card.get_by_role("button", name="Watch recording").tap()
    page.wait_for_url("**session=*")
    page.wait_for_function("() => document.querySelector('#player-video')?.currentTime > 0.2")
    page.locator(".detail [data-close]:visible").tap()
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_filters_are_chosen_in_a_sheet_that_keeps_the_rest_out_of_reach(sign_in: SignIn, server: str) -> None:
    page = sign_in()
    cards(page)
    expect(page.locator("#filter-sheet")).to_be_hidden()
    page.locator("#filter-open").tap()
    expect(page.locator("#filter-sheet")).to_be_visible()
    assert page.evaluate("document.querySelector('.kpis').closest('[inert]') !== null")
    page.locator("#filter-status").tap()
    page.locator(".dash-dropdown-content").get_by_text("No-show").first.tap()
    page.keyboard.press("Escape")
    page.wait_for_url("**status=no_show*")
    page.locator("#filter-sort").select_option("rating")
    page.wait_for_url("**sort=rating*")
    page.get_by_role("button", name="Show sessions").tap()
    expect(page.locator("#filter-sheet")).to_be_hidden()
    expect(page.locator("#filter-open")).to_have_text("Filters · 1")
    expect(page.locator("#filter-open")).to_be_focused()
    expect(page.locator(f"{CARD} .card-open")).to_have_text(listed(page, server, status="no_show", sort="rating"))
    assert page.evaluate("document.querySelector('[inert]:not(#page-outline)') === null")


def test_the_order_and_the_range_of_a_link_are_those_of_the_cards(sign_in: SignIn, server: str) -> None:
    page = sign_in("/studio/sessions?sort=student&range=this_month")
    assert cards(page) == listed(page, server, sort="student", range="this_month")
    page.locator("#range-custom").tap()
    page.locator(".range-more[data-preset=today]").tap()
    page.wait_for_url("**range=today*")


def test_metrics_are_a_strip_that_moves_alone(sign_in: SignIn) -> None:
    page = sign_in()
    cards(page)
    strip = page.locator(".view-sessions .kpis")
    assert strip.evaluate("(one) => one.scrollWidth > one.clientWidth")
    last = page.locator(".kpi", has_text="Average duration")
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport(ratio=0.9)
    assert page.evaluate(FITS)


def test_charts_are_a_tap_away_and_fill_the_width(sign_in: SignIn) -> None:
    page = sign_in()
    cards(page)
    expect(page.locator(".over-time")).to_be_hidden()
    page.locator(".charts-open").tap()
    page.wait_for_function(f"() => document.querySelector('{DRAWN}')?.getBoundingClientRect().width > 280")
    assert len(dates_apart(page)) >= 3
    widths = page.eval_on_selector_all("#by-st-table .ag-header-cell", "all => all.map((one) => one.offsetWidth)")
    assert 200 < sum(widths) <= 362


@pytest.mark.parametrize("context", [320, 390], indirect=True)
def test_dates_under_the_bars_stand_upright_and_apart(sign_in: SignIn, context: BrowserContext) -> None:
    page = sign_in("/studio/sessions?range=all")
    cards(page)
    page.locator(".charts-open").tap()
    shown = dates_apart(page)
    assert len(shown) >= 3
    years = [text.split()[1] for text in shown if " " in text]
    assert years == sorted(set(years))


def test_the_recording_fills_a_dialog_of_the_whole_screen(sign_in: SignIn) -> None:
    page = sign_in("/studio/sessions?status=completed")
    cards(page)
    page.locator(".card-open").first.tap()
    dialog = page.locator(".detail .modal-content")
    expect(dialog).to_be_visible()
    box = dialog.bounding_box()
    assert box
    assert (box["x"], box["width"]) == (0, 390)
    assert box["height"] >= 844


def test_the_calendar_is_an_agenda_and_a_look_comes_from_below(sign_in: SignIn) -> None:
    page = sign_in("/studio/sessions?tab=upcoming&view=month")
    page.wait_for_selector(".fc-list [data-coming]")
    page.locator("[data-coming]").first.tap()
    box = page.locator(".quick").bounding_box()
    assert box
    assert box["y"] + box["height"] == pytest.approx(844, abs=1)


def test_turning_the_phone_gives_the_table_and_back_the_cards(sign_in: SignIn) -> None:
    page = sign_in()
    cards(page)
    page.set_viewport_size({"width": 844, "height": 390})
    page.locator("#grid-sessions").scroll_into_view_if_needed()
    page.wait_for_selector("#grid-sessions .ag-center-cols-container .ag-row[row-index='0'] .num")
    expect(page.locator(CARD).first).to_be_hidden()
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator("#grid-sessions")).to_be_hidden()
    cards(page)
