"""The player: a link only when play is pressed, renewed while watching, and every failure told."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import ELENA, SignIn
from tests.servers.app import running_app
from tests.servers.swift import swift_s3

CLIPS = Path(__file__).parents[2] / "warehouse" / "demo" / "clips"

PLAYING = "() => document.querySelector('#player-video')?.currentTime > 0.3"


def a_session(page: Page, server: str, **wanted: object) -> str:
    """A completed session of Elena's whose recording is there, or is missing from the store."""
    found = page.request.get(f"{server}/api/creators/me/sessions?status=completed&limit=500").json()["sessions"]
    for session in (session for session in found if session["has_recording"]):
        answer = page.request.get(f"{server}/api/sessions/{session['id']}/recording")
        if answer.ok is wanted.get("plays", True):
            return str(session["id"])
    raise AssertionError(f"no such session: {wanted}")


def test_the_link_is_asked_for_only_when_play_is_pressed(sign_in: SignIn, server: str) -> None:
    page = sign_in()
    session = a_session(page, server)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/recording") else None)
    page.goto(f"{server}/studio/sessions?session={session}")
    page.wait_for_selector("#player-play")
    page.wait_for_timeout(300)
    assert asked == []
    page.click("#player-play")
    page.wait_for_function(PLAYING)
    assert asked == [f"{server}/api/sessions/{session}/recording"]


def test_the_link_is_renewed_before_it_expires_and_play_goes_on_at_the_same_second(
    sign_in: SignIn, server: str
) -> None:
    page = sign_in()
    session = a_session(page, server)
    links: list[str] = []

    def short_lived(route: Route) -> None:
        link = route.fetch().json()
        links.append(link["url"])
        soon = 123 if len(links) == 1 else 3600
        link["expires_at"] = (datetime.now(UTC) + timedelta(seconds=soon)).isoformat()
        link["url"] += f"?play={len(links)}"
        route.fulfill(body=json.dumps(link), content_type="application/json")

    page.route("**/recording", short_lived)
    page.goto(f"{server}/studio/sessions?session={session}")
    page.click("#player-play")
    page.wait_for_function(PLAYING)
    page.evaluate("() => { const v = document.querySelector('video'); v.currentTime = 30; v.playbackRate = 1.5 }")
    page.wait_for_function("() => document.querySelector('#player-video').currentSrc.endsWith('play=2')")
    page.wait_for_function("() => document.querySelector('#player-video').currentTime > 31")
    at, rate, paused = page.evaluate(
        "() => { const v = document.querySelector('#player-video'); return [v.currentTime, v.playbackRate, v.paused] }"
    )
    assert 31 < at < 50
    assert (rate, paused) == (1.5, False)
    assert len(links) == 2


def test_the_speed_is_kept_for_the_next_recording(sign_in: SignIn, server: str) -> None:
    page = sign_in()
    page.goto(f"{server}/studio/sessions?session={a_session(page, server)}")
    page.click("#player-play")
    page.wait_for_function(PLAYING)
    page.select_option("#player-speed", "1.5")
    page.reload()
    page.click("#player-play")
    page.wait_for_function(PLAYING)
    assert page.evaluate("() => document.querySelector('#player-video').playbackRate") == 1.5


def test_a_recording_missing_from_the_store_is_not_available(
    sign_in: SignIn, server: str, complaints: list[str]
) -> None:
    page = sign_in(user="operations", role="operations")
    found = page.request.get(f"{server}/api/creators/all/sessions?status=completed&limit=500").json()["sessions"]
    lost = next(
        s["id"] for s in found
        if s["has_recording"] and page.request.get(f"{server}/api/sessions/{s['id']}/recording").status == 404
    )  # fmt: skip
    page.goto(f"{server}/studio/sessions?session={lost}")
    page.click("#player-play")
    expect(page.locator("#player-message")).to_have_text("Recording not available")
    complaints.clear()


@pytest.fixture(scope="module")
def server_with_s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The application with its recordings in a real S3 store."""
    with swift_s3() as store:
        store.create_bucket("recordings", {f"demo/{clip.name}": clip.read_bytes() for clip in CLIPS.glob("*.webm")})
        environment = store.environment | {
            "SESSIONS_RECORDINGS_BUCKET": "recordings",
            "SESSIONS_RECORDINGS_ENDPOINT": store.endpoint,
            "SESSIONS_DEMO_SESSIONS": "3000",
        }
        with running_app(tmp_path_factory.mktemp("with-s3"), environment) as address:
            yield address


@pytest.mark.s3
def test_a_recording_in_a_real_s3_store_plays_and_seeks(
    sign_in: SignIn, server_with_s3: str, complaints: list[str]
) -> None:
    page = sign_in(user=ELENA, at=server_with_s3)
    session = a_session(page, server_with_s3)
    page.goto(f"{server_with_s3}/studio/sessions?session={session}")
    page.click("#player-play")
    page.wait_for_function(PLAYING)
    page.evaluate("() => { document.querySelector('#player-video').currentTime = 50 }")
    page.wait_for_function("() => document.querySelector('#player-video').currentTime > 50.3")
    assert "X-Amz-Signature=" in page.evaluate("() => document.querySelector('#player-video').currentSrc")
    assert all("X-Amz-Signature=" in complaint for complaint in complaints), "the store is the one other host"
    complaints.clear()


def test_the_next_session_does_not_go_on_with_the_recording_before(sign_in: SignIn, server: str) -> None:
    page = sign_in("/studio/sessions?status=completed")
    session = a_session(page, server)
    page.goto(f"{server}/studio/sessions?status=completed&range=all&session={session}")
    page.click("#player-play")
    page.wait_for_function(PLAYING)
    page.keyboard.press("j")
    page.wait_for_function(f"() => !location.search.includes('{session}')")
    page.wait_for_function("() => !document.querySelector('#player-video')?.getAttribute('src')")
    page.keyboard.press("k")
    page.wait_for_function(f"() => location.search.includes('{session}')")
    page.click(f".player[data-session='{session}'] #player-play")  # not the other one's, while this one is on its way
    page.wait_for_function(PLAYING)
