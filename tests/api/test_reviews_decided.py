"""POST /api/sessions/{id}/review: what may be done to one session, what is refused, and that nobody is overwritten."""

from typing import Any

import pytest

from auth.viewer import Role
from services.reviews.pace import MOST_A_MINUTE
from tests.api.reviewing import (
    ANALYST,
    ANNA,
    DISPUTED,
    FINE,
    MISSED,
    OLGA,
    OTTO,
    TEXT,
    Desk,
)
from tests.api.stored import alter
from tests.conftest import Served

REQUEST = "6f2f3f2e-30b2-4b3c-9f64-0a4f2a1f7d11"
RESOLVED = {"outcome": "refunded"}


def test_a_decision_is_answered_with_the_review_as_it_is_then(reviews: Served) -> None:
    olga = Desk(reviews, OLGA)
    answer = olga.decide(MISSED, "resolve", outcome="repeated", note=TEXT, evidence=olga.review(MISSED)["evidence"])
    assert answer == olga.review(MISSED)
    assert (answer["state"], answer["outcome"], answer["version"]) == ("resolved", "repeated", 1)
    assert answer["may"] == ["flag", "note", "under_review", "undo"]
    assert MISSED not in olga.ids(limit=1_000)
    row = olga.row(MISSED)
    assert row
    assert (row["state"], row["outcome"], row["version"], row["updated_at"]) == (
        "resolved", "repeated", 1, answer["updated_at"],
    )  # fmt: skip


# Whoever is second


def test_the_second_is_told_who_was_first_and_changes_nothing(reviews: Served) -> None:
    olga, otto = Desk(reviews, OLGA), Desk(reviews, OTTO)
    first = olga.decide(MISSED, "resolve", **RESOLVED)
    answer = otto.send(MISSED, "dismiss", version=0)
    problem = answer.json()
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert (problem["title"], problem["field"]) == ("Conflict", "version")
    assert problem["current"] == {
        "session_id": MISSED, "version": 1, "state": "resolved", "at": "2026-11-24T10:42:00Z",
        "by": {"account": "olga", "name": "Olga Ocean", "role": "operations"}, "detail": problem["detail"],
        "action": "resolve",
    }  # fmt: skip
    assert "Olga Ocean was first" in problem["detail"]
    assert otto.review(MISSED)["history"] == first["history"]


@pytest.mark.parametrize("version", [2, 1_000])
def test_a_version_that_there_never_was_is_refused_too(reviews: Served, version: int) -> None:
    olga = Desk(reviews, OLGA)
    answer = olga.send(MISSED, "under_review", version=version)
    assert answer.status_code == 409
    assert answer.json()["current"]["version"] == 0
    assert olga.review(MISSED)["version"] == 0


@pytest.mark.parametrize("action", ["resolve", "dismiss"])
def test_a_decision_about_older_data_is_refused_and_names_nobody(reviews: Served, action: str) -> None:
    olga = Desk(reviews, OLGA)
    olga.decide(MISSED, "under_review")
    answer = olga.send(MISSED, action, outcome="other", note=TEXT, evidence="0123456789ab")
    current = answer.json()["current"]
    assert answer.status_code == 409
    assert "newer data" in answer.json()["detail"]
    assert (current["by"], current["at"], current["state"], current["version"]) == (None, None, "under_review", 1)
    assert olga.review(MISSED)["version"] == 1


def test_what_decides_nothing_may_rest_on_older_data(reviews: Served) -> None:
    olga = Desk(reviews, OLGA)
    for action, more in (("assign", {"assignee": "me"}), ("note", {"note": TEXT}), ("under_review", {})):
        olga.decide(MISSED, action, evidence="0123456789ab", **more)
    assert olga.review(MISSED)["version"] == 3


def test_a_request_that_is_sent_twice_counts_once(reviews: Served) -> None:
    olga = Desk(reviews, OLGA)
    bodies = [{"version": 0, "request": REQUEST, "evidence": olga.review(MISSED)["evidence"]} | RESOLVED] * 2
    first, second = (olga.send(MISSED, "resolve", **body) for body in bodies)
    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
    assert len(olga.review(MISSED)["history"]) == 1
    assert Desk(reviews, OTTO).send(MISSED, "resolve", version=0, request=REQUEST, **RESOLVED).status_code == 409


# What leads nowhere


@pytest.mark.parametrize(
    ("before", "action", "more", "word"),
    [
        ([], "under_review", {}, None),
        (["under_review"], "under_review", {}, "under review already"),
        (["under_review"], "flag", {"note": TEXT}, "under review already"),
        (["resolve"], "resolve", RESOLVED, "resolved already"),
        (["resolve"], "dismiss", {}, "resolved already"),
        (["dismiss"], "resolve", RESOLVED, "dismissed already"),
        (["dismiss"], "assign", {"assignee": "me"}, "dismissed already"),
        (["flag"], "flag", {"note": TEXT}, "flagged already"),
        ([], "undo", {}, "nothing to undo"),
        ([], "assign", {"assignee": None}, "already"),
        (["under_review"], "assign", {"assignee": "me"}, "already"),
        (["resolve"], "under_review", {}, None),
        (["resolve"], "flag", {"note": TEXT}, None),
        (["dismiss", "undo"], "undo", {}, "nothing to undo"),
    ],
)
def test_a_way_that_there_is_not_is_refused_in_words(
    reviews: Served, before: list[str], action: str, more: dict[str, Any], word: str | None
) -> None:
    olga = Desk(reviews, OLGA)
    with_them = {"resolve": RESOLVED, "flag": {"note": TEXT}}
    for step in before:
        assert step in olga.review(MISSED)["may"]
        olga.decide(MISSED, step, **with_them.get(step, {}))
    answer = olga.send(MISSED, action, **more)
    assert (answer.status_code, answer.json().get("field")) == ((422, "action") if word else (200, None))
    assert word is None or word in answer.json()["detail"]
    assert olga.review(MISSED)["version"] == len(before) + (word is None)


@pytest.mark.parametrize("action", ["assign", "under_review", "resolve", "dismiss"])
def test_a_session_about_which_nothing_is_raised_must_be_flagged_first(reviews: Served, action: str) -> None:
    olga = Desk(reviews, OLGA)
    more = {"assign": {"assignee": "me"}, "resolve": RESOLVED}.get(action, {})
    answer = olga.send(FINE, action, **more)
    assert (answer.status_code, answer.json()["field"]) == (422, "action")
    olga.decide(FINE, "flag", note=TEXT)
    assert olga.decide(FINE, action, **more)["version"] == 2


def test_an_open_dispute_is_rejected_with_an_outcome_only(reviews: Served) -> None:
    olga = Desk(reviews, OLGA)
    answer = olga.send(DISPUTED, "dismiss")
    assert (answer.status_code, answer.json()["field"]) == (422, "action")
    assert "outcome" in answer.json()["detail"]
    assert olga.decide(DISPUTED, "dismiss", outcome="unfounded")["dispute"]["decision"] == "rejected"
    assert olga.decide(MISSED, "dismiss")["outcome"] is None


BAD: list[tuple[dict[str, Any], str]] = [
    ({"action": "resolve"}, "outcome"),
    ({"action": "resolve", "outcome": "unfounded"}, "outcome"),
    ({"action": "dismiss", "outcome": "refunded"}, "outcome"),
    ({"action": "resolve", "outcome": "lost"}, "outcome"),
    ({"action": "under_review", "outcome": "other", "note": "x"}, "outcome"),
    ({"action": "resolve", "outcome": "other"}, "note"),
    ({"action": "flag"}, "note"),
    ({"action": "note"}, "note"),
    ({"action": "note", "note": " \n\t\u2003 "}, "note"),
    ({"action": "note", "note": "x" * 2_001}, "note"),
    ({"action": "note", "note": "a\0b"}, "note"),
    ({"action": "note", "note": 7}, "note"),
    ({"action": "note", "note": ["x"]}, "note"),
    ({"action": "assign", "assignee": "stranger"}, "assignee"),
    ({"action": "assign", "assignee": "Olga Ocean"}, "assignee"),
    ({"action": "assign", "assignee": "ada"}, "assignee"),
    ({"action": "assign", "assignee": "anna"}, "assignee"),
    ({"action": "assign", "assignee": ""}, "assignee"),
    ({"action": "under_review", "assignee": "me"}, "assignee"),
    ({"action": "delete"}, "action"),
    ({}, "action"),
    ({"action": "under_review", "version": -1}, "version"),
    ({"action": "under_review", "version": None}, "version"),
    ({"action": "under_review", "version": 10**10}, "version"),
    ({"action": "under_review", "version": "zero"}, "version"),
    ({"action": "under_review", "request": "again"}, "request"),
    ({"action": "under_review", "evidence": ""}, "evidence"),
    ({"action": "under_review", "items": []}, "items"),
    ({"action": "under_review", "by": "otto"}, "by"),
]


@pytest.mark.parametrize(("body", "field"), BAD, ids=lambda part: str(part)[:60])
def test_what_is_wrong_with_a_decision_is_named(reviews: Served, body: dict[str, Any], field: str) -> None:
    for viewer in (OLGA, ANALYST):
        Desk(reviews, viewer).queue()
    client = Desk(reviews, OLGA).client
    answer = client.post(f"/api/sessions/{MISSED}/review", json={"version": 0} | body)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert Desk(reviews, OLGA).review(MISSED)["version"] == 0


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{", b'{"action": "note", "note": "\\ud800", "version": 0}'])
def test_what_is_no_decision_at_all_is_refused(reviews: Served, body: bytes) -> None:
    client = Desk(reviews, OLGA).client
    for address in (f"/api/sessions/{MISSED}/review", "/api/reviews"):
        assert client.post(address, content=body).status_code == 422
    assert client.post(f"/api/sessions/{MISSED}/review", content=b" " * 600_000).status_code == 413


def test_a_wrong_version_is_named_where_there_is_none(reviews: Served) -> None:
    answer = Desk(reviews, OLGA).client.post(f"/api/sessions/{MISSED}/review", json={"action": "under_review"})
    assert (answer.status_code, answer.json()["field"]) == (422, "version")
    answer = Desk(reviews, OLGA).client.post(
        f"/api/sessions/{MISSED}/review?version=0", json={"action": "under_review", "version": 0}
    )
    assert (answer.status_code, answer.json()["field"]) == (422, "version")


@pytest.mark.parametrize(
    "note", ["x" * 2_000, "🦉" * 2_000, "<b>bold</b> & 'quoted' \\ %s", "line\none", "שלום", "👩‍👧‍👦 e\u0301"]
)
def test_a_note_is_kept_as_it_was_written(reviews: Served, note: str) -> None:
    olga = Desk(reviews, OLGA)
    assert olga.decide(MISSED, "note", note=f"  {note}\n")["history"][0]["note"] == note
    assert olga.review(MISSED)["history"][0]["note"] == note


# Assigning


def test_a_review_goes_to_those_who_were_here_lately_and_to_nobody(reviews: Served) -> None:
    olga = Desk(reviews, OLGA)
    assert olga.send(MISSED, "assign", assignee="otto").status_code == 422
    Desk(reviews, OTTO).queue()
    given = olga.decide(MISSED, "assign", assignee="otto")
    assert given["assignee"] == {"account": "otto", "name": "Otto Otter", "role": "operations"}
    assert olga.decide(MISSED, "assign", assignee=None)["assignee"] is None
    assert olga.decide(MISSED, "assign", assignee="olga")["assignee"]["name"] == "Olga Ocean"
    taken = Desk(reviews, OTTO).decide(MISSED, "under_review")
    assert taken["assignee"]["account"] == "olga"


def test_somebody_who_was_not_here_for_a_quarter_is_a_stranger(reviews: Served) -> None:
    Desk(reviews, OTTO).queue()
    alter(reviews, "UPDATE reviewers SET seen_at = '2026-08-20 00:00:00' WHERE account = 'otto'")
    olga = Desk(reviews, OLGA)
    assert olga.send(MISSED, "assign", assignee="otto").status_code == 422
    reviewers = olga.client.get("/api/reviews/reviewers").json()
    assert [one["account"] for one in reviewers] == ["olga"]


def test_a_creator_who_does_too_much_is_told_to_wait(reviews: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MOST_A_MINUTE, Role.CREATOR, 0)
    answer = Desk(reviews, ANNA).send(MISSED, "note", note=TEXT)
    assert (answer.status_code, answer.json()["title"]) == (429, "Too many requests")
    assert Desk(reviews, OLGA).decide(MISSED, "note", note=TEXT)["version"] == 1


def test_a_note_that_nobody_can_see_is_none(reviews: Served) -> None:
    answer = Desk(reviews, ANNA).send(MISSED, "flag", note="\u200b\u2060\u202e \n")
    assert (answer.status_code, answer.json()["field"]) == (422, "note")
