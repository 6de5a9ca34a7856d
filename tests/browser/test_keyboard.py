"""Whoever has no mouse: what is chosen by key is done once, and the focus stays where one would go on."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.reading import enter_popover, figures_agree_with_rows, first_rows

HELD_MS = 90  # as a finger holds a key: what comes of it is over before the key is up
IN_TABLE = "() => document.activeElement.matches('#grid-sessions .ag-cell')"
AT_TABLE = """() => document.activeElement.matches('#grid-sessions .ag-cell') &&
  document.activeElement.getBoundingClientRect().top < 400"""
PHONE = {"width": 390, "height": 844}


def press(page: Page, selector: str) -> None:
    page.locator(selector).first.focus()
    page.keyboard.press("Enter", delay=HELD_MS)


@pytest.mark.parametrize("label", ["Average rating", "No-show rate"])
def test_a_tile_pressed_twice_takes_its_filter_back_and_keeps_the_focus(sign_in: SignIn, label: str) -> None:
    page = sign_in()
    figures_agree_with_rows(page)
    tile = page.locator(".tile-button", has_text=label)
    tile.focus()
    before = page.url
    page.keyboard.press("Enter", delay=HELD_MS)
    page.wait_for_url("**status=*")
    figures_agree_with_rows(page)
    expect(tile).to_be_focused()
    page.keyboard.press("Enter", delay=HELD_MS)
    page.wait_for_url(before)
    figures_agree_with_rows(page)
    expect(tile).to_be_focused()


def test_g_and_the_tile_of_all_sessions_lead_into_the_table(sign_in: SignIn) -> None:
    page = sign_in()
    figures_agree_with_rows(page)
    page.keyboard.press("g")
    page.wait_for_function(AT_TABLE)
    page.evaluate("() => window.scrollTo(0, 0)")
    press(page, ".tile-button")
    page.wait_for_function(AT_TABLE)
    enter_popover(page, "#range-custom")
    expect(page.locator(".range-popover [data-preset=last_7_days]")).to_be_focused()
    page.keyboard.press("g")
    page.wait_for_timeout(200)
    expect(page.locator(".range-popover [data-preset=last_7_days]")).to_be_focused()


@pytest.mark.parametrize("pressed", ["#filter-reset", ".chip-remove"])
def test_filters_taken_back_by_key_open_nothing_and_leave_the_focus_beside(sign_in: SignIn, pressed: str) -> None:
    page = sign_in("/studio/sessions?status=completed")
    figures_agree_with_rows(page)
    press(page, pressed)
    expect(page.locator("#filter-course")).to_be_focused()
    assert page.locator(".dash-dropdown-content").count() == 0
    page.evaluate("() => window.dash_clientside.sessionHistory.setParams({ status: 'completed' })")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    expect(page.locator("#filter-open")).to_have_text("Filters · 1")
    press(page, pressed)
    expect(page.locator("#filter-open")).to_be_focused()


def test_a_person_chosen_and_taken_back_in_the_breakdown_keeps_the_focus(sign_in: SignIn) -> None:
    page = sign_in()
    figures_agree_with_rows(page)
    page.locator("#by-st-table .ag-row[row-index='0'] .ag-cell").first.focus()
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    name = page.locator("#by-st-table .ag-row[row-index='4'] .ag-cell:focus").inner_text()
    for key, asked in (("Enter", True), ("Space", False)):
        page.keyboard.press(key, delay=HELD_MS)
        page.wait_for_function("(asked) => location.search.includes('st_id') === asked", arg=asked)
        figures_agree_with_rows(page)
        expect(page.locator("#by-st-table .ag-cell:focus")).to_have_text(name)


def test_next_pressed_by_enter_is_pressed_again_by_enter_and_play_gives_the_focus_to_the_recording(
    sign_in: SignIn,
) -> None:
    page = sign_in("/studio/sessions?range=all&status=completed")
    first_rows(page)
    page.keyboard.press("g")
    page.wait_for_function(IN_TABLE)
    page.keyboard.press("Enter")
    expect(page.locator(".detail-nav")).to_contain_text(re.compile(r"^\s*1 of"))
    expect(page.locator(".detail")).to_have_attribute("aria-labelledby", "detail-title detail-when")
    press(page, ".detail [data-step=next]")
    for place in (2, 3):
        expect(page.locator(".detail-nav")).to_contain_text(f"{place} of")
        expect(page.locator(".detail [data-step=next]")).to_be_focused()
        title, when = (page.inner_text(part) for part in ("#detail-title", "#detail-when"))
        expect(page.locator(".said")).to_have_text(f"{title} · {when}", use_inner_text=True)
        page.keyboard.press("Enter", delay=HELD_MS)
    expect(page.locator(".detail-nav")).to_contain_text("4 of")
    page.keyboard.press("k")
    expect(page.locator(".detail-nav")).to_contain_text("3 of")
    while not page.locator("#player-play:visible").count():
        page.keyboard.press("j")
        page.wait_for_timeout(500)
    press(page, "#player-play")
    expect(page.locator("#player-video")).to_be_focused()


def test_enter_in_a_day_shows_the_days(sign_in: SignIn) -> None:
    page = sign_in()
    first_rows(page)
    enter_popover(page, "#range-custom")
    expect(page.locator("#range-custom")).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("dialog").locator("[aria-pressed=true]")).to_have_text("Last 12 weeks")
    page.click("#filter-more")  # while the range's is open
    expect(page.locator("#filter-more")).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#range-custom")).to_have_attribute("aria-expanded", "false")
    page.wait_for_timeout(400)
    expect(page.locator("#filter-more")).to_have_attribute("aria-expanded", "true")
    enter_popover(page, "#range-custom")
    page.fill("#range-from", "2026-01-05")
    page.keyboard.press("Enter")
    page.wait_for_url("**from=2026-01-05*")
    expect(page.locator("#range-custom")).to_have_attribute("aria-expanded", "false")


def test_a_link_that_may_not_be_copied_is_told_where_it_was_asked_for(sign_in: SignIn) -> None:
    page = sign_in()
    first_rows(page)
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }")
    copy = page.locator("[data-copy]")
    copy.click()
    copy.click()
    expect(copy).to_have_text("Not allowed here")
    expect(page.locator(".said")).to_have_text("Not allowed here")
    page.wait_for_timeout(1_600)
    expect(copy).to_have_text("Copy link")
