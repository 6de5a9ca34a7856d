"""What the page tells of a visit: each event once, with its data and no more; and that nothing hangs on it."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ELENA, NO_SESSIONS, SignIn
from tests.browser.reading import FOOT, ROWS, figures_agree_with_rows, first_rows, wait_until
from tests.browser.test_journeys import first_that_plays
from tests.servers.app import running_app
from tests.serving import wait_for

PLAYING = "() => document.querySelector('#player-video')?.currentTime > 0.3"
WORDS = "li"
Told = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Site:
    """A server of its own, and the store that it writes."""

    address: str
    store: Path

    def told(self, since: int = 0, count: int = 0) -> list[Told]:
        """The events after the first `since`, once there are `count` of them."""
        wait_for(lambda: len(self.rows("name")) >= since + count)
        return [(name, json.loads(data)) for name, data in self.rows("name, data")[since:]]

    def rows(self, columns: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.store)) as connection:
            return connection.execute(f"SELECT {columns} FROM events ORDER BY number").fetchall()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("events")
    with running_app(folder, {"SESSIONS_DEMO_SESSIONS": "6000"}) as address:
        yield Site(address, folder / "store.sqlite")


def opened(sign_in: SignIn, site: Site, path: str = "/studio/sessions") -> tuple[Page, int]:
    """The page once it has told that it was seen, and how many events there are by then."""
    before = len(site.told())
    page = sign_in(path, at=site.address)
    first_rows(page)
    return page, before + len(site.told(before, 1))


def pause(page: Page) -> None:
    """So long that whatever else there is to tell has been told."""
    page.wait_for_timeout(1_600)


def test_a_visit_is_told_event_by_event_without_its_search_words(sign_in: SignIn, site: Site) -> None:
    page = sign_in(f"/studio/sessions?status=completed&student_q={WORDS}", at=site.address)
    first_rows(page)
    found = figures_agree_with_rows(page)
    page.fill("#filter-student", "ar")
    page.wait_for_url("**student_q=ar*")
    figures_agree_with_rows(page)
    page.click("#filter-reset")
    page.wait_for_function("() => !location.search.includes('status')")
    page.click("button[data-preset=this_month]")
    page.wait_for_url("**range=this_month*")
    session = first_that_plays(page, site.address)
    page.evaluate(f"window.dash_clientside.sessionHistory.openSession('{session}')")
    page.click(f".player[data-session='{session}'] #player-play")
    page.wait_for_function(PLAYING)
    pause(page)
    state = {"status": ["completed"], "student_q": True, "range": "last_12_weeks"}
    assert site.told(0, 7) == [
        ("page_view", {"session_count": found, "filter_state": state}),
        ("filter_applied", {"filter_type": "student_q", "value": None}),
        ("filter_applied", {"filter_type": "student_q", "value": None}),
        ("filter_applied", {"filter_type": "status", "value": None}),
        ("filter_applied", {"filter_type": "range", "value": "this_month"}),
        ("session_viewed", {"session_id": session}),
        ("recording_played", {"session_id": session}),
    ]
    kept = site.rows("*")
    assert set(site.rows("viewer_id, role")) == {(ELENA, "creator")}
    assert not [word for word in (WORDS, "ar", "Elena", "Marchetti") if f'"{word}' in repr(kept)]


def test_a_link_to_a_session_tells_the_session_and_the_page_and_back_tells_nothing_twice(
    sign_in: SignIn, site: Site
) -> None:
    page, since = opened(sign_in, site)
    session = first_that_plays(page, site.address)
    page.goto(f"{site.address}/studio/sessions?session={session}&range=all&flag=dispute&flag=low_rating&rating_max=3")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.wait_for_function("() => window.dash_clientside.sessionHistory.rowCount >= 0")
    count = page.evaluate("() => window.dash_clientside.sessionHistory.rowCount")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.click("button[data-preset=this_month]")
    page.wait_for_url("**range=this_month*")
    page.go_back()
    page.wait_for_url("**range=all*")
    pause(page)
    state = {"range": "all", "flag": ["dispute", "low_rating"], "rating_max": 3}
    assert sorted(site.told(since, 3), key=str) == [
        ("filter_applied", {"filter_type": "range", "value": "this_month"}),
        ("page_view", {"session_count": count, "filter_state": state}),
        ("session_viewed", {"session_id": session}),
    ]


def test_several_values_are_told_as_a_list_and_a_chip_as_what_is_left(sign_in: SignIn, site: Site) -> None:
    page, since = opened(sign_in, site, "/studio/sessions?flag=low_rating&flag=dispute&range=all&rating_max=3")
    page.get_by_role("button", name="Remove Low rating").click()
    page.wait_for_function("() => new URLSearchParams(location.search).getAll('flag').join() === 'dispute'")
    pause(page)
    assert site.told(since, 1) == [("filter_applied", {"filter_type": "flag", "value": ["dispute"]})]


def test_a_creator_without_sessions_has_seen_the_page_too(sign_in: SignIn, site: Site) -> None:
    since = len(site.told())
    page = sign_in(user=NO_SESSIONS, at=site.address)
    expect(page.locator("#grid-state")).to_contain_text("No sessions yet")
    pause(page)
    state = {"range": "last_12_weeks"}
    assert site.told(since, 1) == [("page_view", {"session_count": 0, "filter_state": state})]


def test_what_was_not_told_yet_is_told_when_the_page_is_left(sign_in: SignIn, site: Site) -> None:
    since = len(site.told())
    page = sign_in(at=site.address)
    first_rows(page)
    page.evaluate("window.dash_clientside.sessionHistory.record('session_viewed', { session_id: 'last' })")
    page.goto("about:blank")
    assert site.told(since, 2)[-1] == ("session_viewed", {"session_id": "last"})


def test_no_more_is_told_at_once_than_the_server_takes(sign_in: SignIn, site: Site) -> None:
    page, since = opened(sign_in, site)
    told: list[int] = []
    page.on("request", lambda sent: told.append(sent.post_data.count("session_viewed")) if sent.post_data else None)
    page.evaluate("""() => {
      const page = window.dash_clientside.sessionHistory;
      for (let n = 0; n < 50; n += 1) page.record('session_viewed', { session_id: `s${n}` });
    }""")
    kept = site.told(since, 50)
    pause(page)
    assert [count for count in told if count] == [20, 20, 10]
    assert {data["session_id"] for _, data in kept} == {f"s{n}" for n in range(50)}


def use(page: Page, site: Site) -> None:
    """Filter, open a session and play it."""
    first_rows(page)
    page.click("button[data-preset=this_month]")
    page.wait_for_url("**range=this_month*")
    figures_agree_with_rows(page)
    session = first_that_plays(page, site.address)
    page.evaluate(f"window.dash_clientside.sessionHistory.openSession('{session}')")
    page.click(f".player[data-session='{session}'] #player-play")
    page.wait_for_function(PLAYING)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.click("#filter-reset")
    expect(page.locator(FOOT)).to_contain_text("of")
    page.wait_for_selector(f"{ROWS}[row-index='0'] .num")


@pytest.mark.parametrize("status", [0, 422, 503])
def test_the_page_works_where_nobody_takes_events_and_asks_once_more_at_most(
    sign_in: SignIn, site: Site, complaints: list[str], status: int
) -> None:
    page = sign_in(at=site.address)
    address = page.url
    page.goto("about:blank")  # what the first page still had to send it does not send twice
    sent: list[str] = []
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: sent.append(request.post_data or "") if "/api/events" in request.url else None)
    page.route("**/api/events", lambda route: route.fulfill(status=status) if status else route.abort())
    page.goto(address)
    use(page, site)
    page.evaluate("() => window.dispatchEvent(new Event('pagehide'))")
    tries = 1 if status == 422 else 2
    wait_until(page, lambda: all(sent.count(body) >= tries for body in sent))
    pause(page)
    assert errors == []
    assert all(complaint.startswith("error: Failed to load resource") for complaint in complaints), complaints
    assert {sent.count(body) for body in sent} == {tries}
    complaints.clear()
