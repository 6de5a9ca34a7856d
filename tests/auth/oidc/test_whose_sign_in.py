"""Whose sign-in an answer of the provider is, and where it leads."""

import httpx2
import pytest

from auth.cookie import COOKIE
from auth.viewer import Role
from tests.auth.oidc.test_sign_in import COURSES, PAGE, assert_refused, begin, come_back, sign_in, viewer
from tests.servers.issuer import Issuer


def test_an_answer_counts_only_in_the_browser_that_asked(client: httpx2.Client, issuer: Issuer) -> None:
    """Or somebody could sign another in as themselves, and wait for what they do."""
    asked = begin(client)
    issuer.answer = {"access_token": "x", "token_type": "Bearer", "id_token": issuer.id_token(asked.params["nonce"])}
    with httpx2.Client(base_url=client.base_url, trust_env=False) as victim:
        answer = come_back(victim, asked)
        assert "not begun in this browser" in answer.text
        assert_refused(victim, answer, 400)
    assert issuer.forms == []
    assert come_back(client, asked).status_code == 303


def test_an_answer_counts_once(client: httpx2.Client, issuer: Issuer) -> None:
    asked = begin(client)
    issuer.answer = {"access_token": "x", "token_type": "Bearer", "id_token": issuer.id_token(asked.params["nonce"])}
    assert come_back(client, asked).status_code == 303
    assert come_back(client, asked).status_code == 400


@pytest.mark.parametrize("state", ["", "x", "é", "a" * 5000, "../../x", "\r\nSet-Cookie: a=b"])
def test_a_made_up_state_is_nobodys(client: httpx2.Client, state: str) -> None:
    begin(client)
    answer = client.get("/sign-in/callback", params={"state": state, "code": "x"})
    assert_refused(client, answer, 400)


def test_the_state_of_one_sign_in_is_not_good_for_another(client: httpx2.Client) -> None:
    """Even where the names of the two cookies begin alike."""
    asked = begin(client)
    answer = client.get("/sign-in/callback", params={"state": asked.params["state"][:16] + "x" * 16, "code": "x"})
    assert_refused(client, answer, 400)


def test_two_tabs_sign_in_without_ending_each_others(client: httpx2.Client, issuer: Issuer) -> None:
    first, second = begin(client, f"{PAGE}?a=1"), begin(client, f"{PAGE}?b=2")
    for asked, target in ((first, f"{PAGE}?a=1"), (second, f"{PAGE}?b=2")):
        token = issuer.id_token(asked.params["nonce"])
        issuer.answer = {"access_token": "x", "token_type": "Bearer", "id_token": token}
        assert come_back(client, asked).headers["location"] == target


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_sign_in_never_leads_to_another_site(client: httpx2.Client, issuer: Issuer, target: str) -> None:
    assert sign_in(client, issuer, target).headers["location"] == PAGE


def test_signing_in_anew_ends_the_sign_in_before(client: httpx2.Client, issuer: Issuer) -> None:
    sign_in(client, issuer)
    copy = {"Cookie": f"{COOKIE}={client.cookies[COOKIE]}"}
    sign_in(client, issuer, roles=["operations"])
    assert viewer(client).role is Role.OPERATIONS
    client.cookies.clear()
    assert client.get(COURSES, headers=copy).status_code == 401


def test_in_a_frame_sign_in_opens_elsewhere(client: httpx2.Client, issuer: Issuer) -> None:
    answer = client.get("/sign-in", params={"next": f"{PAGE}?x=1"}, headers={"Sec-Fetch-Dest": "iframe"})
    assert answer.status_code == 200
    assert 'target="_blank"' in answer.text
    assert "next=/studio/sessions%3Fx%3D1" in answer.text
