"""The session cookie: only what this application signed, and lately, is anybody's."""

import base64
import json
import time

import httpx
import pytest
from itsdangerous import URLSafeSerializer, URLSafeTimedSerializer

from auth.cookie import COOKIE, MAX_AGE_SECONDS, SessionCookie
from auth.viewer import Role, Viewer

CLEO = Viewer("c1", "Cleo Castro", Role.CREATOR)
KEY = "the application's own key"
OTHER = "the key of another one"


def signed(payload: object, key: str = KEY, salt: str = "session-cookie") -> str:
    return str(URLSafeTimedSerializer(key, salt=salt).dumps(payload))


def changed(value: str, **fields: str) -> str:
    """The cookie with its payload replaced and its signature kept."""
    payload, _, rest = value.partition(".")
    id_, name, role = json.loads(base64.urlsafe_b64decode(payload + "=="))
    new = [fields.get("id", id_), fields.get("name", name), fields.get("role", role)]
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
        "other salt": signed(["c1", "Cleo", "creator"], salt="recordings.local"),
        "not timed": str(URLSafeSerializer(KEY, salt="session-cookie").dumps(["c1", "Cleo", "creator"])),
        "not ascii": "é" * 20,
    }


def test_a_cookie_gives_back_who_it_was_written_for() -> None:
    cookie = SessionCookie(KEY)
    for viewer in (CLEO, Viewer("✓ö", '<b>"', Role.ANALYST), Viewer("", "", Role.OPERATIONS)):
        assert cookie.read(cookie.write(viewer)) == viewer


@pytest.mark.parametrize("kind", forgeries())
def test_a_forged_cookie_is_nobodys(kind: str) -> None:
    assert SessionCookie(KEY).read(forgeries()[kind]) is None


@pytest.mark.parametrize(
    "payload",
    [None, 5, "c1", [], ["c1", "Cleo"], ["c1", "Cleo", "admin"], ["c1", "Cleo", None], {"id": "c1"}, list("abcd")],
)
def test_a_signed_payload_of_another_shape_is_nobodys(payload: object) -> None:
    assert SessionCookie(KEY).read(signed(payload)) is None


def test_a_cookie_is_valid_for_half_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    cookie, now = SessionCookie(KEY), time.time()
    value = cookie.write(CLEO)
    assert MAX_AGE_SECONDS == 12 * 3600
    monkeypatch.setattr(time, "time", lambda: now + MAX_AGE_SECONDS - 5)
    assert cookie.read(value) == CLEO
    monkeypatch.setattr(time, "time", lambda: now + MAX_AGE_SECONDS + 5)
    assert cookie.read(value) is None


@pytest.mark.parametrize("kind", [kind for kind in forgeries() if kind not in ("empty", "not ascii")])
def test_the_running_application_takes_a_forged_cookie_for_nobody(client: httpx.Client, kind: str) -> None:
    answer = client.get("/api/creators/me/courses", headers={"Cookie": f"{COOKIE}={forgeries()[kind]}"})
    assert answer.status_code == 401


def test_the_running_application_takes_its_own_cookie(client: httpx.Client, cookie: SessionCookie) -> None:
    answer = client.get("/api/creators/me/courses", headers={"Cookie": f"{COOKIE}={cookie.write(CLEO)}"})
    assert [course["id"] for course in answer.json()] == ["k1"]
