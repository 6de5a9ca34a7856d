"""What a first visit does without comes at the first interaction, or once the address needs it; nothing is lost."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from callbacks.bundle import bundle
from tests.browser.conftest import SignIn
from tests.browser.reading import figures_agree_with_rows, first_rows, intercept, wait_until

SCRIPT, STYLE = (f"**/{bundle(kind, 'later').name}" for kind in ("js", "css"))
DOWNLOADS = "#downloads-open:visible"
ASKED = """(kind) => performance.getEntriesByType("resource")
  .filter(({ name }) => new RegExp(`/vendor/later-.*\\\\.${kind}$`).test(name)).length"""
THERE = "() => Boolean(window.dash_clientside.sessionHistory.openDecision)"
BACK = "window.dispatchEvent(new Event('online'))"
COUNTED = "#review-count:not([hidden])"
SETTLED_MS = 1500


def asked(page: Page) -> list[int]:
    return [page.evaluate(ASKED, kind) for kind in ("js", "css")]


def any_session(page: Page) -> str:
    answer = page.request.get(
        f"{page.url.partition('/studio')[0]}/api/creators/me/sessions?limit=1&status=completed"
    ).json()
    return str(answer["sessions"][0]["id"])


def hold(held: list[Route]) -> Callable[[Route], None]:
    """Answers nothing yet. Playwright takes no method of a list itself."""

    def keep(route: Route) -> None:
        held.append(route)

    return keep


def as_it_came(page: Page) -> None:
    first_rows(page)
    figures_agree_with_rows(page)


@pytest.mark.parametrize(
    "touch",
    [
        pytest.param(lambda page: page.mouse.move(300, 300), id="pointer"),
        pytest.param(lambda page: page.keyboard.press("Shift"), id="key"),
        pytest.param(lambda page: page.evaluate("document.querySelector('.view-tab').focus()"), id="focus"),
    ],
)
def test_a_first_visit_does_without_it_and_the_first_interaction_reads_it_once(
    sign_in: SignIn, touch: Callable[[Page], None]
) -> None:
    page = sign_in()
    as_it_came(page)
    page.wait_for_selector(COUNTED)
    page.wait_for_timeout(SETTLED_MS)
    assert asked(page) == [0, 0]
    touch(page)
    page.wait_for_function(THERE)
    wait_until(page, lambda: asked(page) == [1, 1])  # its style may come after it
    touch(page)
    page.mouse.move(400, 400)
    page.keyboard.press("Control")
    assert asked(page) == [1, 1]


@pytest.mark.parametrize("needs", ["tab=review", "tab=upcoming", "session={session}"])
def test_an_address_that_needs_it_has_it_at_once(sign_in: SignIn, needs: str) -> None:
    page = sign_in()
    page.goto(f"{page.url.partition('?')[0]}?range=all&{needs.format(session=any_session(page))}")
    page.wait_for_function(THERE)
    wait_until(page, lambda: asked(page) == [1, 1])
    assert page.locator("link.later-style").get_attribute("blocking") == "render"
    assert asked(page) == [1, 1]


def test_keys_and_clicks_that_come_before_it_are_acted_on_once_it_is_there(sign_in: SignIn) -> None:
    page = sign_in()
    held: list[Route] = []
    page.route(SCRIPT, hold(held))
    page.goto(f"{page.url.partition('?')[0]}?range=all&session={any_session(page)}", wait_until="commit")
    page.locator("#review-panel [data-session]").wait_for()
    page.keyboard.press("?")
    page.wait_for_timeout(200)
    assert page.locator(".keys").count() == 0
    held[0].continue_()
    expect(page.locator(".keys[open]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".keys[open]")).to_have_count(0)
    assert f"session={any_session(page)}" in page.url


def test_what_is_pressed_between_its_script_and_its_style_is_acted_on_once(sign_in: SignIn) -> None:
    page = sign_in()
    held: list[Route] = []
    page.route(STYLE, hold(held))
    as_it_came(page)
    page.mouse.move(300, 300)
    page.wait_for_function(THERE)
    page.click(DOWNLOADS)
    wait_until(page, lambda: bool(held))
    held[0].continue_()
    expect(page.locator("#downloads-tray")).to_be_visible()
    page.click(DOWNLOADS)
    expect(page.locator("#downloads-tray")).to_be_hidden()


def test_a_style_that_fails_makes_no_script_listen_twice(sign_in: SignIn, complaints: list[str]) -> None:
    page = sign_in()
    as_it_came(page)
    intercept(page, STYLE, lambda route: route.abort())
    with page.expect_event("requestfailed"):
        page.mouse.move(300, 300)
    page.wait_for_function(THERE)
    page.unroute(STYLE)
    page.evaluate(BACK)
    wait_until(page, lambda: page.locator("link.later-style").evaluate("(link) => Boolean(link.sheet)"))
    page.click(DOWNLOADS)
    expect(page.locator("#downloads-tray")).to_be_visible()
    assert asked(page)[0] == 1
    complaints.clear()


def test_a_key_that_was_meant_for_another_session_is_let_go(sign_in: SignIn) -> None:
    page = sign_in()
    held: list[Route] = []
    page.route(SCRIPT, hold(held))
    page.goto(f"{page.url.partition('?')[0]}?range=all&session={any_session(page)}", wait_until="commit")
    page.locator("#review-panel [data-session]").wait_for()
    page.keyboard.press("?")
    address = page.url
    page.keyboard.press("j")
    page.wait_for_function("(address) => location.href !== address", arg=address)
    held[0].continue_()
    page.wait_for_function(THERE)
    page.wait_for_timeout(200)
    assert page.locator(".keys[open]").count() == 0


def test_a_tab_chosen_before_it_is_there_is_filled_as_soon_as_it_is(sign_in: SignIn) -> None:
    page = sign_in()
    held: list[Route] = []
    page.route(SCRIPT, hold(held))
    as_it_came(page)
    page.click(".view-tab[data-tab=review]")
    expect(page.locator("#review-title")).not_to_have_text("1 needs review")
    wait_until(page, lambda: bool(held))
    held[0].continue_()
    expect(page.locator("#review-title")).to_contain_text("review")
    page.wait_for_selector("#grid-reviews .ag-row")


def test_where_it_cannot_be_read_it_is_tried_again_and_said_and_the_words_go_once_it_is_there(
    sign_in: SignIn, complaints: list[str]
) -> None:
    page = sign_in()
    as_it_came(page)
    intercept(page, SCRIPT, lambda route: route.abort())
    failed = page.locator(".later-failed")
    with page.expect_event("requestfailed"):
        page.mouse.move(300, 300)
    expect(failed).to_be_hidden()
    with page.expect_event("requestfailed"):
        page.evaluate(BACK)
    expect(failed).to_be_visible()
    expect(failed).to_contain_text("Unable to load a part of this page.")
    page.unroute(SCRIPT)
    page.evaluate(BACK)
    page.wait_for_function(THERE)
    expect(failed).to_be_hidden()
    assert all("ERR_FAILED" in complaint for complaint in complaints)
    complaints.clear()
