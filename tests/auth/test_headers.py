"""What every answer tells a browser, and whose word about the way it came is believed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app import create_app
from auth.cookie import COOKIE, HOST_COOKIE
from auth.headers import content_security_policy
from layouts.ids import PAGE_PATH as PAGE
from settings import load_settings
from tests.conftest import SECRET_KEY, Served
from tests.exports import write_export
from tests.servers.app import running_app
from tests.serving import ready_client_of

STATIC = f"{PAGE}/assets/cells.js"
PATHS = (PAGE, f"{PAGE}/", f"{PAGE}/_dash-layout", STATIC, "/api/health", "/api/creators/me/courses", "/sign-in", "/x")


def directives(answer: httpx2.Response) -> dict[str, list[str]]:
    parts = (part.split() for part in answer.headers["content-security-policy"].split(";"))
    return {name: sources for name, *sources in parts}


@contextmanager
def an_app(folder: Path, **settings: Any) -> Iterator[httpx2.Client]:
    export = write_export(folder / "export")
    given = {"export": str(export), "data_dir": folder / "data", "secret_key": SECRET_KEY} | settings
    with ready_client_of(create_app(load_settings(**given))) as client:
        yield client


@pytest.mark.parametrize("path", PATHS)
def test_no_answer_lets_a_script_run_that_is_not_the_pages_own(two_creators: Served, path: str) -> None:
    for client in (two_creators.as_creator("anna"), two_creators.as_nobody()):
        found = directives(client.get(path))
        assert found["default-src"] == ["'self'"]
        own, *inline = found["script-src"]
        assert own == "'self'"
        assert inline
        assert all(source.startswith("'sha256-") for source in inline)
        assert found["object-src"] == found["base-uri"] == ["'none'"]
        assert found["form-action"] == found["frame-ancestors"] == ["'self'"]


def test_static_files_say_the_same_once_they_come_compressed(two_creators: Served) -> None:
    client = two_creators.as_nobody()
    address = f"{PAGE}/vendor/bootstrap.min.css"
    answers = [client.get(address, headers={"Accept-Encoding": "br"}) for _ in range(2)]
    for answer in answers:
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_recordings_come_from_their_store_and_from_nowhere_else(tmp_path: Path) -> None:
    with an_app(tmp_path, recordings_bucket="clips", recordings_endpoint="https://r2.example") as client:
        assert directives(client.get("/sign-in"))["media-src"] == ["'self'", "https://r2.example"]


def test_without_a_store_they_come_from_here(two_creators: Served) -> None:
    assert directives(two_creators.as_nobody().get("/sign-in"))["media-src"] == ["'self'"]


@pytest.mark.parametrize(
    ("ancestors", "old_header"), [("'none'", "DENY"), ("'self' https://studio.example", None), ("'self'", "SAMEORIGIN")]
)
def test_who_may_frame_the_page_is_a_setting(tmp_path: Path, ancestors: str, old_header: str | None) -> None:
    with an_app(tmp_path, frame_ancestors=ancestors) as client:
        answer = client.get("/sign-in")
    assert " ".join(directives(answer)["frame-ancestors"]) == ancestors
    assert answer.headers.get("x-frame-options") == old_header


def test_a_policy_has_each_directive_once() -> None:
    names = [part.split()[0] for part in content_security_policy().split(";")]
    assert len(names) == len(set(names))


# Behind a proxy

OVER_TLS = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}


def test_a_proxy_that_is_not_listed_is_not_believed(tmp_path: Path) -> None:
    with an_app(tmp_path) as client:
        answer = client.post("/sign-in", data={"user": "operations", "role": "operations"}, headers=OVER_TLS)
    assert "strict-transport-security" not in answer.headers
    assert "secure" not in answer.headers["set-cookie"].lower()
    assert answer.headers["set-cookie"].startswith(f"{COOKIE}=")


def test_nor_is_one_on_this_machine_by_the_server_as_it_is_started(tmp_path: Path) -> None:
    with running_app(tmp_path, {"SESSIONS_DEMO_SESSIONS": "1000"}) as address:
        headers = httpx2.get(f"{address}/sign-in", headers=OVER_TLS, trust_env=False).headers
    assert "strict-transport-security" not in headers


@pytest.mark.parametrize("proxies", ["10.0.0.0/8", "10.1.2.3, 192.168.0.0/16"])
def test_nor_is_another_than_those_listed(tmp_path: Path, proxies: str) -> None:
    with an_app(tmp_path, trusted_proxies=proxies) as client:
        assert "strict-transport-security" not in client.get("/sign-in", headers=OVER_TLS).headers


@pytest.mark.parametrize("proxies", ["127.0.0.1", "10.0.0.1,127.0.0.0/8"])
def test_one_that_is_listed_tells_of_tls(tmp_path: Path, proxies: str) -> None:
    with an_app(tmp_path, trusted_proxies=proxies) as client:
        answer = client.post("/sign-in", data={"user": "operations", "role": "operations"}, headers=OVER_TLS)
        assert answer.headers["strict-transport-security"].startswith("max-age=")
        assert answer.headers["set-cookie"].startswith(f"{HOST_COOKIE}=")
        assert "secure" in answer.headers["set-cookie"].lower()
        plain = client.post("/sign-in", data={"user": "operations", "role": "operations"})
        assert "strict-transport-security" not in plain.headers


def test_a_public_address_of_https_tells_of_tls_too(tmp_path: Path) -> None:
    with an_app(tmp_path, public_url="https://studio.example") as client:
        answer = client.post("/sign-in", data={"user": "operations", "role": "operations"})
        assert "strict-transport-security" in answer.headers
        assert answer.headers["set-cookie"].startswith(f"{HOST_COOKIE}=")
        signed_in = {"Cookie": answer.headers["set-cookie"].partition(";")[0]}
        assert client.get("/api/creators/all/courses", headers=signed_in).status_code == 200
        plain = {"Cookie": signed_in["Cookie"].removeprefix("__Host-")}
        assert client.get("/api/creators/all/courses", headers=plain).status_code == 401


@pytest.mark.parametrize(
    ("origin", "status"),
    [("https://studio.example", 303), ("https://evil.example", 403), ("https://studio.example.evil.example", 403)],
)
def test_a_proxy_may_change_the_host_without_the_page_taking_itself_for_another_site(
    tmp_path: Path, origin: str, status: int
) -> None:
    with an_app(tmp_path, public_url="https://studio.example") as client:
        form = {"user": "operations", "role": "operations"}
        assert client.post("/sign-in", data=form, headers={"Origin": origin}).status_code == status
