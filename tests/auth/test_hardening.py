"""What a stranger or a careless client could do to the server, and cannot."""

import asyncio
import socket
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.types import Message, Receive, Scope, Send

import pages
from app import create_app
from auth.cookie import COOKIE, SessionCookie, SignIn
from auth.middleware import NoTokens, ViewerMiddleware
from auth.viewer import Role, Viewer
from settings import load_settings
from tests.conftest import SECRET_KEY, Served
from tests.exports import write_export
from tests.serving import ready_client_of

PAGE = "/studio/sessions"
CALLBACK = f"{PAGE}/_dash-update-component"


def a_cookie() -> str:
    return SessionCookie(SECRET_KEY).write(SignIn.of(Viewer("anna", "Anna", Role.CREATOR)))


def test_the_first_request_of_all_may_be_anybodys_for_a_static_file(tmp_path: Path) -> None:
    """Dash sets itself up in its first request unless it was set up before, and a failure there would last."""
    write_export(tmp_path / "export")
    app = create_app(load_settings(export=str(tmp_path / "export"), data_dir=tmp_path / "data", secret_key=SECRET_KEY))
    with ready_client_of(app) as client:
        assert client.get(f"{PAGE}/assets/cells.js").status_code == 200
        scripts = f"{PAGE}/_dash-component-suites/dash/dash-renderer/build/dash_renderer.v1m1.min.js"
        assert client.get(scripts).status_code == 200


def test_half_sent_bodies_do_not_hold_the_page(two_creators: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "BODY_SECONDS", 0.5)
    host, port = two_creators.url.removeprefix("http://").split(":")
    head = f"POST {CALLBACK} HTTP/1.1\r\nHost: [::1]\r\nCookie: {COOKIE}={a_cookie()}\r\nContent-Length: 100\r\n\r\n{{"
    held = [socket.create_connection((host, int(port))) for _ in range(12)]
    try:
        for connection in held:
            connection.sendall(head.encode())
        answer = two_creators.as_creator("anna").get(f"{PAGE}/_dash-layout", timeout=5)
        assert answer.status_code == 200
        assert b" 408 " in held[0].recv(200)
    finally:
        for connection in held:
            connection.close()


def test_a_body_that_is_too_large_is_refused(two_creators: Served) -> None:
    answer = two_creators.as_creator("anna").post(CALLBACK, content=b"x" * (pages.MOST_BODY_BYTES + 1))
    assert answer.status_code == 413


@pytest.mark.parametrize("origin", ["http://[bad", "null", "https://elsewhere.example"])
def test_a_strange_origin_is_another_site(two_creators: Served, origin: str) -> None:
    answer = two_creators.as_nobody().post("/sign-in", headers={"Origin": origin})
    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["os/x.py", "dash/nope.js"])
def test_an_unknown_script_is_not_found(two_creators: Served, path: str) -> None:
    assert two_creators.as_nobody().get(f"{PAGE}/_dash-component-suites/{path}").status_code == 404


@pytest.mark.parametrize(
    "path", [f"{PAGE}/assets/", f"{PAGE}/_dash-component-suites/", f"{PAGE}/vendor/", f"{PAGE}/calendar/"]
)
def test_an_open_folder_does_not_open_what_lists_it(two_creators: Served, path: str) -> None:
    assert two_creators.as_nobody().get(path).status_code in (303, 401)


@pytest.mark.parametrize(
    "path", [PAGE, f"{PAGE}/_dash-layout", "/api/openapi.json", "/sign-in", "/api/creators/me/courses"]
)
def test_what_a_viewer_gets_is_kept_by_no_cache_and_guessed_at_by_no_browser(two_creators: Served, path: str) -> None:
    for client in (two_creators.as_creator("anna"), two_creators.as_nobody()):
        headers: httpx2.Headers = client.get(path).headers
        assert headers["cache-control"] in ("private, no-cache", "no-store")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "SAMEORIGIN"
        assert headers["referrer-policy"] == "same-origin"


def test_a_local_link_that_was_handed_on_plays_for_no_analyst(demo: Served) -> None:
    staff: Any = demo.as_staff()
    found = staff.get("/api/creators/all/sessions", params={"status": "completed", "limit": 50}).json()["sessions"]
    answers = (staff.get(f"/api/sessions/{row['id']}/recording") for row in found if row["has_recording"])
    url = next(answer.json()["url"] for answer in answers if answer.status_code == 200)
    assert staff.get(url, headers={"Range": "bytes=0-9"}).status_code == 206
    assert demo.as_staff(Role.ANALYST).get(url).status_code == 403


@pytest.mark.parametrize("path", [f"{PAGE}/_dash-ws-callback", "/api/creators/me/sessions", "/sign-in"])
def test_a_websocket_is_refused_whoever_opens_it(path: str) -> None:
    """Dash's are off; if they are ever switched on, they come to no door that does not know who asks."""
    sent: list[Message] = []

    async def opened(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError("let in")

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    cookie = SessionCookie(SECRET_KEY)
    door = ViewerMiddleware(opened, cookie, NoTokens(), open_paths=("/sign-in",), pages=(PAGE,))
    headers = [(b"cookie", f"{COOKIE}={a_cookie()}".encode())]
    scope = {"type": "websocket", "path": path, "scheme": "ws", "query_string": b"", "headers": headers}
    asyncio.run(door(scope, receive, send))
    assert sent[0]["type"] == "websocket.http.response.start"
    assert sent[0]["status"] == 403


def test_of_a_package_only_scripts_and_styles_are_served(two_creators: Served) -> None:
    nobody = two_creators.as_nobody()
    assert nobody.get(f"{PAGE}/calendar/dash_fullcalendar.min.js").status_code == 200
    for name in ("__init__.py", "FullCalendar.py", "metadata.json", "dash_fullcalendar.min.js.map"):
        assert nobody.get(f"{PAGE}/calendar/{name}").status_code == 404
