"""Tiles and charts: what they show, and the rows that a click opens."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import THREE_SESSIONS, SignIn
from tests.browser.reading import BY_ST, FOOT, figures_agree_with_rows, first_rows, intercept, tile


def test_a_click_on_a_student_teacher_filters_and_a_second_takes_it_back(sign_in: SignIn) -> None:
    page = sign_in()
    first_rows(page)
    for column in ("name", "sessions", "shrunk", "completion"):
        cell = page.locator(f"{BY_ST} .ag-row[row-index='0'] [col-id={column}] button")
        cell.click()
        page.wait_for_url("**st_id=*")
        expect(page.locator(".chip").filter(has_text="ST: ")).to_have_count(1)
        figures_agree_with_rows(page)
        page.locator(f"{BY_ST} .ag-row[row-index='0'] [col-id={column}] button").click()
        page.wait_for_function("() => !window.location.search.includes('st_id')")
        expect(page.locator(".chip")).to_have_count(1)
        figures_agree_with_rows(page)


def cells_by_st(page: Page, column: str) -> list[str]:
    page.wait_for_selector(f"{BY_ST} .ag-row[row-index='0']")
    return page.locator(f"{BY_ST} .ag-cell[col-id={column}]").all_inner_texts()


def test_student_teachers_are_sorted_by_any_column_and_the_url_keeps_it(sign_in: SignIn) -> None:
    page = sign_in("/studio/sessions?range=all")
    first_rows(page)
    expect(page.locator(f"{BY_ST} [col-id=shrunk][role=columnheader]")).to_have_attribute("aria-sort", "descending")
    by_worth = cells_by_st(page, "name")
    page.click(f"{BY_ST} [col-id=name][role=columnheader]")
    page.wait_for_url("**st_sort=name*")
    by_name = cells_by_st(page, "name")
    assert by_name != by_worth
    assert by_name == sorted(by_name, key=str.casefold)
    page.click(f"{BY_ST} [col-id=sessions][role=columnheader]")
    page.wait_for_url("**st_sort=-sessions*")
    page.reload()
    first_rows(page)
    expect(page.locator(f"{BY_ST} [col-id=sessions][role=columnheader]")).to_have_attribute("aria-sort", "descending")
    counts = [int(count.replace(",", "")) for count in cells_by_st(page, "sessions")]
    assert counts == sorted(counts, reverse=True)
    page.go_back()
    page.wait_for_url("**st_sort=name*")
    expect(page.locator(f"{BY_ST} [col-id=name][role=columnheader]")).to_have_attribute("aria-sort", "ascending")


def test_many_student_teachers_scroll_and_none_is_lost(sign_in: SignIn) -> None:
    page = sign_in("/studio/sessions?range=all", user="operations", role="operations")
    first_rows(page)
    expect(page.locator("#by-st-title")).to_contain_text("click one to filter")
    there_are = int(re.sub(r"\D", "", page.locator("#by-st-title").inner_text()))
    assert there_are > 15
    page.wait_for_selector(f"{BY_ST} .ag-row[row-index='0']")
    page.locator(f"{BY_ST} [col-id=name][role=columnheader]").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    expect(page.locator(f"{BY_ST} .ag-row[row-index='{there_are - 1}']")).to_be_visible()
    expect(page.locator(f"{BY_ST} .ticks span").first).to_be_visible()
    for _ in range(3):  # to the name: the last one may have no session that counts in a rate
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.wait_for_url("**st_id=*")


def test_a_tile_opens_its_rows_and_a_second_click_takes_it_back(sign_in: SignIn) -> None:
    page = sign_in("/studio/sessions?status=completed&status=no_show")
    first_rows(page)
    before = page.url
    page.get_by_role("button", name="No-show rate").click()
    page.wait_for_function("() => new URLSearchParams(location.search).getAll('status').join() === 'no_show'")
    figures_agree_with_rows(page)
    expect(page.locator(".chip")).to_contain_text(["Last 12 weeks", "No-show"])
    line = page.locator(".kpi", has_text="No-show rate").locator(".spark").bounding_box()
    assert line
    page.mouse.click(line["x"] + line["width"] / 2, line["y"] + line["height"] / 2)
    page.wait_for_function("() => new URLSearchParams(location.search).getAll('status').length === 2")
    assert sorted(page.url.split("?")[1].split("&")) == sorted(before.split("?")[1].split("&"))


def test_three_sessions_make_no_ranking(sign_in: SignIn) -> None:
    page = sign_in("/studio/sessions?range=all", user=THREE_SESSIONS)
    ratings = page.locator(f"{BY_ST} .ag-cell[col-id=shrunk]")
    expect(ratings.first).to_have_text(re.compile("few ratings|no ratings"))
    assert all(re.search("few ratings|no ratings", words) for words in ratings.all_inner_texts())
    assert page.locator(f"{BY_ST} [style*='--nosh']").count() == 0
    assert tile(page, "Sessions") == "3"


def test_figures_that_fail_to_load_are_not_left_standing_as_new(sign_in: SignIn, complaints: list[str]) -> None:
    page = sign_in()
    first_rows(page)
    intercept(page, "**/_dash-update-component*", lambda route: route.abort())
    page.click("button[data-preset=this_month]")
    expect(page.locator(".figures-failed")).to_be_visible()
    page.unroute("**/_dash-update-component*")
    page.locator(".figures-failed").get_by_role("button", name="Retry").click()
    expect(page.locator(".figures-failed")).to_be_hidden()
    figures_agree_with_rows(page)
    complaints.clear()


def test_hovering_a_tile_tells_what_its_figure_is_made_of(sign_in: SignIn) -> None:
    page = sign_in()
    first_rows(page)
    figures_agree_with_rows(page)
    shown = page.locator(".kpi", has_text="No-show rate")
    expect(shown.locator(".basis")).to_be_hidden()
    shown.hover()
    expect(shown.locator(".basis")).to_be_visible()
    expect(shown.locator(".basis")).to_have_text(re.compile(r"^[\d,]+ missed by either side of [\d,]+ sessions "))


def test_brushing_over_time_selects_the_range(sign_in: SignIn) -> None:
    page = sign_in()
    first_rows(page)
    bars = page.locator("#chart-over-time .barlayer .trace").first.locator(".point")
    expect(bars.nth(11)).to_be_attached()  # 84 days are of 12 weeks on the last day of one, else of 13
    first, last = bars.nth(3).bounding_box(), bars.nth(6).bounding_box()
    assert first
    assert last
    page.mouse.move(first["x"] - 4, first["y"] - 20)
    page.mouse.down()
    page.mouse.move(last["x"] + last["width"] / 2, last["y"] - 30, steps=6)
    page.mouse.move(last["x"] + last["width"] + 3, last["y"] - 30, steps=4)
    page.mouse.up()
    page.wait_for_url("**from=*")
    figures_agree_with_rows(page)
    expect(page.locator("#chart-over-time-title")).to_contain_text("Sessions per day")


def test_a_tile_pressed_by_key_keeps_the_focus_so_that_a_second_press_takes_it_back(sign_in: SignIn) -> None:
    page = sign_in()
    first_rows(page)
    everything = figures_agree_with_rows(page)
    page.get_by_role("button", name="Completion rate").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**status=completed*")
    expect(page.locator(FOOT)).not_to_have_text(re.compile(f"of {everything:,}$"))
    figures_agree_with_rows(page)
    expect(page.get_by_role("button", name="Completion rate")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_function("() => !location.search.includes('status')")
    expect(page.locator(FOOT)).to_have_text(re.compile(f"of {everything:,}$"))
