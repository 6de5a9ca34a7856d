"""Filters and the address: what is chosen, told, shared and taken back."""

import re

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import SignIn
from tests.browser.reading import (
    BY_ST,
    FOOT,
    ROWS,
    enter_popover,
    figures_agree_with_rows,
    first_rows,
    tile,
    total,
    wait_until,
)


def test_the_figures_and_the_rows_of_a_search_agree(sign_in: SignIn) -> None:
    page = sign_in("/studio/sessions?range=all")
    first_rows(page)
    everything = total(page)
    sought = page.locator(f"{ROWS}[row-index='0'] [col-id=student] a").inner_text()
    page.fill("#filter-student", sought.upper())
    page.wait_for_url("**student_q=*")
    expect(page.locator(FOOT)).not_to_have_text(re.compile(f"of {everything:,}$"))
    figures_agree_with_rows(page)
    wait_until(page, lambda: set(page.locator(f"{ROWS} [col-id=student] a").all_inner_texts()) == {sought})


def test_only_these_sessions_are_those_that_their_figures_count(sign_in: SignIn) -> None:
    page = sign_in("/studio/sessions?status=no_show")
    first_rows(page)
    page.locator(f"{ROWS}[row-index='0'] [col-id=duration]").click()
    page.keyboard.press("Enter")
    only = page.get_by_role("button", name="Show only these sessions")
    told = only.locator("xpath=preceding-sibling::*[1]").inner_text()
    only.click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    sessions = int(told.partition(" ")[0].replace(",", ""))
    wait_until(page, lambda: total(page) == sessions)
    assert "status" not in page.url


def test_reload_and_back_give_the_same_page(sign_in: SignIn) -> None:
    page = sign_in("/studio/sessions?range=all&status=no_show")
    first_rows(page)
    missed = total(page)
    page.reload()
    first_rows(page)
    assert total(page) == missed
    page.click("#filter-reset")
    expect(page.locator(FOOT)).not_to_have_text(re.compile(f"of {missed:,}$"))
    page.go_back()
    expect(page.locator(FOOT)).to_have_text(re.compile(f"of {missed:,}$"))


def test_back_is_not_trapped_by_a_filter(sign_in: SignIn) -> None:
    page = sign_in("/studio/sessions?flag=dispute&range=all")
    first_rows(page)
    page.locator(f"{ROWS}[row-index='0'] [col-id=duration]").click()
    page.wait_for_url("**session=*")
    page.reload()
    expect(page.get_by_role("dialog")).to_contain_text("Dispute")
    page.go_back()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.wait_for_timeout(500)
    assert "session=" not in page.url


def test_a_chip_can_be_taken_away(sign_in: SignIn) -> None:
    page = sign_in("/studio/sessions?flag=low_rating&flag=dispute&range=all&rating_max=3")
    first_rows(page)
    expect(page.locator(".chip")).to_contain_text(["All time", "Rated 1 to 3 ★", "Low rating", "Dispute"])
    page.get_by_role("button", name="Remove Low rating").click()
    page.wait_for_function("() => new URLSearchParams(location.search).getAll('flag').join() === 'dispute'")
    page.get_by_role("button", name="Remove Rated 1 to 3 ★").click()
    page.wait_for_function("() => !location.search.includes('rating_max')")
    figures_agree_with_rows(page)


def test_a_filter_that_cannot_be_is_named(sign_in: SignIn, complaints: list[str]) -> None:
    page = sign_in("/studio/sessions?from=yesterday")
    expect(page.locator("#metrics-tiles .state-error")).to_contain_text("From: 'yesterday' is neither a date")
    expect(page.locator(FOOT)).to_have_text("These filters cannot be applied.")
    expect(page.locator(ROWS)).to_have_count(0)  # none that seem to load
    expect(page.locator(".kpi .v")).to_have_text(["–"] * 5)
    page.click("#filter-reset")
    first_rows(page)
    expect(page.locator("#metrics-tiles .state-error")).to_have_count(0)
    complaints.clear()


def test_a_wrong_value_stays_in_the_address_and_is_named_in_words(sign_in: SignIn, complaints: list[str]) -> None:
    page = sign_in("/studio/sessions?status=bogus&range=all&sort=nothing")
    expect(page.locator("#metrics-tiles .state-error")).to_have_text(
        re.compile("^Status: 'bogus' is not 'completed', ")
    )
    assert "status=bogus" in page.url
    page.click("#filter-reset")
    first_rows(page)
    expect(page.locator("#metrics-tiles .state-error")).to_have_count(0)
    figures_agree_with_rows(page)
    complaints.clear()


def test_each_option_shows_how_many_sessions_it_has(sign_in: SignIn) -> None:
    page = sign_in("/studio/sessions?range=all")
    first_rows(page)
    page.click("#filter-status")
    offered = page.locator(".dash-dropdown-content").get_by_text(re.compile(r"^Completed \([\d,]+\)$"))
    counted = re.sub(r"\D", "", offered.inner_text())
    offered.click()
    page.wait_for_url("**status=completed*")
    page.keyboard.press("Escape")
    expect(page.locator(FOOT)).to_have_text(re.compile(f"of {int(counted):,}$"))
    expect(page.locator("#filter-status .option-count")).to_be_hidden()
    page.click("#filter-more")
    flag = page.locator(".flags label").first
    expect(flag).to_have_text(re.compile(r"^Low rating \([\d,]+\)$"))


@pytest.mark.parametrize("opener", ["#filter-more", "#range-custom", "#grid-columns-more"])
def test_a_popover_is_entered_and_left_by_key(sign_in: SignIn, opener: str) -> None:
    page = sign_in()
    figures_agree_with_rows(page)
    button, popover = page.locator(opener), page.locator(".range-popover")
    for key, least in (("Escape", 1), ("Shift+Tab", 1), ("Tab", 4)):
        enter_popover(page, opener)
        presses = 0
        while presses < 40 and not page.evaluate("(opener) => document.activeElement.matches(opener)", opener):
            page.keyboard.press(key)
            presses += 1
        assert presses == least if key != "Tab" else presses >= least
        expect(popover).to_have_count(0)
        expect(button).to_be_focused()


def test_a_range_chosen_by_key_gives_the_focus_back(sign_in: SignIn) -> None:
    page = sign_in()
    first_rows(page)
    enter_popover(page, "#range-custom")
    expect(page.locator(".range-popover [data-preset=last_7_days]")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**range=last_7_days*")
    expect(page.locator(".range-popover")).to_have_count(0)
    expect(page.locator("#range-custom")).to_be_focused()


def test_a_pasted_link_gives_the_same_page_in_a_second_tab(sign_in: SignIn, context: BrowserContext) -> None:
    page = sign_in("/studio/sessions?range=all&flag=low_rating&sort=rating&st_sort=-sessions&tz=Asia%2FKolkata")
    first_rows(page)
    page.locator(f"{ROWS}[row-index='2'] [col-id=duration]").click()
    expect(page.get_by_role("dialog")).to_contain_text("3 of")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("() => document.querySelector('[data-copy]').click()")
    expect(page.locator("[data-copy]")).to_have_text("Copied")
    link = page.evaluate("() => navigator.clipboard.readText()")

    other = context.new_page()
    other.goto(link)
    first_rows(other)
    figures_agree_with_rows(other)
    expect(other.get_by_role("dialog")).to_contain_text("3 of")
    for shown in (page, other):
        shown.wait_for_selector("#review-panel [data-session]")
    for part in ("#metrics-tiles", "#filter-chips", "#header-totals", "#detail-body", BY_ST):
        assert other.locator(part).inner_text() == page.locator(part).inner_text()
    assert other.locator(f"{ROWS}[row-index='2']").inner_text() == page.locator(f"{ROWS}[row-index='2']").inner_text()


PAUSE_MS = 120  # as in assets/students.js
# A busy machine may let more time pass between two letters than a typist's pause: then it is one.
COUNT_PAUSES = """(least) => {
    let last = Infinity;
    window.pauses = 0;
    document.addEventListener("input", () => {
        const now = performance.now();
        window.pauses += now - last >= least;
        last = now;
    }, true);
}"""


def test_nothing_blocks_while_one_types_a_students_name(sign_in: SignIn) -> None:
    page = sign_in("/studio/sessions?range=all")
    first_rows(page)
    sought = page.locator(f"{ROWS}[row-index='0'] [col-id=student] a").inner_text()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/students?" in request.url else None)
    typed = sought.upper()
    page.evaluate(COUNT_PAUSES, PAUSE_MS)
    page.locator("#filter-student").press_sequentially(typed)
    assert page.locator("#filter-student").input_value() == typed
    page.wait_for_selector("#filter-students option", state="attached")
    assert len(asked) <= 1 + page.evaluate("window.pauses")
    names = page.locator("#filter-students option").evaluate_all("all => all.map((one) => one.value)")
    assert sought in names
    page.wait_for_url("**student_q=*")
    figures_agree_with_rows(page)


def test_where_nothing_matches_the_table_says_so_in_its_own_place(sign_in: SignIn) -> None:
    page = sign_in("/studio/sessions?range=all&student_q=nobody+of+that+name")
    expect(page.locator("#grid-state")).to_contain_text("No sessions match")
    expect(page.locator(FOOT)).to_have_text("No sessions")
    assert tile(page, "Average rating") == "–"
    page.click("#filter-reset")
    first_rows(page)
    expect(page.locator("#grid-state")).to_be_empty()
    expect(page.locator(FOOT)).to_have_text(re.compile("^1–15 of "))
