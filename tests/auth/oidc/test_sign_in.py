"""The way to the provider and back: what is sent, what is believed of the answer, and what is not."""

import base64
import hashlib
import time
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from starlette.responses import Response

from auth.cookie import COOKIE, SessionCookie
from auth.oidc.begun import Begun, BegunCookie
from auth.viewer import Role, Viewer
from tests.auth.oidc.conftest import PAUSE, PUBLIC
from tests.conftest import SECRET_KEY
from tests.servers.issuer import CLIENT_ID, Issuer, new_key

PAGE = "/studio/sessions"
COURSES = "/api/creators/me/courses"


def begin(client: httpx2.Client, next_: str | None = None) -> httpx2.URL:
    """Where the browser is sent."""
    answer = client.get("/sign-in", params={"next": next_} if next_ else None)
    assert answer.status_code == 303, answer.text
    return httpx2.URL(answer.headers["location"])


def come_back(client: httpx2.Client, asked: httpx2.URL, **more: str) -> httpx2.Response:
    given = {"state": asked.params["state"], "code": "the code"} | more
    return client.get("/sign-in/callback", params={name: value for name, value in given.items() if value})


def sign_in(client: httpx2.Client, issuer: Issuer, next_: str | None = None, **claims: Any) -> httpx2.Response:
    asked = begin(client, next_)
    issuer.answer = {
        "access_token": "opaque",
        "token_type": "Bearer",
        "id_token": issuer.id_token(asked.params["nonce"], **claims),
    }
    return come_back(client, asked)


def viewer(client: httpx2.Client) -> Viewer:
    found = SessionCookie(SECRET_KEY).read(client.cookies[COOKIE])
    assert found
    return found.viewer


def test_the_browser_is_sent_to_the_provider_with_all_that_protects_the_way_back(
    client: httpx2.Client, issuer: Issuer
) -> None:
    asked = begin(client)
    assert str(asked).startswith(f"{issuer.url}/auth?")
    params = dict(asked.params)
    assert min(len(params.pop(name)) for name in ("state", "nonce", "code_challenge")) >= 32
    assert params == {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": f"{PUBLIC}/sign-in/callback",
        "scope": "openid profile",
        "code_challenge_method": "S256",
    }
    assert dict(begin(client).params)["state"] != asked.params["state"]


def test_where_the_provider_leads_back_is_a_setting_and_never_the_hosts_word(client: httpx2.Client) -> None:
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    answer = client.get("/sign-in", headers=headers)
    assert httpx2.URL(answer.headers["location"]).params["redirect_uri"] == f"{PUBLIC}/sign-in/callback"


def test_the_code_is_redeemed_with_the_verifier_of_this_very_sign_in(client: httpx2.Client, issuer: Issuer) -> None:
    asked = begin(client)
    issuer.answer = {"access_token": "x", "token_type": "Bearer", "id_token": issuer.id_token(asked.params["nonce"])}
    assert come_back(client, asked).status_code == 303
    (form,) = issuer.forms
    digest = hashlib.sha256(form["code_verifier"].encode()).digest()
    assert base64.urlsafe_b64encode(digest).decode().rstrip("=") == asked.params["code_challenge"]
    assert (form["grant_type"], form["code"]) == ("authorization_code", "the code")
    assert form["redirect_uri"] == f"{PUBLIC}/sign-in/callback"


def test_who_signed_in_is_what_the_claims_say(client: httpx2.Client, issuer: Issuer) -> None:
    assert sign_in(client, issuer, name="Anna Å").headers["location"] == PAGE
    assert viewer(client) == Viewer("anna", "Anna Å", Role.CREATOR, "a-1")
    assert [course["id"] for course in client.get(COURSES).json()] == ["course-a"]


def test_the_cookie_is_one_that_no_script_reads_and_no_other_site_sends(client: httpx2.Client, issuer: Issuer) -> None:
    cookies = sign_in(client, issuer).headers.get_list("set-cookie")
    (session,) = [cookie for cookie in cookies if cookie.startswith(f"{COOKIE}=")]
    assert {"HttpOnly", "Path=/", "SameSite=lax"} < {part.strip() for part in session.split(";")}
    (begun,) = [cookie for cookie in cookies if cookie.startswith(f"{COOKIE}_begun_")]
    assert "Max-Age=0" in begun


def test_roles_that_the_id_token_lacks_are_asked_of_userinfo(client: httpx2.Client, issuer: Issuer) -> None:
    issuer.userinfo = {"sub": "a-1", "roles": ["operations"], "name": "Another name"}
    assert sign_in(client, issuer, roles=None).status_code == 303
    assert viewer(client) == Viewer("a-1", "Anna", Role.OPERATIONS, "a-1")
    assert issuer.asked["/me"] == 1


def test_userinfo_is_not_asked_for_what_is_there(client: httpx2.Client, issuer: Issuer) -> None:
    sign_in(client, issuer)
    assert issuer.asked["/me"] == 0


@pytest.mark.parametrize("subject", ["b-1", None])
def test_userinfo_of_another_person_is_refused(client: httpx2.Client, issuer: Issuer, subject: str | None) -> None:
    issuer.userinfo = {"sub": subject, "roles": ["operations"]}
    assert_refused(client, sign_in(client, issuer, roles=None))


def assert_refused(client: httpx2.Client, answer: httpx2.Response, status: int = 403) -> None:
    assert answer.status_code == status
    assert COOKIE not in client.cookies
    assert client.get(COURSES).status_code == 401


HOSTILE: dict[str, Callable[[Issuer, str], str]] = {
    "another nonce": lambda i, nonce: i.id_token("another"),
    "no nonce": lambda i, nonce: i.id_token(None),
    "another audience": lambda i, nonce: i.id_token(nonce, aud="another client"),
    "another audience, for us as the authorized party": lambda i, n: i.id_token(n, aud="another", azp=CLIENT_ID),
    "an access token's audience": lambda i, nonce: i.id_token(nonce, aud="https://sessions.example/api"),
    "several audiences and no authorized party": lambda i, nonce: i.id_token(nonce, aud=[CLIENT_ID, "another"]),
    "another authorized party": lambda i, nonce: i.id_token(nonce, azp="another"),
    "another issuer": lambda i, nonce: i.id_token(nonce, iss="https://other.example"),
    "expired": lambda i, nonce: i.id_token(nonce, exp=int(time.time()) - 60),
    "no end": lambda i, nonce: i.id_token(nonce, exp=None),
    "no subject": lambda i, nonce: i.id_token(nonce, sub=None),
    "another access token's hash": lambda i, nonce: i.id_token(nonce, at_hash="AAAA"),
    "a key nobody knows": lambda i, nonce: i.token({"typ": "JWT"}, new_key("x"), aud=CLIENT_ID, nonce=nonce, iat=1),
    "words": lambda i, nonce: "words",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_an_id_token_that_is_not_for_this_sign_in_is_refused(client: httpx2.Client, issuer: Issuer, kind: str) -> None:
    asked = begin(client)
    time.sleep(PAUSE)
    token = HOSTILE[kind](issuer, asked.params["nonce"])
    issuer.answer = {"access_token": "opaque", "token_type": "Bearer", "id_token": token}
    answer = come_back(client, asked)
    assert "did not confirm who you are" in answer.text
    assert_refused(client, answer)


@pytest.mark.parametrize("answer", [{}, {"access_token": "x", "token_type": "Bearer"}, {"error": "invalid_grant"}])
def test_a_code_that_brings_no_id_token_is_refused(
    client: httpx2.Client, issuer: Issuer, answer: dict[str, str]
) -> None:
    asked = begin(client)
    issuer.answer = answer
    assert_refused(client, come_back(client, asked))


def test_an_answer_of_another_issuer_is_refused(
    client: httpx2.Client, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = begin(client)
    issuer.answer = {"access_token": "x", "token_type": "Bearer", "id_token": issuer.id_token(asked.params["nonce"])}
    assert_refused(client, come_back(client, asked, iss="https://other.example"))
    assert issuer.forms == []
    monkeypatch.setattr(issuer, "metadata", {"authorization_response_iss_parameter_supported": True})
    time.sleep(PAUSE)
    for given in ("", "https://other.example"):
        asked = begin(client)
        token = issuer.id_token(asked.params["nonce"])
        issuer.answer = {"access_token": "x", "token_type": "Bearer", "id_token": token}
        assert_refused(client, come_back(client, asked, iss=given))
    asked = begin(client)
    issuer.answer = {"access_token": "x", "token_type": "Bearer", "id_token": issuer.id_token(asked.params["nonce"])}
    assert come_back(client, asked, iss=issuer.url).status_code == 303


def test_a_person_who_says_no_at_the_provider_is_told_so(client: httpx2.Client, issuer: Issuer) -> None:
    answer = come_back(client, begin(client), error="access_denied", code="")
    assert "Sign-in was cancelled" in answer.text
    assert_refused(client, answer)
    answer = come_back(client, begin(client), error="<script>alert(1)</script>", code="")
    assert "alert(1)" not in answer.text
    assert_refused(client, answer)
    assert issuer.forms == []


@pytest.mark.parametrize("roles", [[], ["student"], None])
def test_an_account_without_a_role_is_told_so_and_the_log_what_it_has(
    client: httpx2.Client, issuer: Issuer, caplog: pytest.LogCaptureFixture, roles: list[str] | None
) -> None:
    issuer.userinfo = {"sub": "a-1"}
    answer = sign_in(client, issuer, roles=roles)
    assert "This account has no role in Session History." in answer.text
    assert 'as <b dir="auto">Anna</b>' in answer.text
    assert_refused(client, answer)
    assert f"account 'a-1', claims {{'roles': [{roles!r}" in caplog.text


def test_an_application_that_the_provider_does_not_know_is_nobodys_fault_who_signs_in(
    client: httpx2.Client, issuer: Issuer, caplog: pytest.LogCaptureFixture
) -> None:
    asked = begin(client)
    issuer.answer = {"error": "invalid_client"}
    answer = come_back(client, asked)
    assert "must mend how sign-in is set up" in answer.text
    assert_refused(client, answer, 503)
    assert "SESSIONS_OIDC_CLIENT_SECRET" in caplog.text


def test_a_creator_whom_the_export_does_not_know_is_told_of_in_the_log(
    client: httpx2.Client, issuer: Issuer, caplog: pytest.LogCaptureFixture
) -> None:
    assert sign_in(client, issuer, creator="somebody").status_code == 303
    assert "no course of creator 'somebody'; SESSIONS_OIDC_CREATOR_CLAIM" in caplog.text
    caplog.clear()
    sign_in(client, issuer)
    assert "SESSIONS_OIDC_CREATOR_CLAIM" not in caplog.text


def test_a_name_that_only_userinfo_has_is_shown(client: httpx2.Client, issuer: Issuer) -> None:
    issuer.userinfo = {"sub": "a-1", "name": "Anna of Userinfo"}
    sign_in(client, issuer, name=None)
    assert viewer(client).name == "Anna of Userinfo"


def test_a_userinfo_that_fails_keeps_nobody_out_whom_only_a_name_is_missing(
    client: httpx2.Client, issuer: Issuer
) -> None:
    issuer.broken["/me"] = (404, b"")
    assert sign_in(client, issuer, name=None).status_code == 303
    assert viewer(client).name == "anna"
    client.cookies.clear()
    assert sign_in(client, issuer, roles=None).status_code == 503


def test_over_tls_no_other_host_of_the_domain_can_begin_a_sign_in_here() -> None:
    begun, response = Begun.for_target("/"), Response()
    BegunCookie("a key", secure=True).set_on(response, begun)
    header = response.headers["set-cookie"]
    assert header.startswith("__Host-")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} < {part.strip() for part in header.split(";")}
