"""What each door answers to somebody who is not signed in, and to other sites."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest
from fastapi import FastAPI

from auth import cookie as cookies
from auth.cookie import COOKIE, SessionCookie
from auth.viewer import Role, Viewer
from pages import PLOTLY_PATH
from tests.auth.routes import routes_of
from tests.servers.web import fetch

PAGE = "/studio/sessions"
SignIn = Callable[..., httpx2.Response]
CLEO = Viewer("c1", "Cleo Castro", Role.CREATOR)
CEM = Viewer("c2", "Cem Can", Role.CREATOR)


def is_refused(answer: httpx2.Response) -> bool:
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem == {"type": "about:blank", "title": "Unauthorized", "status": 401, "detail": "sign in first"}
    return answer.status_code == 401


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/"])
def test_the_page_leads_to_sign_in_and_from_there_back_to_where_one_was(
    client: httpx2.Client, sign_in: SignIn, path: str
) -> None:
    query = {"from": "2026-11-01", "q": "a&b=ü #x"}
    answer = client.get(path, params=query)
    assert answer.status_code == 303
    target = httpx2.URL(answer.headers["location"])
    assert target.path == "/sign-in"
    wanted = httpx2.URL(sign_in(next_=target.params["next"]).headers["location"])
    assert (wanted.path, dict(wanted.params), wanted.host) == (PAGE, query, "")


def test_the_way_in_leads_to_sign_in(client: httpx2.Client) -> None:
    assert client.get("/").headers["location"] == "/sign-in?next=%2Fstudio%2Fsessions"


@pytest.mark.parametrize(
    "path", ["/api/creators/me/sessions", "/api/nothing", "/api/openapi.json", "/api/healthz", "/sign-in/x", "/x"]
)
def test_rest_answers_a_problem_document_when_signed_out(client: httpx2.Client, path: str) -> None:
    assert is_refused(client.get(path))


def test_rest_never_redirects_a_write_to_sign_in(client: httpx2.Client) -> None:
    assert is_refused(client.post(PAGE))
    assert is_refused(client.post("/api/creators/me/sessions"))


OPEN = {
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("POST", "/sign-out"),
    ("GET", "/api/health"),
    ("GET", "/api/calendar/x.ics"),  # by the token in it
    ("GET", f"{PAGE}/digests/confirm/x"),
    ("POST", f"{PAGE}/digests/confirm/x"),
    ("GET", f"{PAGE}/digests/stop/x"),
    ("POST", f"{PAGE}/digests/stop/x"),
    ("GET", f"{PAGE}/assets/x"),
    ("GET", f"{PAGE}/_dash-component-suites/x/x"),
    ("GET", PLOTLY_PATH),  # the folder itself, which lists nothing
    ("POST", PLOTLY_PATH),
    ("GET", f"{PAGE}/_favicon.ico"),
}


def test_every_route_asks_for_sign_in_but_those_listed_here(client: httpx2.Client, application: FastAPI) -> None:
    found = {(method, re.sub(r"{.*?}", "x", path)) for method, path in routes_of(application.routes)}
    assert {("POST", f"{PAGE}/_dash-update-component"), ("GET", f"{PAGE}/_dash-layout")} < found
    answered = {(method, path) for method, path in found if not refused(client.request(method, path))}
    assert answered == OPEN


def refused(answer: httpx2.Response) -> bool:
    to_sign_in = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?next=")
    return answer.status_code == 401 or to_sign_in


@pytest.mark.parametrize(
    "path",
    [
        f"{PAGE}/assets/../_dash-layout",
        f"{PAGE}/assets/%2e%2e/_dash-layout",
        f"{PAGE}/assets/..%2f_dash-layout",
        f"{PAGE}/vendor/../_dash-layout",
        f"{PAGE}/vendor/%2e%2e/%2e%2e/%2e%2e/api/creators/all/courses",
        f"{PAGE}/_dash-component-suites/../_dash-layout",
        f"{PAGE}//_dash-layout",
        f"{PAGE}/assets//x",
        f"/{PAGE}/_dash-layout",
        f"{PAGE}/_dash-layout/",
        f"{PAGE}/_DASH-LAYOUT",
        f"{PAGE}/assets/../../../settings/table.py",
        f"{PAGE}/assets/..%2f..%2fsettings%2ftable.py",
        f"{PAGE}/vendor/..%2f..%2f..%2f__init__.py",
        "/api/health/../creators/all/courses",
        "/api/health/..%2fcreators/all/courses",
        "/api/health%00",
        "/API/creators/all/courses",
        "//api/creators/all/courses",
        "/sign-in/../api/creators/all/courses",
    ],
)
def test_no_spelling_of_a_path_passes_a_door(address: str, path: str) -> None:
    status, body = fetch(address + path)
    assert status in (303, 308, 400, 401, 404, 500)  # 500: Dash, of a package it does not know
    assert not [word for word in (b"Cleo", b"k1", b"props", b"import ", b"Settings") if word in body]


def test_third_party_files_are_served_to_anybody(client: httpx2.Client) -> None:
    assert client.get(f"{PAGE}/vendor/bootstrap.min.css").status_code == 200


# Requests from other sites


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "nonsense"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "{address}"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1"},
        {"Origin": "http://127.0.0.1.evil.example"},
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", f"{PAGE}/_dash-update-component"])
def test_a_post_from_another_site_is_refused(
    client: httpx2.Client, cookie: SessionCookie, address: str, path: str, headers: dict[str, str]
) -> None:
    given = {name: value.format(address=address) for name, value in headers.items()}
    answer = client.post(path, data={"user": "c1", "role": "creator"}, headers=given | as_viewer(cookie, CLEO))
    assert (answer.status_code, answer.json()["title"]) == (403, "Forbidden")
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "headers", [{}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": "{address}"}], ids=str
)
def test_a_post_from_the_page_itself_is_not(client: httpx2.Client, address: str, headers: dict[str, str]) -> None:
    given = {name: value.format(address=address) for name, value in headers.items()}
    answer = client.post("/sign-in", data={"user": "c1", "role": "creator"}, headers=given)
    assert answer.status_code == 303


def test_a_link_on_another_site_may_lead_here(client: httpx2.Client, cookie: SessionCookie) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"} | as_viewer(cookie, CLEO)
    assert client.get(PAGE, headers=headers).status_code == 200


@pytest.mark.parametrize("path", ["/api/creators/me/courses", "/api/sessions/x/recording", "/api/openapi.json"])
def test_no_other_site_can_have_rest_asked_in_somebodys_name(
    client: httpx2.Client, cookie: SessionCookie, path: str
) -> None:
    """It could not read the answer, but the access log would tell of it."""
    headers = {"Sec-Fetch-Site": "cross-site"} | as_viewer(cookie, CLEO)
    assert client.get(path, headers=headers).status_code == 403


def test_no_other_site_is_allowed_to_read_an_answer(client: httpx2.Client, cookie: SessionCookie) -> None:
    headers = {"Origin": "https://evil.example"} | as_viewer(cookie, CLEO)
    answer = client.get("/studio/sessions/_dash-layout", headers=headers)
    assert answer.status_code == 200
    assert not [name for name in answer.headers if name.startswith("access-control")]


# Who is who


def test_requests_at_once_are_each_answered_for_their_own_viewer(client: httpx2.Client, cookie: SessionCookie) -> None:
    def ask(n: int) -> tuple[str, list[str]]:
        viewer, course = ((CLEO, "k1"), (CEM, "k2"))[n % 2]
        answer = client.get("/api/creators/me/courses", headers=as_viewer(cookie, viewer))
        return course, [found["id"] for found in answer.json()]

    with ThreadPoolExecutor(8) as threads:
        for course, found in threads.map(ask, range(80)):
            assert found == [course]


def test_pages_drawn_at_once_are_each_drawn_for_their_own_viewer(client: httpx2.Client, cookie: SessionCookie) -> None:
    def ask(n: int) -> tuple[str, str, str]:
        mine, other = ((CLEO, CEM), (CEM, CLEO))[n % 2]
        answer = client.get(f"{PAGE}/_dash-layout", headers=as_viewer(cookie, mine))
        return mine.name, other.name, answer.text

    with ThreadPoolExecutor(8) as threads:
        for mine, other, drawn in threads.map(ask, range(40)):
            assert mine in drawn
            assert other not in drawn


def test_a_request_without_a_cookie_after_one_with_it_is_nobodys(client: httpx2.Client, cookie: SessionCookie) -> None:
    """On one connection, as a proxy keeps it open for several people."""
    path = "/api/creators/me/courses"
    assert client.get(path, headers=as_viewer(cookie, CLEO)).status_code == 200
    assert client.get(path).status_code == 401


def test_a_creator_who_has_left_the_export_sees_nothing(client: httpx2.Client, cookie: SessionCookie) -> None:
    gone = Viewer("c9", "Gone", Role.CREATOR)
    assert client.get("/api/creators/me/courses", headers=as_viewer(cookie, gone)).json() == []


def as_viewer(cookie: SessionCookie, viewer: Viewer) -> dict[str, str]:
    return {"Cookie": f"{COOKIE}={cookie.write(cookies.SignIn.of(viewer))}"}


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8050", "localhost.evil.example", "127.0.0.1.evil.example", "[::2]"]
)
def test_another_name_that_leads_to_a_demo_is_not_answered(client: httpx2.Client, host: str) -> None:
    """A page elsewhere whose name is made to lead here would be of the same site as the demo."""
    headers = {"Host": host, "Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}
    answer = client.post("/sign-in", data={"user": "c1", "role": "creator"}, headers=headers)
    assert answer.status_code == 400
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("host", ["localhost:8050", "127.0.0.1", "[::1]:8050"])
def test_a_demos_own_names_are(client: httpx2.Client, host: str) -> None:
    assert client.get("/sign-in", headers={"Host": host}).status_code == 200
