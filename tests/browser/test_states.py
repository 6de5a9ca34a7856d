"""Whatever goes wrong in the middle of a journey, on a desktop and on a phone: the page says so and goes on."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import ELENA, PATIENCE_MS, SignIn
from tests.exports import written_at
from tests.servers.app import free_port, running_app
from warehouse.demo import write_demo

DESKTOP = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
FOOT = "#grid-foot"
COUNTED = re.compile(r"of [\d,]+$")
AGREE = """() => {
  const rows = /of ([\\d,]+)$/.exec(document.querySelector('#grid-foot')?.textContent)?.[1];
  return rows && rows === document.querySelector('.kpi .v')?.textContent;
}"""


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    made = browser.new_context(timezone_id="Europe/Berlin", locale="en-GB", color_scheme="light", **request.param)
    made.set_default_timeout(PATIENCE_MS)
    yield made
    made.close()


@dataclass
class Restarting:
    """A server that can be stopped and started again at the same address, on data that is three days old."""

    folder: Path
    export: Path
    port: int
    stack: ExitStack = field(default_factory=ExitStack)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        settings = {"SESSIONS_EXPORT": str(self.export)}
        self.stack.enter_context(running_app(self.folder, settings, self.port))

    def stop(self) -> None:
        self.stack.close()


@pytest.fixture(scope="module")
def restarting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Restarting]:
    folder = tmp_path_factory.mktemp("restarting")
    then = datetime.now(UTC) - timedelta(days=3, hours=1)
    write_demo(folder / "export", sessions=2_000, creators=4, seed=5, now=then)
    written_at(folder / "export", then)
    server = Restarting(folder / "data", folder / "export", free_port())
    server.start()
    yield server
    server.stop()


def is_phone(page: Page) -> bool:
    return bool(page.evaluate("window.innerWidth <= 700"))


def shown(page: Page) -> None:
    """Figures and rows are there, and of the same question."""
    page.wait_for_function(AGREE)
    row = ".session-card .card-open" if is_phone(page) else "#grid-sessions .ag-center-cols-container .ag-row .num"
    page.wait_for_selector(row)


def change(page: Page, **fields: str | None) -> None:
    page.evaluate("(fields) => window.dash_clientside.sessionHistory.setParams(fields)", fields)


def open_first(page: Page) -> None:
    page.locator(".card-open" if is_phone(page) else "#grid-sessions .row-actions .link").first.click()


def fails_and_retry_brings(page: Page, back: object) -> None:
    """Both places say so while the server is out of reach; one Retry brings both."""
    expect(page.locator(FOOT)).to_contain_text("Unable to load sessions.")
    banner = page.locator(".figures-failed")
    expect(banner).to_be_visible()
    expect(banner).to_contain_text("Unable to load sessions.")
    assert callable(back)
    back()
    banner.get_by_role("button", name="Retry").click()
    expect(banner).to_be_hidden()
    shown(page)


def test_by_default_a_bounded_recent_range_is_shown_as_a_chip(sign_in: SignIn) -> None:
    page = sign_in()
    shown(page)
    expect(page.locator(".chip")).to_have_text([re.compile("^Last 12 weeks: ")])
    expect(page.locator("#filter-reset")).to_be_hidden()


def test_a_filtered_page_names_its_filters_and_reset_takes_them_back(sign_in: SignIn) -> None:
    page = sign_in("/studio/sessions?status=completed&flag=low_rating&range=all")
    shown(page)
    expect(page.locator(".chip")).to_have_count(3)
    page.locator("#filter-reset").click()
    expect(page.locator(".chip")).to_have_count(1)
    shown(page)


def test_who_comes_from_a_students_page_sees_that_student_alone(sign_in: SignIn, server: str) -> None:
    page = sign_in()
    student = page.request.get(f"{server}/api/creators/me/students?q=a&limit=1").json()[0]
    page.goto(f"{server}/studio/sessions?student_id={student['id']}&range=all")
    shown(page)
    expect(page.locator(".chip", has_text="Student")).to_have_text(
        re.compile(f"^Student: {re.escape(student['name'])}")
    )
    assert page.inner_text(FOOT).replace(",", "").endswith(f"of {student['sessions']}")


def test_a_deep_link_opens_the_session_and_closing_it_leaves_the_page(sign_in: SignIn, server: str) -> None:
    page = sign_in()
    listed = page.request.get(f"{server}/api/creators/me/sessions?limit=3&range=last_12_weeks").json()["sessions"]
    page.goto(f"{server}/studio/sessions?session={listed[1]['id']}")
    expect(page.get_by_role("dialog")).to_contain_text(listed[1]["course"]["title"])
    page.locator("[data-close]:visible").first.click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert "session=" not in page.url
    shown(page)


def test_where_nothing_matches_dropping_the_named_filter_brings_what_was_promised(sign_in: SignIn) -> None:
    page = sign_in("/studio/sessions?range=all&status=completed&student_q=nobody+of+this+name")
    way = page.locator(".ways-out button", has_text="Student search")
    promised = re.sub(r"\D", "", way.inner_text())
    way.click()
    shown(page)
    assert page.inner_text(FOOT).replace(",", "").endswith(f"of {promised}")
    assert "status=completed" in page.url


def test_a_cut_network_is_told_and_retry_goes_on(
    sign_in: SignIn, context: BrowserContext, complaints: list[str]
) -> None:
    page = sign_in()
    shown(page)
    context.set_offline(True)
    change(page, range="this_month")
    fails_and_retry_brings(page, lambda: context.set_offline(False))
    assert "range=this_month" in page.url
    complaints.clear()


def test_a_session_that_cannot_be_loaded_is_told_and_retry_opens_it(
    sign_in: SignIn, context: BrowserContext, complaints: list[str]
) -> None:
    page = sign_in("/studio/sessions?status=completed")  # the newest may still be to come: it has no feedback
    shown(page)
    context.set_offline(True)
    open_first(page)
    failed = page.locator(".detail-failed")
    expect(failed).to_be_visible()
    context.set_offline(False)
    failed.get_by_role("button", name="Retry").click()
    expect(page.get_by_role("dialog")).to_contain_text("Student's feedback")
    expect(failed).to_be_hidden()
    complaints.clear()


def test_a_recording_that_the_network_keeps_back_can_be_tried_again(
    sign_in: SignIn, context: BrowserContext, server: str, complaints: list[str]
) -> None:
    page = sign_in()
    asked = "status=completed&range=last_12_weeks&limit=10"
    found = page.request.get(f"{server}/api/creators/me/sessions?{asked}").json()["sessions"]
    plays = (row["id"] for row in found if page.request.get(f"{server}/api/sessions/{row['id']}/recording").ok)
    page.goto(f"{server}/studio/sessions?session={next(plays)}")
    page.wait_for_selector("#player-play")
    context.set_offline(True)
    page.locator("#player-play").click()
    expect(page.locator("#player-message")).to_have_text("Unable to load the recording.")
    context.set_offline(False)
    page.locator("#player-play").click()
    page.wait_for_function("() => document.querySelector('#player-video')?.currentTime > 0.2")
    complaints.clear()


def test_on_a_slow_network_the_last_choice_wins(sign_in: SignIn, context: BrowserContext) -> None:
    page = sign_in()
    shown(page)
    network = context.new_cdp_session(page)
    slow = {"offline": False, "latency": 700, "downloadThroughput": 60_000, "uploadThroughput": 60_000}
    network.send("Network.emulateNetworkConditions", slow)
    change(page, range="today")
    page.wait_for_timeout(150)
    change(page, range="all")
    page.wait_for_timeout(150)
    change(page, range="all", status="no_show")
    expect(page.locator(".chip", has_text="No-show")).to_be_visible()
    shown(page)
    address = page.url.split("/studio")[0]
    total = page.request.get(f"{address}/api/creators/me/sessions?status=no_show").json()["pagination"]["total"]
    expect(page.locator(FOOT)).to_have_text(re.compile(rf"of {total:,}$"))


def test_a_slow_calendar_comes_and_a_tab_left_meanwhile_stays_left(sign_in: SignIn, context: BrowserContext) -> None:
    page = sign_in()
    shown(page)
    network = context.new_cdp_session(page)
    slow = {"offline": False, "latency": 500, "downloadThroughput": 200_000, "uploadThroughput": 60_000}
    network.send("Network.emulateNetworkConditions", slow)
    change(page, tab="upcoming")
    change(page, tab=None)
    page.wait_for_timeout(2500)
    expect(page.locator(".view-upcoming")).to_be_hidden()
    assert not re.search("view=|day=", page.url)
    change(page, tab="upcoming")
    page.wait_for_selector("[data-coming]")


def test_a_server_restarted_in_mid_journey_loses_nobody(
    sign_in: SignIn, restarting: Restarting, complaints: list[str]
) -> None:
    page = sign_in("/studio/sessions?range=all", at=restarting.address)
    shown(page)
    change(page, status="completed")
    shown(page)
    restarting.stop()
    change(page, status=["completed", "no_show"])  # type: ignore[arg-type]  # several values of one field
    fails_and_retry_brings(page, restarting.start)
    assert page.url.count("status=") == 2
    open_first(page)
    expect(page.get_by_role("dialog")).to_contain_text("Student's feedback")
    page.locator("[data-close]:visible").first.click()
    change(page, tab="upcoming")
    expect(page.locator(".calendar .fc-toolbar-title")).to_be_visible()
    complaints.clear()


def test_old_data_is_called_old_with_its_age(sign_in: SignIn, restarting: Restarting) -> None:
    page = sign_in("/studio/sessions?range=all", at=restarting.address)
    shown(page)
    expect(page.locator("#page-notices")).to_contain_text("These figures are 3 days old.")


def test_fresh_data_is_not_called_old(sign_in: SignIn) -> None:
    page = sign_in()
    shown(page)
    expect(page.locator("#page-notices")).to_be_empty()


def test_who_is_signed_out_meanwhile_is_told_and_comes_back_to_the_same_place(
    sign_in: SignIn, server: str, complaints: list[str]
) -> None:
    page = sign_in("/studio/sessions?status=completed")
    shown(page)
    page.request.post(f"{server}/sign-out", headers={"Origin": server}, max_redirects=0)
    change(page, range="all")
    told = page.locator(".signed-out")
    expect(told).to_contain_text("You have been signed out.")
    told.get_by_role("button", name="Sign in again").click()
    page.get_by_role("button", name=re.compile("Elena Marchetti")).click()
    page.wait_for_url("**status=completed*range=all*")
    shown(page)
    complaints.clear()


def test_a_calendar_with_the_network_cut_says_so_and_retry_fills_it(
    sign_in: SignIn, context: BrowserContext, complaints: list[str]
) -> None:
    page = sign_in("/studio/sessions?tab=upcoming", user=ELENA)
    page.wait_for_selector("[data-coming]")
    context.set_offline(True)
    page.locator(".fc-next-button").click()
    expect(page.locator(".calendar-note")).to_contain_text("Unable to load sessions.")
    context.set_offline(False)
    with page.expect_response("**/sessions/upcoming?*") as answer:
        page.locator(".calendar-note button").click()
    assert answer.value.ok
    expect(page.locator(".calendar-note")).to_have_text("")
    complaints.clear()
