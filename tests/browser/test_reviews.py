"""What needs review as a queue: the rows of REST in its order, chosen, decided, and kept up with what others do."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import PATIENCE_MS, SignIn
from tests.browser.reading import figures_agree_with_rows, first_rows, intercept, wait_until
from tests.browser.test_stale_answers import delay_first

QUEUE = "/studio/sessions?tab=review"
ALL_TIME = f"{QUEUE}&range=all"
ROWS = "#grid-reviews .ag-center-cols-container .ag-row"
TITLE = "#review-title"
COUNT = "#review-count"
OPERATIONS = {"user": "operations", "role": "operations"}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
IDS = "() => window.dash_clientside.sessionHistory.queue.ids()"
DECIDE = "([decision, items]) => window.dash_clientside.sessionHistory.decide(decision, items)"
SCROLLED = "() => document.querySelector('#grid-reviews .ag-body-viewport').scrollTop"


def queue(page: Page, server: str, creator: str = "all", **asked: Any) -> dict[str, Any]:
    """What REST lists, as much of it as the page shows."""
    query = urlencode({"creator": creator, "limit": 1000, "tz": "Europe/Berlin", **asked}, doseq=True)
    answer: dict[str, Any] = page.request.get(f"{server}/api/reviews?{query}").json()
    return answer


def shown(page: Page) -> list[str]:
    """The ids in the queue, once it has rows."""
    page.wait_for_selector(ROWS)
    found: list[str] = page.evaluate(IDS)
    return found


def row(page: Page, id_: str) -> Any:
    return page.locator(f"{ROWS}[row-id='{id_}']")


def box(page: Page, index: int) -> Any:
    return page.locator(f"{ROWS}[row-index='{index}'] .ag-checkbox-input")


def items_of(answer: dict[str, Any], count: int) -> list[dict[str, Any]]:
    rows = answer["reviews"][:count]
    return [{"session_id": one["id"], "version": one["version"], "evidence": one["evidence"]} for one in rows]


def test_the_queue_is_what_rest_lists_in_its_order_with_counts_by_reason(sign_in: SignIn, server: str) -> None:
    page = sign_in(ALL_TIME, **OPERATIONS)
    ids = shown(page)
    answer = queue(page, server, range="all")
    total = answer["pagination"]["total"]
    assert len(ids) > 10
    assert ids == [one["id"] for one in answer["reviews"]]
    expect(page.locator(TITLE)).to_have_text(f"{total:,} need review")
    for reason, count in answer["reasons"].items():
        expect(page.locator(f"[data-reason={reason}] .reason-count")).to_have_text(f"{count:,}")
    first = answer["reviews"][0]
    expect(row(page, first["id"])).to_have_attribute("row-index", "0")
    expect(row(page, first["id"])).to_contain_text(first["student"]["name"])
    expect(page.locator(".view-sessions")).to_be_hidden()


def test_reasons_narrow_the_queue_and_leave_the_figures_alone(sign_in: SignIn, server: str) -> None:
    page = sign_in(ALL_TIME, **OPERATIONS)
    everything = shown(page)
    expect(page.locator("#header-totals")).to_contain_text("total sessions")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url + (request.post_data or "")))
    page.click("[data-reason=low_rating]")
    page.wait_for_url("**reason=low_rating*")
    listed = [one["id"] for one in queue(page, server, range="all", reason="low_rating")["reviews"]]
    assert 0 < len(listed) < len(everything)
    page.wait_for_function(f"(ids) => String(({IDS})()) === String(ids)", arg=listed)
    expect(page.locator("[data-reason=low_rating]")).to_have_attribute("aria-pressed", "true")
    page.click("[data-reason=low_rating]")
    page.wait_for_function(f"(ids) => String(({IDS})()) === String(ids)", arg=everything)
    assert "reason" not in page.url
    assert [one for one in asked if "metrics-tiles" in one or "/sessions?" in one] == []


def test_chosen_rows_are_decided_at_once_and_show_it(sign_in: SignIn, server: str) -> None:
    page = sign_in(ALL_TIME, **OPERATIONS)
    ids = shown(page)
    expect(page.locator("#review-batch")).to_be_hidden()
    box(page, 0).click()
    box(page, 2).click(modifiers=["Shift"])
    expect(page.locator("#review-batch b")).to_have_text("3 selected")
    page.keyboard.press("Tab")
    expect(page.locator("[data-batch=assign]")).to_be_focused()
    page.keyboard.press("Enter")
    for id_ in ids[:3]:
        expect(row(page, id_)).to_contain_text("Operations")
    expect(page.locator("#review-batch")).to_be_hidden()
    for index in range(3):
        box(page, index).check()
    page.click("[data-batch=under_review]")
    for id_ in ids[:3]:
        expect(row(page, id_).locator(".pill")).to_have_text("Under review")
    expect(page.locator("#review-batch")).to_be_hidden()
    box(page, 0).check()
    expect(page.locator("[data-batch=under_review]")).to_be_disabled()
    page.click("[data-batch=clear]")
    expect(page.locator("#review-batch")).to_be_hidden()
    page.click("[data-review=mine]")
    mine = [one["id"] for one in queue(page, server, range="all", assignee="me")["reviews"]]
    assert set(ids[:3]) <= set(mine)
    page.wait_for_function(f"(ids) => String(({IDS})()) === String(ids)", arg=mine)


def test_what_is_resolved_leaves_and_comes_back_to_its_place_when_undone(sign_in: SignIn, server: str) -> None:
    page = sign_in(ALL_TIME, **OPERATIONS)
    ids = shown(page)
    before = queue(page, server, range="all")
    total = before["pagination"]["total"]
    expect(page.locator(COUNT)).to_be_visible()
    page.evaluate(DECIDE, [{"action": "resolve", "outcome": "settled"}, items_of(before, 2)])
    expect(page.locator(TITLE)).to_have_text(f"{total - 2:,} need review")
    assert page.evaluate(IDS) == ids[2:]
    assert [one["id"] for one in queue(page, server, range="all")["reviews"]][: len(ids) - 2] == ids[2:]
    page.evaluate("() => window.dash_clientside.sessionHistory.undoDecision()")
    expect(page.locator(TITLE)).to_have_text(f"{total:,} need review")
    assert page.evaluate(IDS) == ids


def test_a_creator_sees_their_own_and_chooses_nothing(sign_in: SignIn, server: str) -> None:
    page = sign_in(ALL_TIME)
    ids = shown(page)
    assert ids == [one["id"] for one in queue(page, server, "me", range="all")["reviews"]]
    assert page.locator("#grid-reviews input[type=checkbox]").count() == 0
    assert page.locator("#review-batch, [data-review=mine], #grid-reviews [col-id=creator]").count() == 0


def test_an_analyst_sees_ids_where_others_see_names(sign_in: SignIn, server: str) -> None:
    page = sign_in(ALL_TIME, user="analyst", role="analyst")
    shown(page)
    first = queue(page, server, range="all")["reviews"][0]
    expect(row(page, first["id"]).locator("[col-id=student]")).to_have_text(first["student"]["id"])
    expect(row(page, first["id"]).locator("[col-id=st]")).to_have_text(first["st"]["id"])


def test_the_queue_is_walked_by_keyboard_and_gives_the_place_back(sign_in: SignIn) -> None:
    page = sign_in(ALL_TIME, **OPERATIONS)
    ids = shown(page)
    page.keyboard.press("g")
    for key in ("ArrowDown", "ArrowDown", " "):
        page.keyboard.press(key)
    expect(page.locator("#review-batch b")).to_have_text("1 selected")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**session={ids[2]}*")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.wait_for_function(f"document.activeElement?.closest('.ag-row')?.getAttribute('row-id') === '{ids[2]}'")


def test_a_late_answer_to_an_older_question_is_dropped(sign_in: SignIn, server: str) -> None:
    page = sign_in(ALL_TIME, **OPERATIONS)
    shown(page)
    released = delay_first(page, re.compile("/api/reviews"), "reason=short")
    page.click("[data-reason=short]")
    page.wait_for_timeout(100)
    page.click("[data-reason=no_show]")
    wait_until(page, released.is_set)
    listed = [one["id"] for one in queue(page, server, range="all", reason=["short", "no_show"])["reviews"]]
    page.wait_for_function(f"(ids) => String(({IDS})()) === String(ids)", arg=listed)
    page.wait_for_timeout(800)
    assert shown(page) == listed


def test_the_count_is_of_all_that_waits_and_no_other_visit_pays_for_the_table(sign_in: SignIn, server: str) -> None:
    page = sign_in("/studio/sessions?status=cancelled", **OPERATIONS)
    first_rows(page)
    total = queue(page, server, range="last_12_weeks", limit=1)["pagination"]["total"]
    expect(page.locator(COUNT)).to_have_text(f"{total:,}")
    words = f"{total:,} in the last 12 weeks, whatever is chosen here"
    expect(page.locator(COUNT)).to_have_attribute("title", words)
    expect(page.get_by_role("button", name=f"Needs review {words}")).to_be_visible()
    assert page.locator("#grid-reviews").count() == 0
    page.get_by_role("button", name="Needs review").click()
    page.wait_for_selector("#grid-reviews")
    page.go_back()
    figures_agree_with_rows(page)
    expect(page.locator(".view-reviews")).to_be_hidden()


def test_a_failed_queue_says_so_and_retry_brings_it(sign_in: SignIn, complaints: list[str]) -> None:
    page = sign_in(ALL_TIME, **OPERATIONS)
    shown(page)
    intercept(page, "**/api/reviews?*", lambda route: route.abort())
    page.click("[data-reason=low_rating]")
    expect(page.locator("#review-state")).to_contain_text("Unable to load what needs review.")
    expect(page.locator(ROWS)).to_have_count(0)
    page.unroute("**/api/reviews?*")
    page.get_by_role("button", name="Retry").click()
    assert len(shown(page)) > 0
    expect(page.locator("#review-state")).to_be_empty()
    complaints.clear()


def test_what_a_colleague_decides_leaves_within_a_minute_and_the_place_is_kept(
    sign_in: SignIn, server: str, context: BrowserContext
) -> None:
    context.clock.install()
    page = sign_in(ALL_TIME, **OPERATIONS)
    ids = shown(page)
    page.keyboard.press("g")
    for _ in range(30):
        page.keyboard.press("ArrowDown")
    page.wait_for_function(f"document.activeElement?.closest('.ag-row')?.getAttribute('row-id') === '{ids[30]}'")
    scrolled = page.evaluate(SCROLLED)
    body = {"action": "dismiss", "outcome": "unfounded", "items": items_of(queue(page, server, range="all"), 1)}
    decided = page.request.post(f"{server}/api/reviews", data=body).json()["decided"]
    assert [one["session_id"] for one in decided] == ids[:1]
    page.clock.fast_forward(75_000)
    page.wait_for_function(f"(id) => !({IDS})().includes(id)", arg=ids[0])
    assert page.evaluate("document.activeElement?.closest('.ag-row')?.getAttribute('row-id')") == ids[30]
    assert abs(page.evaluate(SCROLLED) - scrolled) <= 37


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(timezone_id="Europe/Berlin", locale="en-GB", color_scheme="light", **PHONE)
    made.set_default_timeout(PATIENCE_MS)
    yield made
    made.close()


@pytest.fixture
def on_a_phone(phone: BrowserContext, server: str) -> Callable[[str], Page]:
    def open_page(path: str) -> Page:
        page = phone.new_page()
        page.request.post(f"{server}/sign-in", form={"user": "operations", "role": "operations"}, max_redirects=0)
        page.goto(server + path)
        return page

    return open_page


def test_on_a_phone_rows_are_cards_that_can_be_chosen_and_opened(
    on_a_phone: Callable[[str], Page], server: str
) -> None:
    page = on_a_phone(ALL_TIME)
    ids = shown(page)
    first = queue(page, server, range="all")["reviews"][0]
    card = page.locator(".review-card").first
    for words in (first["student"]["name"], first["st"]["name"], first["course"]["title"]):
        expect(card).to_contain_text(words)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    box(page, 1).tap()
    expect(page.locator("#review-batch b")).to_have_text("1 selected")
    card.tap()
    page.wait_for_url(f"**session={ids[0]}*")


def test_disputes_among_the_chosen_rows_are_not_dismissed_without_an_outcome(sign_in: SignIn) -> None:
    page = sign_in(f"{ALL_TIME}&reason=dispute", **OPERATIONS)
    shown(page)
    box(page, 0).check()
    box(page, 1).check()
    page.click("[data-batch=dismiss]")
    expect(page.locator(".decision h2")).to_have_text("Dismiss")
    expect(page.locator(".decision .rejects")).to_have_text("This rejects 2 disputes.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".decision .problem")).to_have_text("Outcome: choose one.")
