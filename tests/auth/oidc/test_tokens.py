"""Access tokens: whose they are, and that none passes but the provider's own for us."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, Key, OctKey, RSAKey

from auth.cookie import COOKIE, SessionCookie, SignIn
from auth.oidc import provider
from auth.viewer import Role, Viewer
from tests.auth.oidc.conftest import PAUSE
from tests.conftest import SECRET_KEY
from tests.servers.issuer import CLIENT_ID, Issuer, new_key

COURSES = "/api/creators/me/courses"
SECRET_SESSION = "session-secret-0"


def ask(client: httpx2.Client, token: str, path: str = COURSES) -> httpx2.Response:
    return client.get(path, headers={"Authorization": f"Bearer {token}"})


def test_a_creators_token_is_theirs(client: httpx2.Client, issuer: Issuer) -> None:
    assert [course["id"] for course in ask(client, issuer.token()).json()] == ["course-a"]
    assert ask(client, issuer.token(), "/api/creators/bela/courses").status_code == 403


@pytest.mark.parametrize(
    ("roles", "private"), [(["operations"], True), (["analyst"], False), (["analyst", "private"], True)]
)
def test_staffs_tokens_see_all_creators_and_an_analysts_what_it_grants(
    client: httpx2.Client, issuer: Issuer, roles: list[str], private: bool
) -> None:
    answer = ask(client, issuer.token(roles=roles), f"/api/creators/all/sessions/{SECRET_SESSION}")
    assert answer.json()["id"] == SECRET_SESSION
    assert (answer.json()["notes"] is not None) is private


@pytest.mark.parametrize(
    "roles",
    [None, [], "", "student", "former creator", ["CREATOR"], [["creator"]], {"creator": True}, 7, "creators"],
    ids=str,
)
def test_a_token_without_a_role_is_forbidden(client: httpx2.Client, issuer: Issuer, roles: Any) -> None:
    answer = ask(client, issuer.token(roles=roles))
    assert (answer.status_code, answer.json()["title"]) == (403, "Forbidden")


@pytest.mark.parametrize("creator", [None, "", 7, ["anna"]], ids=str)
def test_a_creators_token_that_names_no_creator_is_forbidden(
    client: httpx2.Client, issuer: Issuer, creator: Any
) -> None:
    assert ask(client, issuer.token(creator=creator)).status_code == 403


GOOD: dict[str, Callable[[Issuer], str]] = {
    "one audience of several": lambda i: i.token(aud=["https://other.example", i.claims()["aud"]]),
    "type JWT": lambda i: i.token({"typ": "JWT"}),
    "no type": lambda i: i.token({"typ": None}),
    "type with its tree": lambda i: i.token({"typ": "application/at+jwt"}),
    "expired within the leeway": lambda i: i.token(exp=int(time.time()) - 5),
    "another key of another kind": lambda i: i.token({"alg": "ES256"}, key=i.keys[1]),
    "a role by itself": lambda i: i.token(roles="creator"),
}


@pytest.mark.parametrize("kind", GOOD)
def test_a_good_token_is_taken(client: httpx2.Client, issuer: Issuer, kind: str) -> None:
    assert ask(client, GOOD[kind](issuer)).status_code == 200


def parts(header: dict[str, Any], claims: dict[str, Any]) -> str:
    encoded = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (header, claims))
    return ".".join(encoded)


def signed_with_public_key(issuer: Issuer, secret: bytes) -> str:
    """The classic confusion: an HMAC whose secret is what everybody may know."""
    text = parts({"alg": "HS256", "kid": "one", "typ": "at+jwt"}, issuer.claims())
    signature = hmac.new(secret, text.encode(), hashlib.sha256).digest()
    return f"{text}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def public_pem(issuer: Issuer) -> bytes:
    key = issuer.keys[0]
    assert isinstance(key, RSAKey)
    return key.as_pem(private=False)


def with_own_key(issuer: Issuer) -> str:
    own = new_key("one")
    return issuer.token({"jwk": own.as_dict(private=False)}, key=own)


def without(key: Key, name: str) -> Key:
    """The same key, with less said of what it is for."""
    said = key.as_dict(private=True)
    return RSAKey.import_key({other: value for other, value in said.items() if other != name})


def flipped(token: str) -> str:
    head, claims, signature = token.split(".")
    return ".".join((head, claims, ("A" if signature[0] != "A" else "B") + signature[1:]))


def with_claims_of(issuer: Issuer) -> str:
    head, _, signature = issuer.token().split(".")
    return ".".join((head, issuer.token(creator="bela").split(".")[1], signature))


BAD: dict[str, Callable[[Issuer], str]] = {
    "unsigned": lambda i: parts({"alg": "none", "typ": "at+jwt"}, i.claims()) + ".",
    "unsigned, with a key's id": lambda i: parts({"alg": "none", "kid": "one"}, i.claims()) + ".",
    "unsigned, oddly spelt": lambda i: parts({"alg": "NonE", "kid": "one"}, i.claims()) + ".",
    "HMAC with the public key as PEM": lambda i: signed_with_public_key(i, public_pem(i)),
    "HMAC with the public key as JSON": lambda i: signed_with_public_key(
        i, json.dumps(i.keys[0].as_dict(private=False)).encode()
    ),
    "HMAC with the public modulus": lambda i: signed_with_public_key(i, str(i.keys[0].get("n")).encode()),
    "HMAC with nothing": lambda i: signed_with_public_key(i, b""),
    "another key of the same name": lambda i: i.token(key=new_key("one")),
    "a key in the token itself": with_own_key,
    "a key elsewhere": lambda i: i.token({"jku": "http://127.0.0.1:1/jwks"}, key=new_key("one")),
    "an unknown key": lambda i: i.token(key=new_key("unknown")),
    "no key's id where there are several": lambda i: i.token({"kid": None}),
    "a key's id that is no text": lambda i: parts({"alg": "RS256", "kid": ["one"]}, i.claims()) + ".AAAA",
    "an algorithm that the key is not for": lambda i: i.token({"alg": "RS512"}, key=without(i.keys[0], "alg")),
    "an algorithm of another kind of key": lambda i: i.token({"alg": "ES256", "kid": "one"}, key=i.keys[1]),
    "a changed signature": lambda i: flipped(i.token()),
    "no signature": lambda i: i.token().rpartition(".")[0] + ".",
    "claims of another token": with_claims_of,
    "another audience": lambda i: i.token(aud="https://other.example"),
    "other audiences": lambda i: i.token(aud=["https://other.example", CLIENT_ID]),
    "no audience": lambda i: i.token(aud=None),
    "an empty audience": lambda i: i.token(aud=[]),
    "part of the audience": lambda i: i.token(aud=i.claims()["aud"][:-1]),
    "another issuer": lambda i: i.token(iss="https://other.example"),
    "the issuer with a slash": lambda i: i.token(iss=i.url + "/"),
    "no issuer": lambda i: i.token(iss=None),
    "expired": lambda i: i.token(exp=int(time.time()) - 60),
    "without an end": lambda i: i.token(exp=None),
    "an end that is no number": lambda i: i.token(exp="tomorrow"),
    "not valid yet": lambda i: i.token(nbf=int(time.time()) + 60),
    "nobody's": lambda i: i.token(sub=None),
    "an ID token": lambda i: i.id_token("n", aud=i.claims()["aud"]),
    "a logout token": lambda i: i.token({"typ": "logout+jwt"}),
    "claims that are no object": lambda i: jws_of(i, b'["anna"]'),
    "words": lambda i: "anna",
    "dots": lambda i: "..",
    "long": lambda i: "a" * 20_000,
    "not ascii": lambda i: "é.é.é",
}


def jws_of(issuer: Issuer, payload: bytes) -> str:
    return jws.serialize_compact({"alg": "RS256", "kid": "one"}, payload, issuer.keys[0], algorithms=["RS256"])


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_token_gets_401_and_no_reason(client: httpx2.Client, issuer: Issuer, kind: str) -> None:
    time.sleep(PAUSE)
    header = f"Bearer {BAD[kind](issuer)}".encode()
    answer = client.get(COURSES, headers=[(b"Authorization", header)])
    assert answer.status_code == 401
    assert answer.json() == {"type": "about:blank", "title": "Unauthorized", "status": 401, "detail": "sign in first"}
    assert answer.headers["www-authenticate"] == "Bearer"
    assert ask(client, issuer.token()).status_code == 200


def test_a_bad_token_is_not_mended_by_a_cookie(client: httpx2.Client, issuer: Issuer) -> None:
    value = SessionCookie(SECRET_KEY).write(SignIn.of(Viewer("anna", "Anna", Role.CREATOR)))
    cookie = {"Cookie": f"{COOKIE}={value}"}
    assert client.get(COURSES, headers=cookie).status_code == 200
    assert client.get(COURSES, headers=cookie | {"Authorization": "Bearer x"}).status_code == 401
    assert client.get(COURSES, headers=cookie | {"Authorization": "bearer"}).status_code == 401
    assert client.get(COURSES, headers=cookie | {"Authorization": "Basic eDp5"}).status_code == 200  # a proxy's own


def test_two_tokens_are_none(client: httpx2.Client, issuer: Issuer) -> None:
    headers = [("Authorization", f"Bearer {issuer.token()}"), ("Authorization", f"Bearer {issuer.token()}")]
    assert client.get(COURSES, headers=headers).status_code == 401


@pytest.mark.parametrize("path", ["/studio/sessions", "/studio/sessions/_dash-layout", "/studio/sessions/access-log"])
def test_a_token_opens_rest_alone(client: httpx2.Client, issuer: Issuer, path: str) -> None:
    assert ask(client, issuer.token(roles=["operations"]), path).status_code in (303, 401)


def test_a_shared_secret_among_the_keys_is_none(
    client: httpx2.Client, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = OctKey.generate_key(256, {"kid": "shared", "alg": "HS256"})
    for_secrets = RSAKey.generate_key(2048, {"kid": "enc", "use": "enc"})
    monkeypatch.setattr(issuer, "keys", [*issuer.keys, for_secrets])
    document = {"keys": [*(key.as_dict(private=False) for key in issuer.keys), shared.as_dict(private=True)]}
    issuer.broken["/jwks"] = (200, json.dumps(document).encode())
    time.sleep(PAUSE)
    token = jwt.encode({"alg": "HS256", "kid": "shared"}, issuer.claims(), shared, algorithms=["HS256"])
    assert ask(client, token).status_code == 401
    time.sleep(PAUSE)
    assert ask(client, issuer.token(key=without(for_secrets, "use"))).status_code == 401
    assert issuer.asked["/jwks"] == 2


@pytest.mark.parametrize(
    "strange",
    [
        {"kty": "EC", "crv": "BP-256", "x": "AA", "y": "AA", "kid": "strange"},
        {"kty": "OKP", "crv": "Ed512", "x": "AA"},
        {"kty": "AKP", "alg": "ML-DSA-44", "pub": "AA"},
        {"kid": "no kind"},
        {"kty": "RSA"},
        "words",
        None,
    ],
    ids=str,
)
def test_a_key_of_a_kind_yet_to_come_keeps_no_other_from_being_used(
    client: httpx2.Client, issuer: Issuer, monkeypatch: pytest.MonkeyPatch, strange: Any
) -> None:
    new = new_key("new beside a strange one")
    document = {"keys": [strange, new.as_dict(private=False)]}
    issuer.broken["/jwks"] = (200, json.dumps(document).encode())
    time.sleep(PAUSE)
    assert ask(client, issuer.token(key=new)).status_code == 200


def test_a_new_key_is_found_while_people_work_with_tokens_of_the_old_one(
    client: httpx2.Client, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ask(client, issuer.token()).status_code == 200
    old = issuer.token()
    time.sleep(PAUSE)
    monkeypatch.setattr(issuer, "keys", [new_key("two"), *issuer.keys])
    assert ask(client, issuer.token()).status_code == 200
    assert ask(client, old).status_code == 200


def test_a_key_that_was_withdrawn_is_good_no_more_once_another_is_looked_for(
    client: httpx2.Client, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    stolen = issuer.token()
    assert ask(client, stolen).status_code == 200
    time.sleep(PAUSE)
    monkeypatch.setattr(issuer, "keys", [new_key("three"), ECKey.generate_key("P-256", {"kid": "other curve"})])
    assert ask(client, issuer.token()).status_code == 200
    assert ask(client, stolen).status_code == 401


@pytest.mark.parametrize(
    "broken", [(500, b""), (200, b"<html>"), (200, b"[]"), (200, b"{}"), (200, b'{"keys": [{"kty": "RSA"}]}')], ids=str
)
def test_while_the_keys_cannot_be_had_those_that_are_known_are_good(
    client: httpx2.Client, issuer: Issuer, broken: tuple[int, bytes]
) -> None:
    assert ask(client, issuer.token()).status_code == 200
    issuer.broken["/jwks"] = broken
    time.sleep(PAUSE)
    assert ask(client, issuer.token(key=new_key("unknown"))).status_code == 401
    assert ask(client, issuer.token()).status_code == 200


def test_a_provider_that_hangs_holds_no_known_token_up_and_an_unknown_one_not_for_long(
    client: httpx2.Client, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ask(client, issuer.token()).status_code == 200
    monkeypatch.setattr(issuer, "delay", 2)
    monkeypatch.setattr(provider, "ASK_SECONDS", 0.5)
    time.sleep(PAUSE)
    unknown = issuer.token(key=new_key("unknown"))
    began = time.monotonic()
    assert ask(client, unknown).status_code == 401
    assert 0.4 < time.monotonic() - began < 1.5
    began = time.monotonic()
    assert ask(client, issuer.token()).status_code == 200
    assert time.monotonic() - began < 1


def test_the_log_tells_why_and_never_the_token(
    client: httpx2.Client, issuer: Issuer, caplog: pytest.LogCaptureFixture
) -> None:
    token = issuer.token(aud="https://other.example")
    ask(client, token)
    assert "access token refused" in caplog.text
    assert token.split(".")[2] not in caplog.text
