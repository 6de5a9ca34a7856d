"""A session's review in its detail: decided by keys, told with who and when, taken back, and never silently lost."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser import conftest
from tests.browser.reading import intercept
from tests.browser.review_site import SHOWS, Site, open_session, plays, queue, shown
from tests.servers.app import running_app

OPERATIONS = {"user": "operations", "role": "operations"}
QUEUE = "/studio/sessions?tab=review&range=all"
PANEL = "#review-panel .review-box"
TOLD = ".decided"
HOSTILE = "<img src=x onerror=alert(1)>"
PLAYED = "() => document.querySelector('#player-video')?.currentTime > 0.3"
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("review")
    with running_app(folder, {"SESSIONS_DEMO_SESSIONS": "20000"}) as address:
        yield Site(address, folder)


@pytest.fixture
def maria(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    context = site.as_maria(browser.new_context(timezone_id="Europe/Berlin", locale="en-GB"))
    yield context
    context.close()


@pytest.fixture
def open_page(sign_in: conftest.SignIn, site: Site) -> Open:
    def opened(path: str = QUEUE, **who: str) -> Page:
        return sign_in(path, at=site.address, **(who or OPERATIONS))

    return opened


def answer_lost(route: Route) -> None:
    """The server does what was asked; the network fails before it can say so."""
    route.fetch()
    route.abort()


def test_operations_watch_and_decide_one_after_another_by_keys_alone(open_page: Open, site: Site) -> None:
    page = open_page()
    page.wait_for_selector("#grid-reviews .ag-row")
    first, second, third = (row["id"] for row in queue(page, site)[:3])
    page.keyboard.press("g")
    page.wait_for_function("() => document.activeElement.matches('#grid-reviews .ag-cell')")
    page.keyboard.press("Enter")
    shown(page, first)
    expect(page.locator(".queue-steps")).to_contain_text(re.compile("^1 of "))
    page.keyboard.press("u")
    expect(page.locator(PANEL)).to_contain_text("Under review by Operations")
    page.keyboard.press("r")
    page.keyboard.press("2")
    page.keyboard.press("Tab")
    page.keyboard.type("Repeated on Monday")
    page.keyboard.press("Control+Enter")
    shown(page, second)
    expect(page.locator(TOLD)).to_contain_text("1 session resolved.")
    page.keyboard.press("d")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    shown(page, third)
    page.keyboard.press("Escape")
    expect(page.locator(".detail")).to_have_count(0)
    assert site.entries(first) == [
        (1, "under_review", "under_review", None, None, "operations"),
        (2, "resolve", "resolved", "repeated", "Repeated on Monday", "operations"),
    ]
    assert site.entries(second) == [(1, "dismiss", "dismissed", "unfounded", None, "operations")]
    assert site.entries(third) == []


def test_z_takes_the_last_decision_back_and_leads_back_to_it(open_page: Open, site: Site) -> None:
    page = open_page()
    session = queue(page, site)[0]["id"]
    open_session(page, site, session, "&tab=review")
    expect(page.locator(".queue-steps")).to_contain_text("of")
    page.keyboard.press("r")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.wait_for_function(f"() => !location.search.includes('{session}')")
    page.keyboard.press("z")
    shown(page, session)
    expect(page.locator(TOLD)).to_contain_text("1 decision taken back.")
    page.locator(".review-history summary").click()
    expect(page.locator(".review-history .undone s")).to_have_text(re.compile("^Resolved – Refunded$"))
    assert [row[:3] for row in site.entries(session)] == [(1, "resolve", "resolved"), (2, "undo", "new")]


def test_whoever_is_second_is_told_who_was_first_and_keeps_what_they_wrote(
    open_page: Open, site: Site, maria: BrowserContext
) -> None:
    page = open_page()
    row = queue(page, site)[0]
    open_session(page, site, row["id"])
    page.keyboard.press("r")
    page.keyboard.press("1")
    page.fill(".decision textarea", "My own view of it")
    seen = {"session_id": row["id"], "version": row["version"], "evidence": row["evidence"]}
    wish = {"action": "resolve", "outcome": "settled", "items": [seen]}
    assert maria.request.post(f"{site.address}/api/reviews", data=wish).json()["conflicts"] == []
    page.keyboard.press("Control+Enter")
    expect(page.locator(TOLD)).to_contain_text(
        re.compile(r"Maria Lopez was first: resolved at \d\d:\d\d\. Look again\.")
    )
    expect(page.locator(PANEL)).to_contain_text("Resolved – Settled between them by Maria Lopez")
    assert site.entries(row["id"])[-1][-1] == "maria"
    page.keyboard.press("u")
    expect(page.locator(PANEL)).to_contain_text("Under review by Operations")
    page.keyboard.press("r")
    expect(page.locator(".decision textarea")).to_have_value("My own view of it")


def test_both_words_are_shown_where_the_export_says_another(open_page: Open, site: Site) -> None:
    page = open_page()
    row = next(row for row in queue(page, site, reason="dispute") if row["dispute_status"] == "open")
    open_session(page, site, row["id"])
    page.keyboard.press("d")
    expect(page.locator(".decision h2")).to_have_text("Reject the dispute")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".decision .problem")).to_have_text("Outcome: choose one.")
    page.keyboard.press("2")
    page.keyboard.press("Control+Enter")
    expect(page.locator(PANEL)).to_contain_text("Decided here: Rejected – Unfounded. The platform's export says: Open.")
    expect(page.locator(TOLD)).to_contain_text("Dispute rejected.")
    assert site.entries(row["id"])[-1][2:4] == ("dismissed", "unfounded")


def test_a_creator_flags_a_session_and_sees_who_decided_what_and_when(
    open_page: Open, site: Site, maria: BrowserContext
) -> None:
    page = open_page("/studio/sessions", user=conftest.ELENA, role="creator")
    asked: dict[str, str | float | bool] = {"status": "completed", "rating_min": "5", "range": "all", "limit": "100"}
    rows = page.request.get(f"{site.address}/api/creators/me/sessions", params=asked).json()["sessions"]
    reviews = ((row["id"], page.request.get(f"{site.address}/api/sessions/{row['id']}/review").json()) for row in rows)
    session = next(id_ for id_, review in reviews if not (review["reasons"] or review["dispute"]))
    open_session(page, site, session)
    expect(page.locator("#review-panel button")).to_have_text(["Flag for review…"])
    page.keyboard.press("f")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".decision .problem")).to_have_text("Reason: write what should be looked at.")
    page.fill(".decision textarea", HOSTILE)
    page.keyboard.press("Control+Enter")
    expect(page.locator(PANEL)).to_contain_text("Flagged by Elena Marchetti")
    expect(page.locator(f"{PANEL} > div > .free-text")).to_have_text(HOSTILE)
    wish = {"action": "dismiss", "outcome": "no_action", "items": [{"session_id": session, "version": 1}]}
    assert maria.request.post(f"{site.address}/api/reviews", data=wish).json()["conflicts"] == []
    page.reload()
    expect(page.locator(PANEL)).to_contain_text(
        re.compile(r"Dismissed – No action needed by Maria Lopez, \w{3} \d+ \w{3,4} \d{4}, \d\d:\d\d")
    )
    assert page.locator("[data-decide=resolve], [data-decide=assign]").count() == 0
    assert page.locator("img[src=x]").count() == 0


def test_a_note_is_kept_while_the_network_is_away_and_counts_once(
    open_page: Open, site: Site, complaints: list[str]
) -> None:
    page = open_page()
    session = queue(page, site)[0]["id"]
    open_session(page, site, session)
    before = len(site.entries(session))
    page.keyboard.press("t")
    expect(page.locator(".decision textarea")).to_be_focused()
    page.keyboard.type("Asked the student")
    intercept(page, "**/api/reviews", answer_lost)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".decision .problem")).to_contain_text("There was no answer.")
    expect(page.locator(".decision textarea")).to_have_value("Asked the student")
    page.unroute("**/api/reviews")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".decision")).to_be_hidden()
    expect(page.locator(TOLD)).to_contain_text("Note added")
    assert [entry[4] for entry in site.entries(session)[before:]] == ["Asked the student"]
    assert all("ERR_FAILED" in complaint for complaint in complaints)
    complaints.clear()


def test_what_was_written_is_there_again_where_the_question_was_left(open_page: Open, site: Site) -> None:
    page = open_page()
    open_session(page, site, queue(page, site)[0]["id"])
    for leave in ("Escape", "Enter"):  # which presses Cancel
        page.keyboard.press("t")
        expect(page.locator(".decision textarea")).to_be_focused()
        page.keyboard.type("Ask ")
        if leave == "Enter":
            page.locator(".decision").get_by_role("button", name="Cancel").focus()
        page.keyboard.press(leave)
        expect(page.locator(".decision")).to_be_hidden()
    page.keyboard.press("t")
    expect(page.locator(".decision textarea")).to_have_value("Ask Ask ")


def test_the_recording_plays_on_through_a_decision(open_page: Open, site: Site) -> None:
    page = open_page()
    session = next(row["id"] for row in queue(page, site) if plays(page, site, row))
    open_session(page, site, session)
    page.keyboard.press("p")
    page.wait_for_function(PLAYED)
    page.evaluate("() => { document.querySelector('#player-video').dataset.same = 'yes' }")
    page.keyboard.press("a")
    expect(page.locator(PANEL)).to_contain_text("Assigned to Operations")
    video = page.locator("#player-video[data-same=yes]")
    at = video.evaluate("(video) => video.currentTime")
    page.wait_for_function("(at) => document.querySelector('#player-video').currentTime > at + 0.2", arg=at)
    page.keyboard.press("Space")
    page.wait_for_function("() => document.querySelector('#player-video').paused")


def test_keys_decide_also_from_the_choice_of_speed(open_page: Open, site: Site) -> None:
    page = open_page()
    open_session(page, site, next(row["id"] for row in queue(page, site) if plays(page, site, row)))
    page.select_option("#player-speed", "1.5")
    page.locator("#player-speed").focus()
    page.keyboard.press("r")
    expect(page.locator(".decision")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".decision")).to_be_hidden()


def test_keys_do_nothing_while_somebody_writes_and_escape_gives_the_place_back(open_page: Open, site: Site) -> None:
    page = open_page()
    session = queue(page, site)[0]["id"]
    open_session(page, site, session)
    entries = site.entries(session)
    page.locator("[data-decide=note]").focus()
    page.keyboard.press("t")
    page.keyboard.type("jkurdaz?")
    page.keyboard.press("Escape")
    expect(page.locator(".decision")).to_be_hidden()
    expect(page.locator("[data-decide=note]")).to_be_focused()
    page.keyboard.press("Control+r")
    shown(page, session)
    page.keyboard.press("?")
    expect(page.locator(".keys")).to_contain_text("Resolve…")
    page.keyboard.press("Escape")
    assert f"session={session}" in page.url
    assert site.entries(session) == entries
    page.locator(PANEL).focus()
    page.keyboard.press("j")
    page.wait_for_function(f"(id) => !({SHOWS})(id)", arg=session)
    page.wait_for_function("() => document.activeElement.closest('.detail')")


def test_on_a_phone_the_question_comes_from_below_and_nothing_moves_sideways(
    browser: Browser, site: Site, open_page: Open
) -> None:
    session = queue(open_page(), site)[0]["id"]
    phone = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = site.as_maria(phone).new_page()
    open_session(page, site, session)
    page.locator("[data-decide=resolve]").tap()
    box = page.locator(".decision").bounding_box()
    assert box
    assert (box["x"], box["width"]) == (0, 390)
    assert box["y"] + box["height"] == pytest.approx(844, abs=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    phone.close()
