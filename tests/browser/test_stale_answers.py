"""An answer to an older question never overwrites a newer one's, however late it comes."""

import re
from threading import Event

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import SignIn
from tests.browser.reading import FOOT, figures_agree_with_rows, first_rows


def delay_first(page: Page, address: str, marker: str) -> Event:
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

    page.route(address, hold)
    return released


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
    released = delay_first(page, address, marker)  # type: ignore[arg-type]  # Playwright takes a pattern as well
    page.click("button[data-preset=this_month]")
    page.wait_for_timeout(100)
    page.click("button[data-preset=today]")
    page.wait_for_timeout(1500)
    assert released.is_set()
    page.wait_for_timeout(800)
    today = page.request.get(
        page.url.split("/studio")[0] + "/api/creators/me/sessions", params={"range": "today", "tz": "Europe/Berlin"}
    )
    expect(page.locator(FOOT)).to_have_text(re.compile(f"of {today.json()['pagination']['total']:,}$"))
    figures_agree_with_rows(page)
