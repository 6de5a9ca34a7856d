"""What a creator can get at of another's reviews, and what analysts can read of people: nothing, whatever they ask."""

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from auth.viewer import Viewer
from tests.api.reviewing import (
    ANALYST,
    ANNA,
    ANNAS_AIDE,
    BELA,
    EVERYBODY,
    FINE,
    GRANTED,
    MISSED,
    OLGA,
    OTTO,
    SECRET,
    TEXT,
    Desk,
    forget_decisions,
)
from tests.api.test_scope import NARROWINGS, assert_no_secret
from tests.conftest import Served
from tests.two_creators import PEOPLE, SESSIONS

SECRETS = [row["id"] for row in SESSIONS if "secret" in row["id"]]
ACTIONS: dict[str, dict[str, Any]] = {"flag": {"note": TEXT}, "note": {"note": TEXT}, "undo": {}}
ALL_STATES = ["new", "under_review", "resolved", "dismissed"]
# The word marks what is only Bela's: in what people write of her sessions it stands too
SECRET_TEXT = "a secret note"


@pytest.fixture(scope="module")
def decided(with_reviews: Served) -> Iterator[Served]:
    """Something of everything was done to both creators' sessions, by people of every name. Nothing here changes it."""
    with pytest.MonkeyPatch.context() as patch:
        forget_decisions(with_reviews, patch)
        decide_about_both(with_reviews)
        yield with_reviews


def decide_about_both(app: Served) -> None:
    olga, otto, bela, anna = (Desk(app, viewer) for viewer in (OLGA, OTTO, BELA, ANNA))
    for desk in (olga, otto):
        desk.queue()
    bela.decide("session-secret-2", "flag", note=SECRET_TEXT)
    olga.decide(SECRET, "assign", assignee="otto", note=SECRET_TEXT)
    otto.decide(SECRET, "under_review", note=SECRET_TEXT)
    otto.decide("session-secret-0", "resolve", outcome="refunded", note=SECRET_TEXT)
    anna.decide(FINE, "flag", note=TEXT)
    otto.decide(MISSED, "assign", assignee="olga", note=TEXT)


# Creators


QUEUES: tuple[dict[str, Any], ...] = (
    *NARROWINGS,
    *({"reason": reason} for reason in ("dispute", "flagged", "low_rating", "no_show")),
    *({"state": state} for state in ALL_STATES),
    *({"assignee": assignee} for assignee in ("me", "none", "otto", "olga", "bela")),
    *({"creator": creator} for creator in ("bela", "all", "nobody", "ME")),
    {"limit": 1_000, "page": 2},
)


@pytest.mark.parametrize("params", QUEUES, ids=str)
def test_no_queue_gets_at_anothers_rows_ids_names_or_counts(decided: Served, params: dict[str, Any]) -> None:
    asked: dict[str, Any] = {"state": ALL_STATES, "limit": 1_000, **params}
    answer = Desk(decided, ANNA).client.get("/api/reviews", params=asked)
    assert answer.status_code in (200, 403, 404, 422)
    assert_no_secret(answer, params)
    if answer.status_code == 200:
        assert {row["creator_id"] for row in answer.json()["reviews"]} <= {"anna"}
        assert sum(answer.json()["states"].values()) <= 3 + 1_000 + 1


@pytest.mark.parametrize("session", SECRETS)
def test_no_review_of_anothers_is_shown_nor_told_from_one_that_there_is_not(decided: Served, session: str) -> None:
    client = Desk(decided, ANNA).client
    answers = [client.get(f"/api/sessions/{id_}/review") for id_ in (session, "nothing")]
    assert_same_refusal(answers, session)
    for action, more in ACTIONS.items():
        for version in (0, 1, 2):
            body = {"action": action, "version": version, **more}
            assert_same_refusal(
                [client.post(f"/api/sessions/{id_}/review", json=body) for id_ in (session, "nothing")], session
            )


def assert_same_refusal(answers: list[httpx2.Response], session: str) -> None:
    told, unknown = answers
    assert told.status_code == unknown.status_code == 404
    assert told.text.replace(session, "nothing") == unknown.text


@pytest.mark.parametrize("action", ACTIONS)
def test_no_item_of_a_batch_gets_at_anothers_session(decided: Served, action: str) -> None:
    before = [Desk(decided, BELA).review(id_) for id_ in SECRETS]
    items = [{"session_id": id_, "version": version} for version, id_ in enumerate([*SECRETS, "nothing"])]
    answer = Desk(decided, ANNA).send_batch(action, items, **ACTIONS[action])
    assert answer.status_code == 200
    assert answer.json()["decided"] == []
    for conflict in answer.json()["conflicts"]:
        assert (conflict["state"], conflict["by"], conflict["at"]) == ("new", None, None)
        assert conflict["detail"] == "there is no such session"
    assert_no_secret(answer, {"ids": SECRETS})
    assert [Desk(decided, BELA).review(id_) for id_ in SECRETS] == before


def test_past_decisions_of_a_shared_st_are_each_creators_own(decided: Served) -> None:
    answer = Desk(decided, ANNA).client.get(f"/api/sessions/{FINE}/review")
    assert answer.json()["st_decisions"]["latest"] == []
    assert_no_secret(answer, {})
    assert Desk(decided, OLGA).review(FINE)["st_decisions"]["resolved"] == 1


def test_two_people_of_one_creator_see_the_same(decided: Served) -> None:
    first, second = (Desk(decided, viewer) for viewer in (ANNA, ANNAS_AIDE))
    assert first.queue(limit=1_000) == second.queue(limit=1_000)
    assert first.review(FINE)["history"] == second.review(FINE)["history"]


def test_the_secrets_are_there_for_those_who_may_see_them(decided: Served) -> None:
    for viewer in (BELA, OLGA):
        desk = Desk(decided, viewer)
        assert set(desk.ids(state=ALL_STATES, limit=1_000)) & set(SECRETS)
        assert "secret note" in json.dumps(desk.review(SECRET))


# Analysts

NAMES = [*PEOPLE.values(), *(viewer.name for viewer in EVERYBODY)]
ACCOUNTS = [*(viewer.id for viewer in (OLGA, OTTO)), "anna-1", "anna-2"]


def words(node: Any) -> Iterator[str]:
    """Every text of an answer, keys apart."""
    if isinstance(node, dict):
        for inner in node.values():
            yield from words(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from words(inner)
    elif isinstance(node, str):
        yield node


def answers_of(decided: Served, viewer: Viewer) -> Iterator[httpx2.Response]:
    client = Desk(decided, viewer).client
    for params in ({}, {"state": ALL_STATES}, {"creator": "bela", "state": ALL_STATES}, {"student_q": "u"}):
        yield client.get("/api/reviews", params=params | {"limit": 1_000})
    for row in SESSIONS:
        yield client.get(f"/api/sessions/{row['id']}/review")


@pytest.mark.parametrize("viewer", [ANALYST, GRANTED], ids=lambda viewer: viewer.id)
def test_analysts_read_reviews_without_any_name_or_account(decided: Served, viewer: Viewer) -> None:
    """The whole of every answer is searched for every name there is, but for the notes of those who may read them."""
    rows = 0
    for answer in answers_of(decided, viewer):
        assert answer.status_code == 200
        body = answer.json()
        rows += len(body.get("reviews", [])) + len(body.get("history", []))
        written = [entry.pop("note") for entry in body.get("history", [])]
        assert viewer is GRANTED or set(written) <= {None}
        said = list(words(body))
        assert [one for one in said if any(name in one for name in NAMES)] == []
        assert [account for account in ACCOUNTS if account in said] == []
        assert not [one for one in said if "/avatars/" in one]
    assert rows > 2_000


def test_analysts_see_who_did_it_by_role_alone_and_people_by_id(decided: Served) -> None:
    desk = Desk(decided, ANALYST)
    row = desk.row(SECRET)
    assert row
    assert row["assignee"] == {"account": None, "name": None, "role": "operations"}
    assert row["student"] == {"id": "student-secret", "name": "student-secret", "avatar": None}
    assert row["st"] == {"id": "st-both", "name": "st-both", "avatar": None}
    history = desk.review(SECRET)["history"]
    assert [(entry["by"], entry["note"]) for entry in history] == [
        ({"account": None, "name": None, "role": "operations"}, None)
    ] * 2
    assert desk.review(FINE)["history"][0]["by"]["role"] == "creator"


def test_analysts_read_what_people_wrote_where_that_was_granted(decided: Served) -> None:
    for viewer, note, reason in ((ANALYST, None, None), (GRANTED, SECRET_TEXT, "reason secret")):
        review = Desk(decided, viewer).review(SECRET)
        assert {entry["note"] for entry in review["history"]} == {note}
        assert review["dispute"]["reason"] == reason


def test_analysts_get_nothing_to_try_out_a_text_with(decided: Served) -> None:
    for viewer in (ANALYST, GRANTED):
        desk = Desk(decided, viewer)
        assert {row["evidence"] for row in desk.queue()["reviews"]} == {desk.review(SECRET)["evidence"]} == {""}


@pytest.mark.parametrize("assignee", ["me", "otto", "olga", "nobody at all", ""])
def test_analysts_cannot_ask_whose_a_review_is(decided: Served, assignee: str) -> None:
    answer = Desk(decided, ANALYST).client.get("/api/reviews", params={"assignee": assignee})
    assert answer.status_code == 403
    assert set(words(answer.json())).isdisjoint(ACCOUNTS)
    assert Desk(decided, ANALYST).queue(assignee="none")["pagination"]["total"] > 0


# Nobody


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/reviews"),
        ("POST", "/api/reviews"),
        ("GET", "/api/reviews/reviewers"),
        ("GET", f"/api/sessions/{MISSED}/review"),
        ("POST", f"/api/sessions/{MISSED}/review"),
    ],
)
def test_nobody_reviews_without_signing_in(decided: Served, method: str, path: str) -> None:
    for body in (None, {"action": "note", "note": TEXT, "version": 1}):
        answer = decided.as_nobody().request(method, path, json=body)
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
