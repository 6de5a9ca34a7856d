"""The demo's sign-in form, what it sets, and where it leads."""

import html
import re
from collections.abc import Callable
from http.cookies import SimpleCookie

import httpx2
import pytest

from auth.cookie import COOKIE, IDLE, SessionCookie
from auth.paths import same_site_path
from auth.viewer import Role, Viewer
from settings import is_loopback

PAGE = "/studio/sessions"
SignIn = Callable[..., httpx2.Response]


def accounts(page: str) -> list[tuple[str, str, str]]:
    """User, role and name of each account that the form offers."""
    found = re.findall(
        r'name="user" value="(.*?)".*?name="role" value="(.*?)".*?<b dir="auto">(.*?)</b>', page, re.DOTALL
    )
    return [(html.unescape(user), role, html.unescape(name)) for user, role, name in found]


def test_the_form_lists_staff_and_creators_those_with_most_sessions_first(client: httpx2.Client) -> None:
    shown = client.get("/sign-in")
    assert shown.status_code == 200
    assert accounts(shown.text) == [
        ("operations", "operations", "Operations"),
        ("analyst", "analyst", "Analyst"),
        ("c1", "creator", "Cleo Castro"),
        ('"><b>', "creator", "<script>alert('x')</script> & \"Söhne\""),
        ("c2", "creator", "Cem Can"),
    ]


def test_names_and_ids_with_markup_are_text(client: httpx2.Client) -> None:
    page = client.get("/sign-in").text
    assert page.count("<script") == 1  # the page's own
    assert '"><b>' not in page.replace('"><b dir="auto">', "")


def test_every_account_that_is_offered_can_sign_in(client: httpx2.Client, sign_in: SignIn) -> None:
    for user, role, _ in accounts(client.get("/sign-in").text):
        assert sign_in(user, role).status_code == 303


def test_signing_in_sets_a_cookie_no_script_reads_and_no_other_site_sends(sign_in: SignIn) -> None:
    answer = sign_in()
    (value,) = SimpleCookie(answer.headers["set-cookie"]).values()
    assert value.key == COOKIE
    assert (value["httponly"], value["samesite"], value["path"]) == (True, "lax", "/")
    assert value["max-age"] == str(int(IDLE.total_seconds()))
    assert not value["domain"]


def test_the_cookie_says_who_signed_in(sign_in: SignIn, cookie: SessionCookie) -> None:
    read = cookie.read(sign_in().cookies[COOKIE])
    assert read
    assert read.viewer == Viewer("c1", "Cleo Castro", Role.CREATOR)


@pytest.mark.parametrize(
    ("user", "role", "message"),
    [
        ("nobody", "creator", "user: no such creator account"),
        ("", "creator", "user: no such creator account"),
        ("u1", "creator", "user: no such creator account"),
        ("operations", "creator", "user: no such creator account"),
        ("c1", "operations", "user: no such operations account"),
        ("analyst", "operations", "user: no such operations account"),
        ("c1", "admin", "role: must be one of creator, operations, analyst"),
        ("c1", "", "role: must be one of creator, operations, analyst"),
        ("c1", "<b>", "role: must be one of creator, operations, analyst"),
    ],
)
def test_an_unknown_account_is_refused_naming_the_field(sign_in: SignIn, user: str, role: str, message: str) -> None:
    answer = sign_in(user, role)
    assert answer.status_code == 422
    assert message in answer.text
    assert "set-cookie" not in answer.headers


def test_a_refused_sign_in_keeps_where_it_was_to_lead(sign_in: SignIn) -> None:
    assert f'name="next" value="{PAGE}?tab=table"' in sign_in("nobody", next_=f"{PAGE}?tab=table").text


@pytest.mark.parametrize("target", [PAGE, f"{PAGE}?from=2026-11-01&q=José", "/", "/api/creators/me/courses"])
def test_signing_in_leads_to_a_path_of_this_site(sign_in: SignIn, target: str) -> None:
    answer = sign_in(next_=target)
    assert answer.status_code == 303
    assert httpx2.URL(answer.headers["location"]) == httpx2.URL(target)


EVIL = (
    "//evil.example",
    "///evil.example",
    "https://evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "/\\evil.example",
    "\\\\evil.example",
    "/studio\\..\\..\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/\u202e//evil.example",
    "/studio\r\nSet-Cookie: a=b",
    "/\0",
    "evil.example",
    "",
)


@pytest.mark.parametrize("target", EVIL)
def test_signing_in_never_leads_to_another_site(client: httpx2.Client, sign_in: SignIn, target: str) -> None:
    answer = sign_in(next_=target)
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    assert f'name="next" value="{PAGE}"' in client.get("/sign-in", params={"next": target}).text


def test_a_missing_target_leads_to_the_page() -> None:
    assert same_site_path(None, PAGE) == PAGE


def test_signing_out_forgets_the_cookie(client: httpx2.Client, sign_in: SignIn) -> None:
    sign_in()
    assert client.get("/api/creators/me/courses").status_code == 200
    answer = client.post("/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert COOKIE not in client.cookies
    assert client.get("/api/creators/me/courses").status_code == 401


def test_a_copy_of_the_cookie_is_nobodys_after_signing_out(client: httpx2.Client, sign_in: SignIn) -> None:
    sign_in()
    copy = {"Cookie": f"{COOKIE}={client.cookies[COOKIE]}"}
    client.post("/sign-out")
    assert client.get("/api/creators/me/courses", headers=copy).status_code == 401


def test_signing_out_ends_no_other_sign_in_of_the_same_person(client: httpx2.Client, sign_in: SignIn) -> None:
    sign_in()
    other = {"Cookie": f"{COOKIE}={client.cookies[COOKIE]}"}
    client.cookies.clear()
    sign_in()
    client.post("/sign-out")
    assert client.get("/api/creators/me/courses", headers=other).status_code == 200


def test_a_link_cannot_sign_anybody_out(client: httpx2.Client, sign_in: SignIn) -> None:
    sign_in()
    assert client.get("/sign-out").status_code == 405
    assert COOKIE in client.cookies


def test_signing_in_as_another_replaces_the_first(client: httpx2.Client, sign_in: SignIn) -> None:
    sign_in("c1")
    sign_in("c2")
    assert [course["id"] for course in client.get("/api/creators/me/courses").json()] == ["k2"]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost"])
def test_loopback_addresses_are_known(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "10.0.0.1", "localhost.example", "127.0.0.1.example", "example"])
def test_other_addresses_are_not_loopback(host: str) -> None:
    assert not is_loopback(host)


def test_signing_in_as_another_ends_the_first_sign_in(client: httpx2.Client, sign_in: SignIn) -> None:
    sign_in("c1")
    first = {"Cookie": f"{COOKIE}={client.cookies[COOKIE]}"}
    sign_in("c2")
    client.cookies.clear()
    assert client.get("/api/creators/me/courses", headers=first).status_code == 401
