"""What people do on the page, from sign-in to a recording that plays."""

import re

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import NO_SESSIONS, THREE_SESSIONS, SignIn

ROWS = "#grid-sessions .ag-center-cols-container .ag-row"
BY_ST = "#by-st-table"
FOOT = "#grid-foot"
AGREE = """() => {
  const rows = /of ([\\d,]+)$/.exec(document.querySelector('#grid-foot')?.textContent)?.[1];
  return rows && rows === document.querySelector('.kpi .v')?.textContent;
}"""


def first_rows(page: Page) -> None:
    page.wait_for_selector(f"{ROWS}[row-index='0'] .num")


def total(page: Page) -> int:
    """The grid's own count, once it has one."""
    expect(page.locator(FOOT)).to_have_text(re.compile(r"of [\d,]+$"))
    return int(page.inner_text(FOOT).rpartition("of ")[2].replace(",", ""))


def tile(page: Page, label: str) -> str:
    value = page.locator(".kpi:not(.loading)", has=page.locator(".l", has_text=label)).locator(".v")
    return value.inner_text()


def figures_agree_with_rows(page: Page) -> int:
    """Figures and rows come by two requests: both are there once they agree. How many they are."""
    page.wait_for_function(AGREE)
    return total(page)


def choose(page: Page, control: str, text: str) -> None:
    page.click(control)
    page.locator(".dash-dropdown-content").get_by_text(text).first.click()
    page.keyboard.press("Escape")


def test_a_newcomer_signs_in_filters_scrolls_to_the_end_and_watches_a_recording(
    context: BrowserContext, server: str, sign_in: SignIn
) -> None:
    page = context.new_page()
    page.goto(f"{server}/studio/sessions")
    page.get_by_role("button", name=re.compile("Elena Marchetti")).click()
    page.wait_for_url("**/studio/sessions?tz=Europe%2FBerlin")
    first_rows(page)
    everything = total(page)

    choose(page, "#filter-course", "Intro to Statistics")
    page.wait_for_url("**course_id=*")
    choose(page, "#filter-st", "Jonas Weber")
    page.wait_for_url("**st_id=*")
    expect(page.locator(FOOT)).not_to_have_text(re.compile(f"of {everything:,}$"))
    page.wait_for_function("() => document.querySelectorAll('.ag-row .person').length > 0")
    assert figures_agree_with_rows(page) < everything
    assert set(page.locator(f"{ROWS} [col-id=st]").all_inner_texts()) == {"JW\nJonas Weber"}

    page.click("#filter-reset")
    expect(page.locator(FOOT)).to_have_text(re.compile(f"of {everything:,}$"))
    page.click("#range-custom")
    page.get_by_role("button", name="All time").click()
    page.wait_for_url("**range=all*")
    expect(page.locator(FOOT)).not_to_have_text(re.compile(f"of {everything:,}$"))
    first_rows(page)
    last = total(page) - 1
    page.evaluate(f"window.dash_ag_grid.getApi('grid-sessions').ensureIndexVisible({last})")
    page.wait_for_selector(f"{ROWS}[row-index='{last}'] .num")

    page.goto(f"{server}/studio/sessions?status=completed")
    first_rows(page)
    page.locator(f"{ROWS} button.play").first.click()
    page.wait_for_function("() => document.querySelector('#player-video')?.currentTime > 0.4")
    page.evaluate("() => { document.querySelector('#player-video').currentTime = 45 }")
    page.wait_for_function("() => document.querySelector('#player-video').currentTime > 45.3")


def test_the_figures_and_the_rows_of_a_search_agree(sign_in: SignIn) -> None:
    page = sign_in("/studio/sessions?range=all")
    first_rows(page)
    everything = total(page)
    sought = page.locator(f"{ROWS}[row-index='0'] [col-id=student] a").inner_text()
    page.fill("#filter-student", sought.upper())
    page.wait_for_url("**student_q=*")
    expect(page.locator(FOOT)).not_to_have_text(re.compile(f"of {everything:,}$"))
    figures_agree_with_rows(page)
    assert set(page.locator(f"{ROWS} [col-id=student] a").all_inner_texts()) == {sought}


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
    page.locator(f"{BY_ST} [col-id=name][role=columnheader]").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    expect(page.locator(f"{BY_ST} .ag-row[row-index='{there_are - 1}']")).to_be_visible()
    expect(page.locator(f"{BY_ST} .ticks span").first).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**st_id=*")


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


def test_figures_that_fail_to_load_are_not_left_standing_as_new(sign_in: SignIn, complaints: list[str]) -> None:
    page = sign_in()
    first_rows(page)
    page.route("**/_dash-update-component*", lambda route: route.abort())
    page.click("button[data-preset=this_month]")
    expect(page.locator(".figures-failed")).to_be_visible()
    page.unroute("**/_dash-update-component*")
    page.locator(".figures-failed").get_by_role("button", name="Retry").click()
    expect(page.locator(".figures-failed")).to_be_hidden()
    figures_agree_with_rows(page)
    complaints.clear()


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


def test_a_tile_opens_its_rows_and_a_second_click_takes_it_back(sign_in: SignIn) -> None:
    page = sign_in("/studio/sessions?status=completed&status=no_show")
    first_rows(page)
    before = page.url
    page.get_by_role("button", name="No-show rate").click()
    page.wait_for_function("() => new URLSearchParams(location.search).getAll('status').join() === 'no_show'")
    figures_agree_with_rows(page)
    expect(page.locator(".chip")).to_contain_text(["Last 12 weeks", "No-show"])
    page.get_by_role("button", name="No-show rate").click()
    page.wait_for_function("() => new URLSearchParams(location.search).getAll('status').length === 2")
    assert sorted(page.url.split("?")[1].split("&")) == sorted(before.split("?")[1].split("&"))


def test_a_chip_can_be_taken_away(sign_in: SignIn) -> None:
    page = sign_in("/studio/sessions?flag=low_rating&flag=dispute&range=all&rating_max=3")
    first_rows(page)
    expect(page.locator(".chip")).to_contain_text(["All time", "Rated 1 to 3 ★", "Low rating", "Dispute"])
    page.get_by_role("button", name="Remove Low rating").click()
    page.wait_for_function("() => new URLSearchParams(location.search).getAll('flag').join() === 'dispute'")
    page.get_by_role("button", name="Remove Rated 1 to 3 ★").click()
    page.wait_for_function("() => !location.search.includes('rating_max')")
    figures_agree_with_rows(page)


def test_the_theme_is_chosen_and_kept(sign_in: SignIn) -> None:
    page = sign_in()
    first_rows(page)
    theme = page.locator("html")
    for choice, shown in (("light", "light"), ("dark", "dark")):
        page.locator(".theme-choice").click()
        expect(theme).to_have_attribute("data-theme-choice", choice)
        expect(theme).to_have_attribute("data-bs-theme", shown)
    page.reload()
    expect(theme).to_have_attribute("data-bs-theme", "dark")
    page.wait_for_function(
        "() => document.querySelector('#chart-over-time .xtick text')?.style.fill === 'rgb(147, 160, 175)'"
    )


def test_sorting_asks_the_server(sign_in: SignIn) -> None:
    page = sign_in("/studio/sessions?range=all&rated=true")
    first_rows(page)
    page.click(".ag-header-cell[col-id=rating]")
    page.wait_for_selector(f"{ROWS}[row-index='0'] [aria-label='5 of 5']")
    page.click(".ag-header-cell[col-id=rating]")
    page.wait_for_selector(f"{ROWS}[row-index='0'] [aria-label='1 of 5']")


def test_a_creator_without_sessions_is_told_so(sign_in: SignIn) -> None:
    page = sign_in(user=NO_SESSIONS)
    expect(page.locator("#page-error")).to_contain_text("No sessions yet")
    assert tile(page, "Completion rate") == "–"


def test_three_sessions_make_no_ranking(sign_in: SignIn) -> None:
    page = sign_in("/studio/sessions?range=all", user=THREE_SESSIONS)
    ratings = page.locator(f"{BY_ST} .ag-cell[col-id=shrunk]")
    expect(ratings.first).to_have_text(re.compile("few ratings|no ratings"))
    assert all(re.search("few ratings|no ratings", words) for words in ratings.all_inner_texts())
    assert page.locator(f"{BY_ST} [style*='--nosh']").count() == 0
    assert tile(page, "Sessions") == "3"


def test_a_filter_that_cannot_be_is_named(sign_in: SignIn, complaints: list[str]) -> None:
    page = sign_in("/studio/sessions?from=yesterday")
    expect(page.locator("#page-error")).to_contain_text("from: 'yesterday' is neither a date")
    page.click("#filter-reset")
    first_rows(page)
    expect(page.locator("#page-error")).to_be_empty()
    complaints.clear()


def test_staff_see_all_creators_or_one(sign_in: SignIn) -> None:
    page = sign_in(user="operations", role="operations")
    first_rows(page)
    everyone = total(page)
    page.click("#header-creator")
    page.locator(".dash-dropdown-content .dash-dropdown-option").nth(2).click()
    page.wait_for_url("**creator=usr_00000002*")
    expect(page.locator(FOOT)).not_to_have_text(re.compile(f"of {everyone:,}$"))
    assert figures_agree_with_rows(page) < everyone


def test_an_analyst_gets_no_recording_comment_or_note(sign_in: SignIn) -> None:
    page = sign_in("/studio/sessions?status=completed&rated=true", user="analyst", role="analyst")
    first_rows(page)
    page.locator(f"{ROWS}[row-index='0'] [col-id=duration]").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Your role does not include recordings")
    expect(dialog).to_contain_text("Not included in your role.")
    expect(dialog.locator("video")).to_have_count(0)


def test_text_from_the_export_is_shown_as_text(sign_in: SignIn) -> None:
    page = sign_in("/studio/sessions?range=all&student_q=onerror", user="operations", role="operations")
    first_rows(page)
    expect(page.locator(f"{ROWS}[row-index='0'] [col-id=student]")).to_contain_text("<img src=x onerror=alert(1)>")
    assert page.locator("img[src=x]").count() == 0


def test_rows_that_fail_to_load_can_be_asked_for_again(sign_in: SignIn, complaints: list[str]) -> None:
    page = sign_in()
    first_rows(page)
    page.route("**/api/creators/me/sessions?*", lambda route: route.abort())
    page.click("button[data-preset=this_month]")
    expect(page.locator(FOOT)).to_contain_text("Unable to load sessions.")
    page.unroute("**/api/creators/me/sessions?*")
    page.locator(FOOT).get_by_role("button", name="Retry").click()
    first_rows(page)
    assert total(page) > 0
    complaints.clear()
