"""A provider that does not answer, or nonsense: it is told on our page, within seconds, and holds nobody else up."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx2
import pytest

from app import create_app
from auth.oidc import provider
from settings import load_settings
from tests.auth.oidc.conftest import PAUSE, settings_for
from tests.auth.oidc.test_sign_in import begin, come_back, sign_in
from tests.conftest import SECRET_KEY
from tests.exports import write_export
from tests.servers.issuer import Issuer
from tests.servers.web import closed_port, full_server, mute_server
from tests.serving import ready_client_of

DISCOVERY = "/.well-known/openid-configuration"
COURSES = "/api/creators/me/courses"
UNSIGNED = "eyJhbGciOiJSUzI1NiIsImtpZCI6Im9uZSJ9.e30.AAAA"
NO_ANSWER = "The sign-in service does not answer"


@contextmanager
def dripping_server() -> Iterator[str]:
    """It sends a byte now and then: no single wait is long."""
    stopped = threading.Event()

    def drip(connection: socket.socket) -> None:
        with connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while not stopped.wait(0.3):
                try:
                    connection.sendall(b" ")
                except OSError:
                    return

    def accept() -> None:
        while not stopped.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                continue
            threads.append(threading.Thread(target=drip, args=(connection,)))
            threads[-1].start()

    threads: list[threading.Thread] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        threads.append(threading.Thread(target=accept))
        threads[0].start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            stopped.set()
            for thread in threads:
                thread.join()


@pytest.mark.parametrize("server", [closed_port, mute_server, full_server, dripping_server])
def test_a_server_starts_and_says_so_though_its_provider_is_down(
    tmp_path: Path, server: Callable[[], AbstractContextManager[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider, "ASK_SECONDS", 0.5)
    write_export(tmp_path / "export")
    with server() as issuer:
        settings = load_settings(
            export=str(tmp_path / "export"), data_dir=tmp_path / "data", secret_key=SECRET_KEY, **settings_for(issuer)
        )
        with ready_client_of(create_app(settings)) as client:
            token = {"Authorization": f"Bearer {UNSIGNED}"}
            for method, path, status in (("GET", "/sign-in", 503), ("GET", COURSES, 401), ("POST", "/sign-out", 200)):
                began = time.monotonic()
                assert client.request(method, path, headers=token).status_code == status
                assert time.monotonic() - began < 1.5
            health = client.get("/api/health").json()
            assert health["status"] == "degraded"
            assert health["problems"][0].startswith("sign-in: the provider does not answer as it should: ")
            assert NO_ANSWER in client.get("/sign-in").text


@pytest.mark.parametrize(
    "broken",
    [
        (500, b""),
        (404, b"{}"),
        (302, b""),
        (200, b"<html>"),
        (200, b"[]"),
        (200, b"{}"),
        (200, b'{"issuer": "https://other.example"}'),
        (200, b"\xff"),
        (200, b"[" * 100_000),
        (200, b'{"issuer": "' + b"x" * 1_000_001 + b'"}'),
    ],
    ids=lambda broken: str(broken)[:40],
)
def test_a_discovery_document_that_cannot_be_used_is_a_provider_that_is_down(
    client: httpx2.Client, issuer: Issuer, broken: tuple[int, bytes]
) -> None:
    issuer.broken[DISCOVERY] = broken
    time.sleep(PAUSE)
    answer = client.get("/sign-in", params={"next": "/studio/sessions?x=1"})
    assert answer.status_code == 503
    assert NO_ANSWER in answer.text
    assert 'href="/sign-in?next=/studio/sessions%3Fx%3D1"' in answer.text


@pytest.mark.parametrize(
    "metadata",
    [
        {"token_endpoint": None},
        {"jwks_uri": 7},
        {"issuer": "https://other.example"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "https://[bad"},
        {"end_session_endpoint": "javascript:alert(1)"},
        {"token_endpoint": "file:///etc/passwd"},
        {"userinfo_endpoint": "//host"},
    ],
    ids=str,
)
def test_a_discovery_document_that_lacks_an_endpoint_or_is_anothers_is_one_too(
    client: httpx2.Client, issuer: Issuer, monkeypatch: pytest.MonkeyPatch, metadata: dict[str, object]
) -> None:
    monkeypatch.setattr(issuer, "metadata", metadata)
    time.sleep(PAUSE)
    assert client.get("/sign-in").status_code == 503


@pytest.mark.parametrize(
    ("path", "broken"), [("/token", (500, b"")), ("/token", (200, b"<html>")), ("/me", (500, b""))]
)
def test_a_provider_that_fails_on_the_way_back_signs_nobody_in(
    client: httpx2.Client, issuer: Issuer, path: str, broken: tuple[int, bytes]
) -> None:
    issuer.broken[path] = broken
    answer = sign_in(client, issuer, roles=None)
    assert answer.status_code in (403, 503)
    assert client.get(COURSES).status_code == 401


def test_the_limit_leaves_a_second_of_five() -> None:
    assert provider.ASK_SECONDS <= 4


def test_a_provider_that_hangs_on_the_way_back_is_told_within_seconds(
    client: httpx2.Client, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = begin(client)
    monkeypatch.setattr(issuer, "delay", 6)
    began = time.monotonic()
    answer = come_back(client, asked)
    assert time.monotonic() - began < 5
    assert (answer.status_code, NO_ANSWER in answer.text) == (503, True)


def test_those_signed_in_go_on(client: httpx2.Client, issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(client, issuer)
    monkeypatch.setattr(issuer, "delay", 2)
    monkeypatch.setattr(provider, "ASK_SECONDS", 0.5)
    began = time.monotonic()
    for path in ("/api/creators/me/sessions", "/studio/sessions", "/studio/sessions/_dash-layout"):
        assert client.get(path).status_code == 200
    assert time.monotonic() - began < 1.5
    time.sleep(PAUSE)
    began = time.monotonic()
    answer = client.post("/sign-out")
    assert time.monotonic() - began < 1.5
    assert 'content="0;url=/sign-out/done?only=here"' in answer.text
    assert "may still be signed in there" in client.get("/sign-out/done?only=here").text
    assert client.get(COURSES).status_code == 401


def test_the_issuer_that_is_not_the_settings_is_named_with_it(
    client: httpx2.Client, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slash too many is the classic."""
    monkeypatch.setattr(issuer, "metadata", {"issuer": issuer.url + "/"})
    time.sleep(PAUSE)
    client.get("/sign-in")
    (problem,) = client.get("/api/health").json()["problems"]
    assert f"is of issuer '{issuer.url}/', SESSIONS_OIDC_ISSUER of '{issuer.url}'" in problem
    monkeypatch.setattr(issuer, "metadata", {})
    time.sleep(PAUSE)
    client.get("/sign-in")
    assert client.get("/api/health").json()["status"] == "ok"


def test_an_answer_with_impossible_numbers_is_refused(client: httpx2.Client, issuer: Issuer) -> None:
    asked = begin(client)
    issuer.broken["/token"] = (200, b'{"access_token": "x", "id_token": "x", "expires_in": 1e999}')
    assert come_back(client, asked).status_code == 403
