"""Signing out: here whatever happens, then at the provider."""

import time

import httpx2
import pytest

from auth.cookie import COOKIE
from tests.auth.oidc.conftest import PAUSE, PUBLIC
from tests.auth.oidc.test_sign_in import COURSES, PAGE, sign_in
from tests.servers.issuer import CLIENT_ID, Issuer


def test_signing_out_ends_it_here_and_leads_to_the_providers_own_sign_out(
    client: httpx2.Client, issuer: Issuer
) -> None:
    sign_in(client, issuer)
    copy = {"Cookie": f"{COOKIE}={client.cookies[COOKIE]}"}
    answer = client.post("/sign-out")
    assert COOKIE not in client.cookies
    assert client.get(COURSES, headers=copy).status_code == 401
    target = httpx2.URL(answer.text.partition('content="0;url=')[2].partition('"')[0].replace("&amp;", "&"))
    assert str(target).startswith(f"{issuer.url}/session/end?")
    assert target.params["realm"] == "x"
    assert target.params["client_id"] == CLIENT_ID
    assert target.params["post_logout_redirect_uri"] == f"{PUBLIC}/sign-out/done"
    assert target.params["id_token_hint"] == issuer.answer["id_token"]


def test_whoever_is_not_signed_in_can_sign_out_at_the_provider(client: httpx2.Client, issuer: Issuer) -> None:
    assert f"{issuer.url}/session/end?" in client.post("/sign-out").text


def test_a_provider_without_a_sign_out_leads_to_ours(
    client: httpx2.Client, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, issuer)
    monkeypatch.setattr(issuer, "metadata", {"end_session_endpoint": None})
    time.sleep(PAUSE)
    assert 'content="0;url=/sign-out/done"' in client.post("/sign-out").text
    assert "You are signed out" in client.get("/sign-out/done").text


def test_in_a_frame_signing_out_leads_the_frame_nowhere(client: httpx2.Client, issuer: Issuer) -> None:
    sign_in(client, issuer)
    answer = client.post("/sign-out", headers={"Sec-Fetch-Dest": "iframe"})
    assert "You are signed out here" in answer.text
    assert "http-equiv" not in answer.text
    assert f'href="{issuer.url}/session/end' in answer.text


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/"])
def test_a_browser_keeps_no_page_to_go_back_to_after_signing_out(
    client: httpx2.Client, issuer: Issuer, path: str
) -> None:
    sign_in(client, issuer)
    assert client.get(path).headers["cache-control"] == "no-store"


def test_signing_in_anew_that_fails_ends_nothing(client: httpx2.Client, issuer: Issuer) -> None:
    sign_in(client, issuer)
    before = {"Cookie": f"{COOKIE}={client.cookies[COOKIE]}"}
    assert sign_in(client, issuer, roles=[]).status_code == 403
    assert client.get(COURSES, headers=before).status_code == 200


@pytest.mark.parametrize("path", ["/sign-out", "/sign-in/callback"])
def test_another_site_cannot_sign_anybody_in_or_out(client: httpx2.Client, issuer: Issuer, path: str) -> None:
    sign_in(client, issuer)
    assert client.post(path, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.get(COURSES).status_code == 200
