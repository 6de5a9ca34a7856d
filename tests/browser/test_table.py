"""The table: order, columns, keys, and the session that a row opens."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import THREE_SESSIONS, SignIn
from tests.browser.reading import FOOT, ROWS, first_rows, intercept, to_the_table, total

IS_WHOLE = "(element) => element.scrollWidth <= element.clientWidth"


def test_sorting_asks_the_server(sign_in: SignIn) -> None:
    page = sign_in("/studio/sessions?range=all&rated=true")
    first_rows(page)
    page.click(".ag-header-cell[col-id=rating]")
    page.wait_for_selector(f"{ROWS}[row-index='0'] [aria-label='5 of 5']")
    page.click(".ag-header-cell[col-id=rating]")
    page.wait_for_selector(f"{ROWS}[row-index='0'] [aria-label='1 of 5']")


def test_headings_that_are_sorted_by_and_times_of_other_years_are_whole(sign_in: SignIn) -> None:
    page = sign_in("/studio/sessions?range=all&sort=scheduled_start", "operations", "operations")
    first_rows(page)
    time = page.locator(f"{ROWS}[row-index='0'] [col-id=scheduled_start] .ag-cell-value")
    assert re.fullmatch(r"\d{1,2} [A-Z][a-z]{2} 20\d\d, \d\d:\d\d", time.inner_text())
    assert time.evaluate(IS_WHOLE)
    elsewhere = page.evaluate("window.dash_clientside.sessionHistory.when('2023-06-02T20:00:00Z')")
    assert elsewhere == "Fri 2 Jun 2023, 22:00"
    for heading in page.locator("#grid-sessions .ag-header-cell-sortable").all():
        heading.click()
        expect(heading).to_have_attribute("aria-sort", re.compile("ending"))
        assert heading.locator(".ag-header-cell-text").evaluate(IS_WHOLE), heading.inner_text()


def test_a_session_opens_and_closes_by_keyboard(sign_in: SignIn) -> None:
    page = sign_in("/studio/sessions?status=completed")
    first_rows(page)
    page.locator(f"{ROWS}[row-index='0'] [col-id=duration]").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**session=*")
    expect(page.get_by_role("dialog")).to_contain_text("Student's feedback")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.wait_for_function("() => !window.location.search.includes('session=')")


def test_j_and_k_go_through_the_filtered_order(sign_in: SignIn) -> None:
    page = sign_in("/studio/sessions?status=completed&sort=rating&range=all")
    first_rows(page)
    rows = total(page)
    page.locator(f"{ROWS}[row-index='1'] [col-id=duration]").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"2 of {rows:,}")
    page.keyboard.press("j")
    expect(dialog).to_contain_text(f"3 of {rows:,}")
    page.keyboard.press("k")
    expect(dialog).to_contain_text(f"2 of {rows:,}")
    page.keyboard.press("k")
    expect(dialog).to_contain_text(f"1 of {rows:,}")
    expect(dialog.get_by_role("button", name="Previous")).to_be_disabled()


def test_rows_that_fail_to_load_can_be_asked_for_again(sign_in: SignIn, complaints: list[str]) -> None:
    page = sign_in()
    first_rows(page)
    intercept(page, "**/api/creators/me/sessions?*", lambda route: route.abort())
    page.click("button[data-preset=this_month]")
    expect(page.locator(FOOT)).to_contain_text("Unable to load sessions.")
    page.unroute("**/api/creators/me/sessions?*")
    page.locator(FOOT).get_by_role("button", name="Retry").click()
    first_rows(page)
    assert total(page) > 0
    complaints.clear()


def test_a_step_pressed_while_a_session_is_on_its_way_is_taken_too(sign_in: SignIn) -> None:
    page = sign_in("/studio/sessions?range=all")
    first_rows(page)
    rows = total(page)
    page.locator(f"{ROWS}[row-index='0'] [col-id=duration]").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"1 of {rows:,}")
    for _ in range(4):
        page.keyboard.press("j")
    expect(dialog).to_contain_text(f"5 of {rows:,}")


def test_columns_are_chosen_and_the_choice_is_kept(sign_in: SignIn) -> None:
    page = sign_in()
    first_rows(page)
    heads = page.locator("#grid-sessions [role=columnheader]")
    expect(heads).to_have_count(9)
    page.click("#grid-columns-more")
    page.get_by_label("Duration").uncheck()
    expect(heads).to_have_count(8)
    page.wait_for_function("() => localStorage.getItem('session-history-columns')?.includes('\"hide\":true')")
    page.reload()
    first_rows(page)
    expect(heads).to_have_count(8)
    assert "Duration" not in heads.all_inner_texts()
    page.click("#grid-columns-more")
    expect(page.get_by_label("Duration")).not_to_be_checked()
    page.get_by_role("button", name="Reset columns").click()
    expect(heads).to_have_count(9)


def test_fifteen_rows_are_one_key_away(sign_in: SignIn) -> None:
    page = sign_in()
    first_rows(page)
    to_the_table(page)
    for row in (0, 14):
        expect(page.locator(f"{ROWS}[row-index='{row}']")).to_be_in_viewport(ratio=0.99)
    focused = page.evaluate("() => document.activeElement.closest('.ag-row')?.getAttribute('row-index')")
    assert focused == "0"


def test_end_goes_to_the_last_row_and_home_to_the_first(sign_in: SignIn) -> None:
    page = sign_in("/studio/sessions?range=all", user="operations", role="operations")
    first_rows(page)
    rows = total(page)
    to_the_table(page)
    page.keyboard.press("End")
    page.wait_for_selector(f"{ROWS}[row-index='{rows - 1}'] .num")
    expect(page.locator(FOOT)).to_have_text(re.compile(f"^[\\d,]+–{rows:,} of {rows:,}$"))
    page.keyboard.press("Home")
    expect(page.locator(f"{ROWS}[row-index='0']")).to_be_visible()
    expect(page.locator(FOOT)).to_have_text(f"1–15 of {rows:,}")


def test_a_short_list_is_a_short_table(sign_in: SignIn) -> None:
    page = sign_in("/studio/sessions?range=all", user=THREE_SESSIONS)
    first_rows(page)
    expect(page.locator(FOOT)).to_have_text("1–3 of 3")
    assert page.locator("#grid-space").bounding_box()["height"] < 8 * 37  # type: ignore[index]  # it is drawn


def test_staff_see_whose_course_a_session_belongs_to(sign_in: SignIn) -> None:
    page = sign_in(user="operations", role="operations")
    first_rows(page)
    page.wait_for_selector(f"{ROWS}[row-index='14'] .num")
    creators = set(page.locator(f"{ROWS} [col-id=creator]").all_inner_texts())
    assert len(creators) > 1
    assert not any(name.startswith("usr_") for name in creators)


def test_the_place_after_a_session_is_its_row_however_far_one_went_on(sign_in: SignIn) -> None:
    page = sign_in("/studio/sessions?range=all")
    first_rows(page)
    to_the_table(page)
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 of")
    for place in (2, 3, 4):
        page.keyboard.press("j")
        expect(dialog).to_contain_text(f"{place} of")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.wait_for_function("() => document.activeElement.closest('.ag-row')?.getAttribute('row-index') === '3'")


def test_all_columns_fit_beside_each_other_on_a_desktop(sign_in: SignIn) -> None:
    page = sign_in("/studio/sessions?range=all", user="operations", role="operations")
    first_rows(page)
    rows = page.locator("#grid-sessions .ag-center-cols-viewport")
    assert rows.evaluate("(all) => all.scrollWidth - all.clientWidth") == 0


def test_a_tablet_shows_how_a_session_went_and_scrolls_to_its_actions(sign_in: SignIn) -> None:
    page = sign_in("/studio/sessions?rated=true&range=all")
    first_rows(page)
    message = page.locator(f"{ROWS}[row-index='0'] [col-id=actions] a")
    expect(page.locator(".ag-pinned-right-cols-container [col-id=actions]").first).to_be_attached()
    page.set_viewport_size({"width": 820, "height": 1180})
    expect(page.locator(".ag-pinned-right-cols-container [col-id=actions]")).to_have_count(0)
    page.locator(f"{ROWS}[row-index='0'] [col-id=scheduled_start]").scroll_into_view_if_needed()
    for shown in (".pill", ".stars"):
        expect(page.locator(f"{ROWS}[row-index='0'] {shown}")).to_be_in_viewport(ratio=1)
    expect(message).not_to_be_in_viewport()
    page.locator("#grid-sessions .ag-center-cols-viewport").evaluate(
        "(rows) => { rows.scrollLeft = rows.scrollWidth; }"
    )
    expect(message).to_be_in_viewport(ratio=1)
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(page.locator(".ag-pinned-right-cols-container [col-id=actions]").first).to_be_attached()
