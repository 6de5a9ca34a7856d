"""What people do on the page, from sign-in to a recording that plays."""

import re

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import NO_SESSIONS, SignIn
from tests.browser.reading import FOOT, ROWS, choose, figures_agree_with_rows, first_rows, tile, total, wait_until


def first_that_plays(page: Page, server: str) -> str:
    """The newest completed session in the range of a first visit whose recording its store has not lost."""
    asked = "status=completed&range=last_12_weeks&limit=10"
    found = page.request.get(f"{server}/api/creators/me/sessions?{asked}").json()["sessions"]
    plays = (row["id"] for row in found if page.request.get(f"{server}/api/sessions/{row['id']}/recording").ok)
    return str(next(plays))


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
    wait_until(page, lambda: set(page.locator(f"{ROWS} [col-id=st]").all_inner_texts()) == {"JW\nJonas Weber"})

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
    page.locator(f".ag-row[row-id='{first_that_plays(page, server)}'] button.play").click()
    page.wait_for_function("() => document.querySelector('#player-video')?.currentTime > 0.4")
    page.evaluate("() => { document.querySelector('#player-video').currentTime = 45 }")
    page.wait_for_function("() => document.querySelector('#player-video').currentTime > 45.3")


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


def test_a_creator_without_sessions_is_told_so(sign_in: SignIn) -> None:
    page = sign_in(user=NO_SESSIONS)
    expect(page.locator("#grid-state")).to_contain_text("No sessions yet")
    assert tile(page, "Completion rate") == "–"


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
    expect(dialog).to_contain_text("not included in your role.")
    expect(dialog.locator("video")).to_have_count(0)


def test_text_from_the_export_is_shown_as_text(sign_in: SignIn) -> None:
    page = sign_in("/studio/sessions?range=all&student_q=onerror", user="operations", role="operations")
    first_rows(page)
    expect(page.locator(f"{ROWS}[row-index='0'] [col-id=student]")).to_contain_text("<img src=x onerror=alert(1)>")
    assert page.locator("img[src=x]").count() == 0
