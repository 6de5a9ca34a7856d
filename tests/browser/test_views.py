"""Saved views: saved, opened, changed, begun with and deleted, in the menu and by keys alone."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import SignIn
from tests.browser.reading import first_rows

PATH = "/studio/sessions"
STAFF = {"user": "operations", "role": "operations"}


@pytest.fixture(autouse=True)
def without_views(context: BrowserContext, server: str) -> Iterator[None]:
    yield
    for user, role in (("operations", "operations"), ("usr_00000001", "creator")):
        context.request.post(f"{server}/sign-in", form={"user": user, "role": role}, max_redirects=0)
        for view in context.request.get(f"{server}/api/views").json()["views"]:
            context.request.delete(f"{server}/api/views/{view['id']}")


def menu(page: Page) -> Locator:
    if not page.locator(".views").is_visible():
        page.get_by_role("button", name="Saved views").click()
    shown = page.get_by_role("dialog", name="Saved views")
    expect(shown.locator(".views-new")).to_be_visible()
    return shown


def save(page: Page, name: str, *, shared: bool = False) -> None:
    shown = menu(page)
    shown.get_by_label("Name of a new view").fill(name)
    if shared:
        shown.get_by_label("Share with your role").check()
    shown.get_by_role("button", name="Save", exact=True).click()
    expect(line(page, name).locator(".view-open")).to_have_attribute("aria-current", "true")


def line(page: Page, name: str) -> Locator:
    return page.locator(".views li").filter(has=page.locator("b", has_text=re.compile(f"^{re.escape(name)}$")))


def more(page: Page, name: str) -> Locator:
    menu(page)
    if not line(page, name).locator(".view-own").is_visible():
        line(page, name).locator(".view-more").click()
    return line(page, name).locator(".view-own")


def asked(page: Page) -> dict[str, list[str]]:
    found = parse_qs(urlsplit(page.url).query)
    found.pop("tz", None)
    return found


def wait_until_asked(page: Page, **wanted: list[str]) -> None:
    page.wait_for_function(
        "wanted => { const url = new URLSearchParams(location.search); url.delete('tz');"
        " return JSON.stringify([...new Set(url.keys())].sort().map(k => [k, url.getAll(k)])) === wanted }",
        arg=str([[name, wanted[name]] for name in sorted(wanted)]).replace("'", '"').replace(", ", ","),
    )


def test_a_view_is_saved_opened_changed_and_deleted(sign_in: SignIn) -> None:
    page = sign_in(f"{PATH}?flag=dispute&range=all&sort=-rating")
    first_rows(page)
    save(page, "Disputes")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Reset filters").click()
    menu(page)
    expect(line(page, "Disputes")).to_contain_text("changed")
    line(page, "Disputes").locator(".view-open").click()
    wait_until_asked(page, flag=["dispute"], range=["all"], sort=["-rating"])
    expect(page.locator(".views")).to_be_hidden()
    page.go_back()
    wait_until_asked(page, sort=["-rating"])
    page.goto(f"{page.url}&status=no_show")
    first_rows(page)
    more(page, "Disputes").get_by_role("button", name="Update").click()
    expect(line(page, "Disputes").locator(".view-open")).to_have_attribute("aria-current", "true")
    more(page, "Disputes").get_by_role("button", name="Rename…").click()
    line(page, "Disputes").get_by_label("Name", exact=True).fill("Missed")
    line(page, "Disputes").get_by_role("button", name="Rename").click()
    expect(line(page, "Missed")).to_be_visible()
    (kept,) = page.request.get(page.url.split(PATH)[0] + "/api/views").json()["views"]
    assert (kept["name"], kept["query"]) == ("Missed", "status=no_show&range=last_12_weeks&sort=-rating")
    more(page, "Missed").get_by_role("button", name="Delete…").click()
    expect(line(page, "Missed")).to_contain_text("Delete “Missed”?")
    expect(line(page, "Missed").get_by_role("button", name="Keep it")).to_be_focused()
    line(page, "Missed").get_by_role("button", name="Delete", exact=True).click()
    expect(line(page, "Missed")).to_have_count(0)


def test_all_of_it_goes_by_keys_alone(sign_in: SignIn) -> None:
    page = sign_in(f"{PATH}?status=cancelled&range=all")
    first_rows(page)
    opener = page.get_by_role("button", name="Saved views")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name of a new view")).to_be_focused()
    page.keyboard.type("By g, j and k")
    page.keyboard.press("Enter")
    expect(line(page, "By g, j and k")).to_be_visible()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    page.keyboard.press("Enter")
    expect(line(page, "By g, j and k").locator(".view-open")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Open the page with it")).to_be_focused()
    page.keyboard.press("Enter")
    expect(line(page, "By g, j and k")).to_contain_text("opens with the page")
    expect(line(page, "By g, j and k").locator(".view-open")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".views")).to_be_hidden()
    expect(opener).to_be_focused()


def test_the_page_opens_with_the_default_and_can_be_left_from_there(sign_in: SignIn) -> None:
    page = sign_in(f"{PATH}?tab=review&reason=dispute&range=all")
    save(page, "My queue")
    more(page, "My queue").get_by_role("button", name="Open the page with it").click()
    expect(line(page, "My queue")).to_contain_text("opens with the page")
    page.goto(page.url.split("?")[0])
    assert asked(page) == {"tab": ["review"], "reason": ["dispute"], "range": ["all"]}
    menu(page)
    expect(line(page, "My queue").locator(".view-open")).to_have_attribute("aria-current", "true")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Reset filters").click()
    page.get_by_role("button", name="Sessions", exact=True).click()
    wait_until_asked(page, reason=["dispute"])
    page.reload()
    first_rows(page)
    assert asked(page) == {"reason": ["dispute"]}
    more(page, "My queue").get_by_role("button", name="No longer open").click()
    expect(line(page, "My queue")).not_to_contain_text("opens with the page")
    page.goto(page.url.split("?")[0])
    first_rows(page)
    assert asked(page) == {}


def test_staff_share_a_view_and_keep_the_creator_they_look_at(sign_in: SignIn) -> None:
    page = sign_in(f"{PATH}?creator=usr_00000001&rating_max=2", **STAFF)
    first_rows(page)
    save(page, "Unhappy", shared=True)
    expect(line(page, "Unhappy")).to_contain_text("shared")
    page.goto(page.url.replace("usr_00000001", "usr_00000002").replace("&rating_max=2", ""))
    first_rows(page)
    menu(page)
    line(page, "Unhappy").locator(".view-open").click()
    wait_until_asked(page, creator=["usr_00000002"], rating_max=["2"])
    more(page, "Unhappy").get_by_role("button", name="Delete…").click()
    expect(line(page, "Unhappy")).to_contain_text("Delete “Unhappy” for all who see it?")


def test_a_views_digest_is_of_the_creator_in_view_and_leads_back(sign_in: SignIn) -> None:
    page = sign_in(f"{PATH}?creator=usr_00000001&range=all", **STAFF)
    first_rows(page)
    save(page, "All of hers")
    expect(more(page, "All of hers")).not_to_contain_text("Mail it")
    more(page, "All of hers").get_by_role("link", name="Weekly digest").click()
    expect(page.get_by_role("heading", name="All of hers")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Elena Marchetti")
    expect(page.get_by_role("main")).to_contain_text("times in Europe/Berlin")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.get_by_role("link", name="Session History").click()
    first_rows(page)
    assert asked(page)["creator"] == ["usr_00000001"]
    assert {"from", "to"} < set(asked(page))


def test_a_creator_is_offered_no_sharing(sign_in: SignIn) -> None:
    page = sign_in(PATH)
    save(page, "Mine")
    more(page, "Mine")
    expect(page.locator(".views")).not_to_contain_text("Share")


def test_names_are_text_and_what_is_wrong_is_said(sign_in: SignIn, complaints: list[str]) -> None:
    page = sign_in(f"{PATH}?range=all")
    hostile = "<img src=x onerror=alert(1)>{name}"
    save(page, hostile)
    assert page.locator(".views img").count() == 0
    shown = menu(page)
    for name, said in ((hostile.upper(), "There is a view of this name already."), ("  ", "Give it a name")):
        shown.get_by_label("Name of a new view").fill(name)
        shown.get_by_role("button", name="Save", exact=True).click()
        expect(shown.get_by_role("alert")).to_contain_text(said)
        expect(shown.get_by_label("Name of a new view")).to_have_value(name)
    more(page, hostile).get_by_role("button", name="Delete…").click()
    expect(line(page, hostile).get_by_role("alert")).to_have_text(f"Delete “{hostile}”?")
    assert all("409" in one or "422" in one for one in complaints)
    complaints.clear()


def test_a_phone_has_it_from_below_and_nothing_is_amiss(sign_in: SignIn) -> None:
    page = sign_in(f"{PATH}?range=all")
    page.set_viewport_size({"width": 390, "height": 844})
    save(page, "An exceedingly long name that no phone could ever show within one line of it")
    more(page, "An exceedingly long name that no phone could ever show within one line of it")
    box = page.locator(".views").bounding_box()
    assert box
    assert (box["x"], box["width"], round(box["y"] + box["height"])) == (0, 390, 844)
    assert page.evaluate("document.querySelector('.views').scrollWidth <= 390")
    found = Axe().run(page, context=".views")
    assert found.violations_count == 0, found.generate_report()
    page.get_by_role("button", name="Close").click()
    expect(page.locator(".views")).to_be_hidden()
