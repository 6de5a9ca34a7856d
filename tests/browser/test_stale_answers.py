"""An answer to an older question never overwrites a newer one's, however late it comes."""

import json
import re
from threading import Event

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.conftest import SignIn
from tests.browser.reading import FOOT, figures_agree_with_rows, first_rows, intercept, wait_until


def delay_first(page: Page, address: str | re.Pattern[str], marker: str) -> Event:
    """Hold the first request that holds `marker` until the page has asked again; says when it was let go."""
    held: list[Route] = []
    released = Event()

    def hold(route: Route) -> None:
        text = route.request.url + (route.request.post_data or "")
        if marker in text and not held:
            held.append(route)
            return
        route.continue_()
        if held and not released.is_set():
            page.wait_for_timeout(600)
            held[0].continue_()
            released.set()

    intercept(page, address, hold)
    return released


def delayed(text: str, milliseconds: int) -> str:
    """A script that sends each of the page's requests that holds `text` on its way that much later."""
    return f"""(() => {{
      const send = window.fetch;
      window.fetch = async (...request) => {{
        const holds = (String(request[0]) + String(request[1]?.body)).includes({json.dumps(text)});
        if (holds) await new Promise((resolve) => setTimeout(resolve, {milliseconds}));
        return send(...request);
      }};
    }})()"""


def hold_back(marker: str, route: Route, held: list[Route]) -> None:
    """Keep requests that hold `marker` in `held`, to be let go by hand; the others pass."""
    if marker in (route.request.post_data or ""):
        held.append(route)
    else:
        route.continue_()


@pytest.mark.parametrize(
    ("address", "marker"),
    [
        (re.compile(r"/api/creators/me/sessions\?"), "range=this_month"),
        (re.compile("_dash-update-component"), "range=this_month"),
    ],
    ids=["rows", "figures"],
)
def test_a_late_answer_to_an_older_question_is_dropped(sign_in: SignIn, address: re.Pattern[str], marker: str) -> None:
    page = sign_in()
    first_rows(page)
    released = delay_first(page, address, marker)
    page.click("button[data-preset=this_month]")
    page.wait_for_timeout(100)
    page.click("button[data-preset=today]")
    wait_until(page, released.is_set)
    page.wait_for_timeout(800)
    today = page.request.get(
        page.url.split("/studio")[0] + "/api/creators/me/sessions", params={"range": "today", "tz": "Europe/Berlin"}
    )
    total = today.json()["pagination"]["total"]  # none on some days
    expect(page.locator(FOOT)).to_have_text(re.compile(f"of {total:,}$" if total else "^No sessions$"))
    if total:
        figures_agree_with_rows(page)
    else:
        expect(page.locator(".chips")).to_contain_text("Today")


def test_an_order_chosen_while_rows_are_on_their_way_is_theirs(sign_in: SignIn) -> None:
    page = sign_in()
    first_rows(page)
    page.evaluate(delayed("/sessions?", 700))
    page.click("button[data-preset=this_month]")
    page.wait_for_timeout(200)
    page.click("#grid-sessions .ag-header-cell[col-id=rating]")
    page.wait_for_url("**sort=-rating*")
    page.wait_for_timeout(2500)
    figures_agree_with_rows(page)
    expect(page.locator("#grid-sessions .ag-header-cell[col-id=rating]")).to_have_attribute("aria-sort", "descending")
    query: dict[str, str | float | bool] = {
        "range": "this_month",
        "tz": "Europe/Berlin",
        "sort": "-rating",
        "limit": "1",
    }
    first = page.request.get(page.url.split("/studio")[0] + "/api/creators/me/sessions", params=query).json()
    shown = page.locator("#grid-sessions .ag-row[row-index='0']").first
    expect(shown).to_have_attribute("row-id", first["sessions"][0]["id"])


def test_filters_taken_back_while_their_options_are_on_their_way_stay_away(sign_in: SignIn) -> None:
    page = sign_in()
    first_rows(page)
    listed = page.request.get(page.url.split("/studio")[0] + "/api/creators/me/sessions?limit=1").json()
    course = listed["sessions"][0]["course"]["id"]
    page.add_init_script(delayed("filter-course.options", 1200))
    page.goto(page.url + f"&course_id={course}")
    expect(page.locator(".chip")).to_have_count(2)
    page.click("#filter-reset")
    page.wait_for_timeout(2500)
    assert "course_id" not in page.url
    expect(page.locator(".chip")).to_have_count(1)


def test_a_review_that_comes_when_its_session_is_closed_again_finds_no_place_and_does_no_harm(sign_in: SignIn) -> None:
    page = sign_in("/studio/sessions?status=completed")  # one that is to come has no review
    first_rows(page)
    held: list[Route] = []
    intercept(page, re.compile("_dash-update-component"), lambda route: hold_back("review-panel.children", route, held))
    with page.expect_request(lambda request: "review-panel.children" in (request.post_data or "")):
        page.locator("#grid-sessions .ag-row[row-index='0'] [col-id=scheduled_start]").click()
    with page.expect_response(lambda answer: "detail-body.children" in (answer.request.post_data or "")) as closing:
        page.keyboard.press("Escape")
    assert closing.value.ok
    expect(page.locator("#detail-title")).to_have_count(0)
    with page.expect_response(lambda answer: "review-panel.children" in (answer.request.post_data or "")) as late:
        wait_until(page, lambda: bool(held))
        held[0].continue_()
    assert "review-box" in late.value.text()
    page.click("button[data-preset=today]")
    expect(page.locator(".chips")).to_contain_text("Today")  # where it does harm, nothing is drawn any more


def test_a_way_back_that_something_else_has_overtaken_is_forgotten(sign_in: SignIn) -> None:
    page = sign_in("/studio/sessions?status=cancelled")
    first_rows(page)
    page.evaluate("""() => {
      const page = window.dash_clientside.sessionHistory;
      page.toggleParams({ status: "completed" });
      page.setParams({ status: null });
      page.setParams({ status: "completed" });
      page.toggleParams({ status: "completed" });
    }""")
    assert "status" not in page.url


@pytest.mark.parametrize("kept", ["{", "[null]", "[7]", '[{"colId":"scheduled_start","hide":true}]', None])
def test_whatever_this_browser_kept_the_table_works(sign_in: SignIn, context: BrowserContext, kept: str | None) -> None:
    if kept is None:
        context.add_init_script(
            "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError') } })"
        )
    else:
        script = f"localStorage.setItem('session-history-columns', {json.dumps(kept)})"
        context.add_init_script(script + "; localStorage.setItem('session-history-st-rows', '-7e9')")
    page = sign_in()
    first_rows(page)
    page.locator("#grid-sessions .ag-row[row-index='0'] [col-id=scheduled_start]").click()
    page.wait_for_url("**session=*")
