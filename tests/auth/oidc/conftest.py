"""The application behind a provider whose tokens the test makes, on the export of two creators."""

import time
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from auth.oidc import keys, provider
from tests.conftest import NOW, Served, served
from tests.exports import write_export
from tests.servers.issuer import AUDIENCE, CLIENT_ID, Issuer, running_issuer
from tests.serving import wait_for
from tests.two_creators import TABLES

PUBLIC = "http://127.0.0.1:8050"
PAUSE = 0.03


def settings_for(issuer: str) -> dict[str, Any]:
    return {
        "auth": "oidc",
        "public_url": PUBLIC,
        "oidc_issuer": issuer,
        "oidc_client_id": CLIENT_ID,
        "oidc_client_secret": "a secret of tests alone",
        "oidc_audience": AUDIENCE,
        "oidc_creator_claim": "creator",
    }


@pytest.fixture(scope="session")
def _issuer() -> Iterator[Issuer]:
    with running_issuer() as running:
        yield running


@pytest.fixture(scope="session")
def _served(_issuer: Issuer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("oidc")
    export = write_export(folder / "export", as_of=NOW, **TABLES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "KEYS_PAUSE_SECONDS", PAUSE)
        patch.setattr(provider, "METADATA_PAUSE_SECONDS", PAUSE)
        with served(folder / "data", NOW, export=str(export), **settings_for(_issuer.url)) as app:
            yield app


@pytest.fixture
def issuer(_issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> Issuer:
    """As it is to begin with, its keys kept."""
    for name in ("metadata", "answer", "userinfo", "broken"):
        monkeypatch.setattr(_issuer, name, {})
    for name in ("keys", "forms"):
        monkeypatch.setattr(_issuer, name, list(_issuer.keys) if name == "keys" else [])
    monkeypatch.setattr(_issuer, "delay", 0)
    _issuer.asked.clear()
    return _issuer


@pytest.fixture
def client(_served: Served, issuer: Issuer) -> Iterator[httpx2.Client]:
    """A browser that follows no redirects and has no cookies yet, of an application that finds its provider well."""
    with httpx2.Client(base_url=_served.url, trust_env=False, timeout=20, verify=False) as browser:
        token = {"Authorization": f"Bearer {issuer.token()}"}
        wait_for(lambda: browser.get("/api/creators/me/courses", headers=token).status_code == 200)
        time.sleep(PAUSE)
        wait_for(lambda: browser.get("/sign-in").status_code == 303)
        browser.cookies.clear()
        issuer.asked.clear()
        yield browser
