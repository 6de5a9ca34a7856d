"""Signing in through a real OpenID provider, as each role, and out again."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect

from tests.browser.reading import first_rows
from tests.servers.app import free_port, running_app
from tests.servers.oidc import AUDIENCE, CLIENT_ID, CLIENT_SECRET, RunningProvider, running_provider

PAGE = "/studio/sessions"


@dataclass(frozen=True)
class Site:
    address: str
    provider: RunningProvider


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with running_provider(free_port(), address) as provider:
        settings = {
            "SESSIONS_AUTH": "oidc",
            "SESSIONS_PUBLIC_URL": address,
            "SESSIONS_SECRET_KEY": "a key of tests, of no use elsewhere",
            "SESSIONS_OIDC_ISSUER": provider.issuer,
            "SESSIONS_OIDC_CLIENT_ID": CLIENT_ID,
            "SESSIONS_OIDC_CLIENT_SECRET": CLIENT_SECRET,
            "SESSIONS_OIDC_AUDIENCE": AUDIENCE,
            "SESSIONS_OIDC_CREATOR_CLAIM": "creator_id",
            "SESSIONS_DEMO_SESSIONS": "4000",
        }
        with running_app(tmp_path_factory.mktemp("oidc"), settings, port):
            yield Site(address, provider)


@pytest.fixture
def page(context: BrowserContext, complaints: list[str], site: Site) -> Iterator[Page]:
    """A page whose console is empty at the end, on our own pages: the provider's are not ours to mend."""
    opened = context.new_page()

    def note(message: ConsoleMessage) -> None:
        if opened.url.startswith(site.address):
            complaints.append(f"{message.type}: {message.text}")

    opened.on("console", note)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    assert complaints == []


def sign_in(page: Page, site: Site, account: str, path: str = PAGE) -> None:
    """From the page to the provider's own form and back."""
    page.goto(site.address + path)
    page.wait_for_url(f"{site.provider.issuer}/interaction/*")
    page.fill("[name=login]", account)
    page.fill("[name=password]", "any")
    page.click("button[type=submit]")


def sign_out(page: Page, site: Site) -> None:
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Yes, sign me out").click()
    page.wait_for_url(f"{site.address}/sign-out/done")
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()


def test_a_creator_signs_in_where_they_wanted_to_be_and_out_again(page: Page, site: Site) -> None:
    sign_in(page, site, "elena", f"{PAGE}?status=completed&tz=Europe%2FBerlin")
    page.wait_for_url(f"{site.address}{PAGE}?status=completed&tz=Europe%2FBerlin")
    first_rows(page)
    expect(page.locator(".account")).to_contain_text("Elena Moreau · Creator")
    mine = page.request.get(f"{site.address}/api/creators/me/courses")
    assert mine.ok
    sign_out(page, site)
    assert page.request.get(f"{site.address}/api/creators/me/courses").status == 401
    page.goto(site.address + PAGE)
    page.wait_for_url(f"{site.provider.issuer}/interaction/*")


def test_operations_see_all_creators_watch_and_find_it_in_the_access_log(page: Page, site: Site) -> None:
    sign_in(page, site, "olga")
    first_rows(page)
    expect(page.locator(".account")).to_contain_text("Olga Operations · Operations")
    found = page.request.get(f"{site.address}/api/creators/all/sessions?status=completed&limit=200").json()["sessions"]
    session = next(
        row["id"]
        for row in found
        if row["has_recording"] and page.request.get(f"{site.address}/api/sessions/{row['id']}/recording").ok
    )
    page.get_by_role("link", name="Access log").click()
    expect(page.get_by_role("heading", name="Access log")).to_be_visible()
    watched = page.locator("tr", has_text="Watched a recording").filter(has_text=session)
    expect(watched).to_contain_text("olga")
    watched.get_by_role("link", name=session).click()
    expect(page.locator("#detail-title")).to_be_visible()
    page.keyboard.press("Escape")
    sign_out(page, site)


def test_an_analyst_sees_figures_and_no_recordings_unless_granted(page: Page, site: Site) -> None:
    sign_in(page, site, "ana")
    first_rows(page)
    expect(page.locator(".account")).to_contain_text("Ana Analyst · Analyst")
    expect(page.get_by_role("link", name="Access log")).to_have_count(0)
    found = page.request.get(f"{site.address}/api/creators/all/sessions?status=completed&limit=200").json()["sessions"]
    session = next(row["id"] for row in found if row["has_recording"] and row["rating"])
    assert page.request.get(f"{site.address}/api/sessions/{session}/recording").status == 403
    sign_out(page, site)
    sign_in(page, site, "anton")
    first_rows(page)
    detail = page.request.get(f"{site.address}/api/creators/all/sessions/{session}").json()
    assert detail["recording_url"]
    sign_out(page, site)


@pytest.mark.parametrize(("account", "why"), [("nobody", "has no role"), ("idless", "names no creator")])
def test_somebody_without_a_role_is_told_so_and_gets_nothing(
    page: Page, site: Site, complaints: list[str], account: str, why: str
) -> None:
    sign_in(page, site, account)
    expect(page.get_by_role("alert")).to_contain_text(why)
    assert page.request.get(f"{site.address}/api/creators/me/courses").status == 401
    page.get_by_role("button", name="Sign in as somebody else").click()
    page.get_by_role("button", name="Yes, sign me out").click()
    page.wait_for_url(f"{site.address}/sign-out/done")
    assert all("403" in complaint for complaint in complaints)
    complaints.clear()


def test_keys_are_rotated_while_people_are_signed_in(page: Page, site: Site) -> None:
    sign_in(page, site, "elena")
    first_rows(page)
    site.provider.rotate_keys()  # it forgets its own sessions with that, and so does not ask at sign-out
    page.reload()
    first_rows(page)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{site.address}/sign-out/done")
    sign_in(page, site, "olga")
    first_rows(page)
    sign_out(page, site)


def test_while_the_provider_is_down_those_signed_in_go_on_and_sign_in_says_so_within_seconds(
    page: Page, site: Site, context: BrowserContext, complaints: list[str]
) -> None:
    sign_in(page, site, "elena")
    first_rows(page)
    with site.provider.hanging():
        page.reload()
        first_rows(page)
        assert page.request.get(f"{site.address}/api/creators/me/courses").ok
        newcomer = context.browser.new_page()  # type: ignore[union-attr]  # it is launched by a browser
        newcomer.goto(site.address + PAGE)
        expect(newcomer.get_by_role("alert")).to_contain_text("The sign-in service does not answer")
        assert newcomer.evaluate("performance.getEntriesByType('navigation')[0].responseStart") < 5000
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url(f"{site.address}/sign-out/done?only=here")
        expect(page.get_by_role("alert")).to_contain_text("may still be signed in there")
    newcomer.wait_for_timeout(1000)
    newcomer.get_by_role("link", name="Try again").click()
    newcomer.wait_for_url(f"{site.provider.issuer}/interaction/*")
    newcomer.close()
