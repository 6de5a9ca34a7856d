"""POST /api/sessions/{id}/review: who may decide, and what a creator may do of it."""

import httpx2
import pytest

from auth.viewer import Viewer
from tests.api.reviewing import ANALYST, ANNA, ANNAS_AIDE, FINE, GRANTED, MISSED, OLGA, SECRET, TEXT, Desk
from tests.conftest import Served


def assert_forbidden(answer: httpx2.Response) -> None:
    assert (answer.status_code, answer.json()["title"]) == (403, "Forbidden")


@pytest.mark.parametrize("viewer", [ANALYST, GRANTED], ids=lambda viewer: viewer.id)
@pytest.mark.parametrize("action", ["flag", "assign", "note", "under_review", "resolve", "dismiss", "undo"])
def test_analysts_decide_nothing(reviews: Served, viewer: Viewer, action: str) -> None:
    desk = Desk(reviews, viewer)
    assert desk.review(MISSED)["may"] == []
    assert_forbidden(desk.send(MISSED, action, note=TEXT))
    assert_forbidden(desk.send_batch(action, [{"session_id": MISSED, "version": 0}], note=TEXT))
    assert_forbidden(desk.send("nothing", action, version=0, note=TEXT))
    assert desk.review(MISSED)["version"] == 0


@pytest.mark.parametrize("action", ["assign", "under_review", "resolve", "dismiss"])
def test_creators_decide_nothing(reviews: Served, action: str) -> None:
    anna = Desk(reviews, ANNA)
    assert anna.review(MISSED)["may"] == ["flag", "note"]
    for session in (MISSED, SECRET, "nothing"):
        assert_forbidden(anna.send(session, action, version=0))
    assert_forbidden(anna.send_batch(action, [{"session_id": MISSED, "version": 0}]))
    assert anna.review(MISSED)["version"] == 0


def test_a_creator_flags_a_session_of_theirs_and_takes_it_back(reviews: Served) -> None:
    anna, olga = Desk(reviews, ANNA), Desk(reviews, OLGA)
    flagged = anna.decide(FINE, "flag", note="please look")
    assert (flagged["state"], flagged["reasons"], flagged["may"]) == ("new", ["flagged"], ["note", "undo"])
    row = olga.row(FINE)
    assert row
    assert (row["reasons"], row["urgency"]) == (["flagged"], 60)
    back = anna.decide(FINE, "undo")
    assert (back["reasons"], back["may"]) == ([], ["flag", "note"])
    assert olga.row(FINE) is None
    assert [entry["note"] for entry in olga.review(FINE)["history"]] == ["please look", None]


def test_a_flag_that_somebody_acted_on_or_another_made_is_not_the_creators_to_take_back(reviews: Served) -> None:
    anna, aide, olga = (Desk(reviews, viewer) for viewer in (ANNA, ANNAS_AIDE, OLGA))
    anna.decide(FINE, "flag", note=TEXT)
    assert "undo" not in aide.review(FINE)["may"]
    assert aide.send(FINE, "undo").status_code == 422
    olga.decide(FINE, "under_review")
    assert "undo" not in anna.review(FINE)["may"]
    assert anna.send(FINE, "undo").status_code == 422
    assert anna.review(FINE)["state"] == "under_review"
    olga.decide(FINE, "resolve", outcome="corrected")
    assert anna.review(FINE)["may"] == ["flag", "note"]
    again = anna.decide(FINE, "flag", note="it is still wrong")
    assert (again["state"], again["reasons"], again["assignee"]) == ("new", ["flagged"], None)
    history = olga.review(FINE)["history"]
    assert [(entry["by"]["account"], entry["action"]) for entry in history] == [
        ("anna-1", "flag"), ("olga", "under_review"), ("olga", "resolve"), ("anna-1", "flag"),
    ]  # fmt: skip
