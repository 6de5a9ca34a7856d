"""The session cookie: only what this application signed, and lately, is anybody's."""

import asyncio
import base64
import json
import time
from dataclasses import replace
from datetime import timedelta

import httpx2
import pytest
from itsdangerous import URLSafeSerializer, URLSafeTimedSerializer
from starlette.requests import HTTPConnection
from starlette.types import Message, Receive, Scope, Send

from auth.cookie import COOKIE, HOST_COOKIE, IDLE, LIFETIME, SessionCookie, SignIn
from auth.middleware import NoTokens, ViewerMiddleware
from auth.viewer import Role, Viewer

CLEO = SignIn.of(Viewer("c1", "Cleo Castro", Role.CREATOR, "cleo@example"))
GOOD = ["sid", CLEO.began, "c1", "Cleo", "creator", "cleo", False]
KEY = "the application's own key"
OTHER = "the key of another one"


def signed(payload: object, key: str = KEY, salt: str = "session-cookie") -> str:
    return str(URLSafeTimedSerializer(key, salt=salt).dumps(payload))


def changed(value: str, **fields: str) -> str:
    """The cookie with its payload replaced and its signature kept."""
    payload, _, rest = value.partition(".")
    sid, began, *who = json.loads(base64.urlsafe_b64decode(payload + "=="))
    names = ("id", "name", "role", "account", "granted")
    new = [sid, began, *(fields.get(name, value) for name, value in zip(names, who, strict=True))]
    return base64.urlsafe_b64encode(json.dumps(new).encode()).decode().rstrip("=") + "." + rest


def forgeries() -> dict[str, str]:
    good = SessionCookie(KEY).write(CLEO)
    payload, stamp, signature = good.split(".")
    return {
        "empty": "",
        "words": "c1",
        "dots": "..",
        "another creator": changed(good, id="c2"),
        "another role": changed(good, role="operations"),
        "truncated": good[:-1],
        "without signature": f"{payload}.{stamp}.",
        "without time": f"{payload}.{signature}",
        "another time": f"{payload}.{stamp[::-1]}.{signature}",
        "longer": good + "A",
        "other key": SessionCookie(OTHER).write(CLEO),
        "no key": SessionCookie("").write(CLEO),
        "other salt": signed(GOOD, salt="recordings.local"),
        "not timed": str(URLSafeSerializer(KEY, salt="session-cookie").dumps(GOOD)),
        "not ascii": "é" * 20,
    }


@pytest.mark.parametrize(
    "viewer",
    [
        CLEO.viewer,
        Viewer("✓ö", '<b>"', Role.ANALYST, "a", granted_private=True),
        Viewer("", "", Role.OPERATIONS),
    ],
    ids=str,
)
def test_a_cookie_gives_back_who_it_was_written_for(viewer: Viewer) -> None:
    cookie = SessionCookie(KEY)
    sign_in = SignIn.of(viewer)
    assert cookie.read(cookie.write(sign_in)) == sign_in


def test_two_sign_ins_of_one_person_have_names_of_their_own() -> None:
    assert SignIn.of(CLEO.viewer).id != SignIn.of(CLEO.viewer).id


@pytest.mark.parametrize("kind", forgeries())
def test_a_forged_cookie_is_nobodys(kind: str) -> None:
    assert SessionCookie(KEY).read(forgeries()[kind]) is None


@pytest.mark.parametrize(
    "payload",
    [
        None,
        5,
        "c1",
        [],
        ["c1", "Cleo", "creator"],
        GOOD[:-1],
        [*GOOD, "x"],
        [*GOOD[:4], "admin", *GOOD[5:]],
        [*GOOD[:4], None, *GOOD[5:]],
        ["sid", "soon", *GOOD[2:]],
        ["sid", None, *GOOD[2:]],
        {"id": "c1"},
        list("abcdefg"),
    ],
)
def test_a_signed_payload_of_another_shape_is_nobodys(payload: object) -> None:
    assert SessionCookie(KEY).read(signed(payload)) is None


@pytest.mark.parametrize("granted", [1, "yes", None, [True]])
def test_only_true_grants_what_people_wrote(granted: object) -> None:
    read = SessionCookie(KEY).read(signed([*GOOD[:4], "analyst", "cleo", granted]))
    assert read
    assert not read.viewer.sees_private


def seconds(span: timedelta) -> int:
    return int(span.total_seconds())


def later(monkeypatch: pytest.MonkeyPatch, by: float) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + by)


def test_a_cookie_that_nobody_uses_is_valid_for_two_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    value = SessionCookie(KEY).write(CLEO)
    later(monkeypatch, seconds(IDLE) - 5)
    assert SessionCookie(KEY).read(value)
    later(monkeypatch, 10)
    assert SessionCookie(KEY).read(value) is None


def test_a_sign_in_is_valid_for_half_a_day_however_often_it_is_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    cookie, began = SessionCookie(KEY), int(time.time())
    for age, is_valid in ((seconds(LIFETIME) - 5, True), (seconds(LIFETIME) + 5, False)):
        renewed = cookie.write(replace(CLEO, began=began - age))
        assert (cookie.read(renewed) is not None) is is_valid


def test_a_sign_in_that_was_ended_is_nobodys() -> None:
    cookie = SessionCookie(KEY, is_ended=lambda id_: id_ == CLEO.id)
    assert cookie.read(cookie.write(CLEO)) is None
    assert cookie.read(cookie.write(replace(CLEO, id="another")))


def test_a_cookie_in_use_is_renewed_and_the_sign_in_stays_the_same(
    client: httpx2.Client, cookie: SessionCookie, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in = SignIn.of(CLEO.viewer)
    old = {"Cookie": f"{COOKIE}={cookie.write(sign_in)}"}
    assert "set-cookie" not in client.get("/api/creators/me/courses", headers=old).headers
    later(monkeypatch, seconds(IDLE) / 2)
    answer = client.get("/api/creators/me/courses", headers=old)
    renewed = cookie.read(answer.cookies[COOKIE])
    assert renewed
    assert (renewed.id, renewed.viewer, renewed.began) == (sign_in.id, sign_in.viewer, sign_in.began)
    assert renewed.signed > sign_in.signed
    assert answer.headers["cache-control"] == "private, no-cache"


def test_the_browser_forgets_a_cookie_no_later_than_the_sign_in_ends(
    client: httpx2.Client, cookie: SessionCookie, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in = replace(SignIn.of(CLEO.viewer), began=int(time.time()) - seconds(LIFETIME) + 3000)
    old = {"Cookie": f"{COOKIE}={cookie.write(sign_in)}"}
    later(monkeypatch, 1500)
    header = client.get("/api/creators/me/courses", headers=old).headers["set-cookie"]
    assert 1490 <= int(header.partition("Max-Age=")[2].partition(";")[0]) <= 1500


def test_a_sign_in_that_ends_while_it_is_used_is_not_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A late answer would set a dead cookie over the one of the next sign-in."""
    ended: set[str] = set()
    cookie = SessionCookie(KEY, is_ended=ended.__contains__)
    old = cookie.write(CLEO)
    later(monkeypatch, seconds(IDLE) / 2)

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        ended.update(scope["ends"])
        await send({"type": "http.response.start", "status": 200, "headers": []})

    middleware = ViewerMiddleware(answer, cookie, NoTokens(), open_paths=(), pages=("/",))
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {}

    for ends in ([], [CLEO.id]):
        headers = [(b"cookie", f"{COOKIE}={old}".encode()), (b"host", b"x")]
        scope = {"type": "http", "method": "GET", "path": "/x", "query_string": b"", "scheme": "http"}
        asyncio.run(middleware({**scope, "headers": headers, "ends": ends}, receive, send))
    assert [bool(message["headers"]) for message in sent] == [True, False]


def test_static_files_renew_nothing(
    client: httpx2.Client, cookie: SessionCookie, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = {"Cookie": f"{COOKIE}={cookie.write(SignIn.of(CLEO.viewer))}"}
    later(monkeypatch, seconds(IDLE) / 2)
    assert "set-cookie" not in client.get("/studio/sessions/assets/cells.js", headers=old).headers


def test_over_tls_no_other_host_of_the_domain_can_set_the_cookie() -> None:
    connection = HTTPConnection({"type": "http", "headers": [], "scheme": "http", "path": "/", "query_string": b""})
    header = SessionCookie(KEY, always_secure=True).header(CLEO, connection)
    assert header.startswith(f"{HOST_COOKIE}=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} < {part.strip() for part in header.split(";")}
    assert "Domain" not in header


@pytest.mark.parametrize("kind", [kind for kind in forgeries() if kind not in ("empty", "not ascii")])
def test_the_running_application_takes_a_forged_cookie_for_nobody(client: httpx2.Client, kind: str) -> None:
    answer = client.get("/api/creators/me/courses", headers={"Cookie": f"{COOKIE}={forgeries()[kind]}"})
    assert answer.status_code == 401


def test_the_running_application_takes_its_own_cookie(client: httpx2.Client, cookie: SessionCookie) -> None:
    answer = client.get("/api/creators/me/courses", headers={"Cookie": f"{COOKIE}={cookie.write(CLEO)}"})
    assert [course["id"] for course in answer.json()] == ["k1"]
