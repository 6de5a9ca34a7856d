"""The Upcoming tab: a calendar of what is booked, a look at each session, and no way to change one."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import ELENA, NO_SESSIONS, SignIn
from tests.browser.reading import first_rows, intercept

BERLIN = ZoneInfo("Europe/Berlin")
COMING = "[data-coming]"
UPCOMING = "/studio/sessions?tab=upcoming"


def coming(page: Page, server: str, **asked: str) -> list[dict[str, Any]]:
    """All that is to come, as REST lists it."""
    found: list[dict[str, Any]] = []
    while True:
        query: dict[str, str | float | bool] = {"limit": 500, "page": len(found) // 500 + 1, **asked}
        answer = page.request.get(f"{server}/api/creators/me/sessions/upcoming", params=query).json()
        found += answer["sessions"]
        if not answer["pagination"]["has_more"]:
            return found


def start_of(row: dict[str, Any], zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(row["scheduled_start"]).astimezone(zone)


def quick(page: Page, session_id: str) -> str:
    page.locator(f"[data-coming='{session_id}']").first.click()
    expect(page.locator(".quick")).to_be_visible()
    return page.inner_text(".quick")


def test_the_tab_opens_a_calendar_whose_script_no_other_visit_reads(sign_in: SignIn) -> None:
    page = sign_in()
    first_rows(page)
    scripts = "() => performance.getEntriesByType('resource').filter((one) => one.name.includes('fullcalendar')).length"
    assert page.evaluate(scripts) == 0
    page.get_by_role("button", name="Upcoming").click()
    page.wait_for_url("**tab=upcoming*")
    page.wait_for_selector(COMING)
    assert page.evaluate(scripts) == 1
    page.go_back()
    first_rows(page)
    expect(page.locator(".view-upcoming")).to_be_hidden()


def test_the_list_holds_exactly_what_rest_lists_at_the_viewers_times(sign_in: SignIn, server: str) -> None:
    page = sign_in(f"{UPCOMING}&view=list")
    page.wait_for_selector(COMING)
    today = datetime.now(BERLIN).date()
    listed = [row for row in coming(page, server) if today <= start_of(row).date() < today + timedelta(days=28)]
    assert len(listed) > 10
    expect(page.locator(COMING)).to_have_count(len(listed))
    shown = dict(page.eval_on_selector_all(COMING, "all => all.map((one) => [one.dataset.coming, one.innerText])"))
    for row in listed:
        assert shown[row["id"]].startswith(f"{start_of(row):%H:%M}")
        assert all(row[part]["name"] in shown[row["id"]] for part in ("st", "student"))


@pytest.mark.parametrize("zone", ["America/St_Johns", "Asia/Kathmandu", "Pacific/Kiritimati"])
def test_times_are_those_of_the_zone_in_the_address(sign_in: SignIn, server: str, zone: str) -> None:
    page = sign_in(f"{UPCOMING}&view=list&tz={zone}")
    page.wait_for_selector(COMING)
    row = coming(page, server)[3]
    expect(page.locator(f"[data-coming='{row['id']}']").first).to_contain_text(f"{start_of(row, ZoneInfo(zone)):%H:%M}")
    assert f"{start_of(row, ZoneInfo(zone)):%H:%M}" in quick(page, row["id"])


def test_a_look_at_a_session_says_who_when_which_course_and_how_soon(sign_in: SignIn, server: str) -> None:
    page = sign_in(f"{UPCOMING}&view=list")
    page.wait_for_selector(COMING)
    row = next(one for one in coming(page, server) if start_of(one) > datetime.now(UTC) + timedelta(minutes=5))
    words = quick(page, row["id"])
    assert all(name in words for name in (row["st"]["name"], row["student"]["name"], row["course"]["title"]))
    assert re.search(r"in \d+ (min|h|days)", words)
    assert {button.lower() for button in page.locator(".quick button, .quick .btn-plain").all_inner_texts()} == {
        "✕", "open session", "message st",
    }  # fmt: skip
    page.keyboard.press("Escape")
    expect(page.locator(".quick")).to_be_hidden()


def test_month_week_and_list_are_in_the_address_and_survive_reload(sign_in: SignIn) -> None:
    page = sign_in(UPCOMING)
    page.wait_for_selector(COMING)
    for button, name in (("Week", "week"), ("List", "list")):
        page.get_by_role("button", name=button, exact=True).click()
        page.wait_for_url(f"**view={name}*")
    before = page.inner_text(".fc-toolbar-title")
    page.locator(".fc-next-button").click()
    page.wait_for_url("**day=*")
    expect(page.locator(".fc-toolbar-title")).not_to_have_text(before)
    title = page.inner_text(".fc-toolbar-title")
    page.reload()
    expect(page.locator(".fc-toolbar-title")).to_have_text(title)


def test_a_week_shows_whole_lines_of_its_sessions_only(sign_in: SignIn) -> None:
    page = sign_in(f"{UPCOMING}&view=week&day={date.today() + timedelta(days=7)}", user="operations", role="operations")
    page.wait_for_selector(f".fc-timegrid-event{COMING}")
    cut = page.eval_on_selector_all(
        ".fc-timegrid-event .event-line",
        """(lines) => lines
            .map((line) => [line, line.closest(".fc-timegrid-event")].map((one) => one.getBoundingClientRect().bottom))
            .filter(([words, box]) => words > box + 1)""",
    )
    assert cut == []


def test_the_calendar_is_walked_by_keyboard(sign_in: SignIn) -> None:
    page = sign_in(f"{UPCOMING}&view=list")
    page.wait_for_selector(COMING)
    page.locator(f"{COMING} button").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".quick")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".quick")).to_be_hidden()
    assert page.evaluate("document.activeElement.closest('[data-coming]') !== null")


def test_filters_hold_for_what_is_to_come_and_those_of_the_past_are_away(sign_in: SignIn, server: str) -> None:
    page = sign_in(f"{UPCOMING}&view=list&status=completed&range=today")
    page.wait_for_selector(COMING)
    st = coming(page, server)[0]["st"]
    expect(page.locator("#filter-status")).to_be_hidden()
    expect(page.locator(".chip:visible")).to_have_count(0)
    expect(page.locator("#filter-reset")).to_be_hidden()
    page.evaluate("(id) => window.dash_clientside.sessionHistory.setParams({ st_id: id })", st["id"])
    expect(page.locator(".chip:visible")).to_have_count(1)
    expect(page.locator("#filter-reset")).to_be_visible()
    expected = len(coming(page, server, st_id=st["id"]))
    expect(page.locator("#upcoming-summary")).to_contain_text(f"{expected} coming session")
    page.wait_for_function(
        "(name) => [...document.querySelectorAll('[data-coming]')].every((one) => one.innerText.includes(name))",
        arg=st["name"],
    )


def test_double_bookings_and_idle_student_teachers_are_those_that_rest_names(sign_in: SignIn, server: str) -> None:
    page = sign_in(UPCOMING, user="operations", role="operations")
    expect(page.locator("#upcoming-notes h2")).to_have_count(2)
    overview = page.request.get(f"{server}/api/creators/all/sessions/upcoming/overview").json()
    notes = page.text_content("#upcoming-notes") or ""
    for group in overview["conflict_groups"]:
        assert group["st"]["name"] in notes
    for idle in overview["idle_sts"]:
        assert idle["st"]["name"] in notes
    assert overview["idle_sts"]
    expect(page.locator("[data-feed]")).to_have_count(0)


def test_a_feed_is_made_read_without_sign_in_and_revoked(sign_in: SignIn, browser: Browser) -> None:
    page = sign_in(UPCOMING)
    page.get_by_role("button", name="Subscribe").click()
    page.get_by_role("button", name="Make a link").click()
    address = page.get_by_label("Link").input_value()
    elsewhere = browser.new_context().request
    calendar = elsewhere.get(address)
    assert calendar.status == 200
    assert "BEGIN:VEVENT" in calendar.text()
    page.get_by_role("button", name="Revoke").first.click()
    expect(page.get_by_role("button", name="Revoke")).to_have_count(0)
    assert elsewhere.get(address).status == 404
    page.get_by_role("button", name="Close").click()
    expect(page.locator(".feed")).to_be_hidden()


def test_a_creator_with_nothing_booked_sees_an_empty_calendar_that_says_so(sign_in: SignIn) -> None:
    page = sign_in(f"{UPCOMING}&view=list", user=NO_SESSIONS)
    expect(page.locator("#upcoming-summary")).to_have_text("Nothing is booked")
    expect(page.locator(".calendar")).to_contain_text("Nothing booked in these days")


def test_a_calendar_that_cannot_be_read_says_so_and_retry_reads_it(sign_in: SignIn, complaints: list[str]) -> None:
    page = sign_in()
    first_rows(page)
    intercept(page, "**/dash_fullcalendar.min.js*", lambda route: route.abort())
    page.get_by_role("button", name="Upcoming").click()
    expect(page.locator(".calendar-note")).to_contain_text("Unable to load the calendar.")
    page.unroute_all()
    intercept(page, "**/sessions/upcoming?*", lambda route: route.abort())
    page.locator(".calendar-note button").click()
    expect(page.locator(".calendar-note")).to_contain_text("Unable to load sessions.")
    page.unroute_all()
    page.locator(".calendar-note button").click()
    page.wait_for_selector(COMING)
    expect(page.locator(".calendar-note")).to_have_text("")
    complaints.clear()


def test_more_sessions_than_can_be_drawn_are_counted_by_day(sign_in: SignIn, server: str) -> None:
    page = sign_in(user=ELENA)
    first_rows(page)
    page.route(re.compile(r"/sessions/upcoming\?"), _as_if_many)
    page.goto(f"{server}{UPCOMING}")
    expect(page.locator(".calendar-note")).to_contain_text("each day shows how many")
    days = page.request.get(f"{server}/api/creators/me/sessions/upcoming/overview?tz=Europe/Berlin").json()["days"]
    first = page.locator(f"[data-coming='day-{days[0]['day']}']")
    expect(first).to_have_text(re.compile(rf"^{days[0]['sessions']} sessions?$"))
    page.unroute_all()
    first.click()
    page.wait_for_url("**view=day*")
    expect(page.locator(COMING)).to_have_count(days[0]["sessions"])


def _as_if_many(route: Any) -> None:
    answer = route.fetch()
    body = answer.json()
    body["pagination"] |= {"total": 5_000, "has_more": True}
    route.fulfill(response=answer, json=body)


@pytest.mark.parametrize("odd", ["view=constructor", "view=__proto__", "day=2026-02-31", "day=9999-12-31", "day=x"])
def test_an_odd_view_or_day_in_the_address_is_the_usual_one(sign_in: SignIn, odd: str) -> None:
    page = sign_in(f"{UPCOMING}&{odd}")
    page.wait_for_selector(COMING)
    expect(page.locator(".fc-button-active")).to_have_text("Month")


def test_a_zone_that_there_is_not_is_named_and_the_other_tab_goes_on(sign_in: SignIn, complaints: list[str]) -> None:
    page = sign_in(f"{UPCOMING}&tz=Mars/Olympus")
    expect(page.locator("#upcoming-notes")).to_contain_text("not an IANA time zone")
    page.evaluate("window.dash_clientside.sessionHistory.setParams({ tz: 'Europe/Berlin' })")
    page.wait_for_selector(COMING)
    complaints.clear()


def test_a_student_teacher_that_there_is_not_is_named_without_a_useless_retry(
    sign_in: SignIn, complaints: list[str]
) -> None:
    page = sign_in(f"{UPCOMING}&st_id=usr_nope")
    expect(page.locator("#upcoming-notes")).to_contain_text("usr_nope")
    expect(page.locator(".calendar-note")).to_have_text("These filters cannot be applied.")
    page.locator("#filter-reset").click()
    page.wait_for_selector(COMING)
    complaints.clear()


def test_the_rest_of_a_full_day_is_a_list_that_the_keyboard_reaches(sign_in: SignIn) -> None:
    page = sign_in(UPCOMING)
    page.wait_for_selector(COMING)
    page.locator(".fc-more-link").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**view=day*")
    expect(page.locator(".fc-toolbar-title")).to_be_focused()
    page.keyboard.press("Tab")
    page.wait_for_selector(f".fc-list {COMING}")


def test_a_session_opened_from_the_calendar_has_no_place_in_the_table(sign_in: SignIn) -> None:
    page = sign_in(f"{UPCOMING}&view=list")
    page.wait_for_selector(COMING)
    page.locator(f"{COMING} button").last.click()
    page.get_by_role("button", name="Open session").click()
    dialog = page.locator(".detail")
    expect(dialog).to_contain_text("This session has not taken place yet.")
    expect(dialog.locator("[data-step]")).to_have_count(0)
    dialog.locator("[data-close]:visible").click()
    expect(dialog).to_be_hidden()
    assert "tab=upcoming" in page.url


def test_links_are_made_one_at_a_time(sign_in: SignIn) -> None:
    page = sign_in(UPCOMING)
    page.get_by_role("button", name="Subscribe").click()
    make = page.get_by_role("button", name="Make a link")
    expect(make).to_be_enabled()
    make.evaluate("(button) => { for (let n = 0; n < 5; n += 1) button.click() }")
    expect(page.get_by_label("Link")).to_be_focused()
    expect(page.get_by_role("button", name="Revoke")).to_have_count(1)
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("button", name="Revoke")).to_have_count(0)


def test_no_name_becomes_part_of_every_object(sign_in: SignIn) -> None:
    page = sign_in()
    first_rows(page)
    assert page.evaluate("() => { const some = {}; some['__proto__'] = { x: 1 }; return some.x === undefined }")
    assert page.evaluate("() => { const found = []; for (const name in {}) found.push(name); return found }") == []
