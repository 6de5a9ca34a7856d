"""GET /api/reviews and GET /api/sessions/{id}/review: what needs review, and how it stands."""

from typing import Any

import pytest

from tests.api.reviewing import (
    ANALYST,
    ANNA,
    BELA,
    DISPUTED,
    FINE,
    GRANTED,
    MISSED,
    OLGA,
    OTTO,
    SECRET,
    TEXT,
    Desk,
)
from tests.conftest import Served

ROW = {
    "id", "scheduled_start", "scheduled_end", "actual_duration", "status", "course", "student", "st", "rating",
    "has_recording", "low_rating", "overdue", "implausible_duration", "dispute_status", "creator_id", "st_rating",
    "reasons", "urgency", "state", "again", "outcome", "assignee", "version", "evidence", "updated_at",
}  # fmt: skip
REVIEW = {
    "session_id", "state", "again", "reasons", "outcome", "assignee", "version", "evidence", "updated_at", "dispute",
    "history", "st_decisions", "may",
}  # fmt: skip


def test_the_queue_is_what_is_to_do_the_most_urgent_first(reviews: Served) -> None:
    page = Desk(reviews, BELA).queue()
    assert [(row["id"], row["reasons"], row["urgency"]) for row in page["reviews"]] == [
        ("session-secret-1", ["dispute", "low_rating"], 140),
        ("session-secret-0", ["low_rating"], 40),
        ("session-secret-5", ["low_rating"], 40),
        ("session-secret-6", ["low_rating"], 40),
        ("session-secret-3", ["no_show"], 20),
        ("session-secret-8", ["no_show"], 20),
    ]
    assert page["reasons"] == {
        "dispute": 1, "flagged": 0, "low_rating": 4, "short": 0, "no_show": 2, "rating_gap": 0, "no_recording": 0,
    }  # fmt: skip
    assert page["states"] == {"new": 6, "under_review": 0, "resolved": 0, "dismissed": 0}
    assert page["pagination"] == {"page": 1, "limit": 100, "total": 6, "has_more": False}
    for row in page["reviews"]:
        assert set(row) == ROW
        assert (row["state"], row["again"], row["version"], row["updated_at"]) == ("new", False, 0, None)
        assert row["creator_id"] == "bela"


def test_staff_see_all_creators_or_one(reviews: Served) -> None:
    everybodys = Desk(reviews, OLGA).queue(limit=1_000)
    assert everybodys["pagination"]["total"] == 3 + 6 + 1_000
    assert Desk(reviews, OLGA).ids(creator="all", limit=1_000) == [row["id"] for row in everybodys["reviews"]]
    assert Desk(reviews, OLGA).ids(creator="bela") == Desk(reviews, BELA).ids()


def test_pages_follow_each_other(reviews: Served) -> None:
    desk = Desk(reviews, ANNA)
    pages = [desk.queue(limit=300, page=page) for page in (1, 2, 3, 4, 5)]
    ids = [row["id"] for page in pages for row in page["reviews"]]
    assert [len(page["reviews"]) for page in pages] == [300, 300, 300, 103, 0]
    assert [page["pagination"]["has_more"] for page in pages] == [True, True, True, False, False]
    assert len(set(ids)) == 1_003
    assert all(page["states"] == pages[0]["states"] for page in pages)
    assert desk.queue(page=1_000_000_000, limit=1_000)["pagination"]["total"] == 1_003


@pytest.mark.parametrize(
    ("params", "ids"),
    [
        ({"reason": "dispute"}, ["session-secret-1"]),
        ({"reason": ["dispute", "no_show"]}, ["session-secret-1", "session-secret-3", "session-secret-8"]),
        ({"reason": "flagged"}, []),
        ({"state": "resolved"}, []),
        ({"status": "no_show"}, ["session-secret-3", "session-secret-8"]),
        ({"st_id": "st-secret", "flag": "low_rating"}, ["session-secret-6"]),
        ({"student_q": "SUE", "reason": "no_show"}, ["session-secret-8"]),
        ({"from": "2026-12-01", "to": "2026-12-31"}, ["session-secret-5", "session-secret-6", "session-secret-8"]),
        ({"rating_max": 1, "range": "today", "tz": "Asia/Tokyo"}, []),
        ({"course_id": "course-secret", "limit": 1, "page": 2}, ["session-secret-0"]),
        ({"assignee": "me"}, []),
        ({"assignee": "none", "limit": 1}, ["session-secret-1"]),
        ({"creator": "me", "limit": 1}, ["session-secret-1"]),
        ({"creator": "bela", "limit": 1}, ["session-secret-1"]),
    ],
)
def test_the_queue_is_narrowed_as_asked(reviews: Served, params: dict[str, Any], ids: list[str]) -> None:
    assert Desk(reviews, BELA).ids(**params) == ids


@pytest.mark.parametrize(
    ("params", "status", "field"),
    [
        ({"reason": "ugly"}, 422, "reason"),
        ({"reason": ["dispute", "ugly"]}, 422, "reason"),
        ({"reason": ""}, 422, "reason"),
        ({"state": "open"}, 422, "state"),
        ({"limit": 0}, 422, "limit"),
        ({"limit": 1_001}, 422, "limit"),
        ({"page": 0}, 422, "page"),
        ({"page": 1_000_000_001}, 422, "page"),
        ({"page": [1, 2]}, 422, "page"),
        ({"assignee": "a\0"}, 422, "assignee"),
        ({"assignee": ["me", "none"]}, 422, "assignee"),
        ({"creator": "a\0"}, 422, "creator"),
        ({"creator": "nobody"}, 404, "creator_id"),
        ({"creator": "me"}, 403, None),
        ({"sort": "rating"}, 422, "sort"),
        ({"from": "yesterday"}, 422, "from"),
        ({"range": "all", "to": "2026-11-01"}, 422, "range"),
        ({"tz": "Berlin"}, 422, "tz"),
        ({"st_id": "nobody"}, 404, "st_id"),
    ],
    ids=str,
)
def test_a_wrong_parameter_is_named(reviews: Served, params: dict[str, Any], status: int, field: str | None) -> None:
    answer = Desk(reviews, OLGA).client.get("/api/reviews", params=params)
    assert (answer.status_code, answer.json().get("field")) == (status, field)
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_queue_is_narrowed_by_who_has_it_to_do(reviews: Served) -> None:
    olga, otto = Desk(reviews, OLGA), Desk(reviews, OTTO)
    olga.decide(MISSED, "assign", assignee="me")
    otto.decide("session-a-8", "under_review")
    assert olga.ids(assignee="me") == otto.ids(assignee="olga") == [MISSED]
    assert otto.ids(assignee="me") == olga.ids(assignee="otto") == ["session-a-8"]
    assert not {MISSED, "session-a-8"} & set(olga.ids(assignee="none", limit=1_000))
    assert olga.ids(assignee="Olga Ocean") == olga.ids(assignee="") == []
    row = olga.row(MISSED)
    assert row
    assert row["assignee"] == {"account": "olga", "name": "Olga Ocean", "role": "operations"}


def test_counts_by_state_are_of_the_asked_reasons_and_counts_by_reason_of_the_asked_states(reviews: Served) -> None:
    olga = Desk(reviews, OLGA)
    olga.decide("session-secret-0", "resolve", outcome="st_coached")
    olga.decide("session-secret-3", "under_review")
    olga.decide("session-secret-8", "dismiss")
    page = olga.queue(creator="bela", reason="no_show")
    assert page["states"] == {"new": 0, "under_review": 1, "resolved": 0, "dismissed": 1}
    assert (page["reasons"]["no_show"], page["reasons"]["low_rating"]) == (1, 3)
    assert [row["id"] for row in page["reviews"]] == ["session-secret-3"]
    done = olga.queue(creator="bela", state=["resolved", "dismissed"])
    assert [(row["id"], row["outcome"]) for row in done["reviews"]] == [
        ("session-secret-0", "st_coached"),
        ("session-secret-8", None),
    ]


# One session


def test_a_review_that_nobody_began(reviews: Served) -> None:
    review = Desk(reviews, OLGA).review(DISPUTED)
    assert set(review) == REVIEW
    assert (review["state"], review["again"], review["reasons"], review["version"]) == ("new", False, ["dispute"], 0)
    assert review["dispute"] == {
        "status": "open", "reason": "reason a", "opened_at": None, "decision": None, "differs": False,
    }  # fmt: skip
    assert (review["history"], review["st_decisions"]) == ([], {"resolved": 0, "dismissed": 0, "latest": []})
    assert review["may"] == ["flag", "assign", "note", "under_review", "resolve", "dismiss"]
    row = Desk(reviews, OLGA).row(DISPUTED)
    assert row
    assert row["evidence"] == review["evidence"] != ""


def test_a_session_that_needs_no_review_may_be_flagged_and_noted(reviews: Served) -> None:
    review = Desk(reviews, OLGA).review(FINE)
    assert (review["reasons"], review["dispute"], review["may"]) == ([], None, ["flag", "note"])
    assert Desk(reviews, OLGA).row(FINE) is None


def test_the_whole_history_is_told_with_who_and_when(reviews: Served) -> None:
    olga, otto = Desk(reviews, OLGA), Desk(reviews, OTTO)
    otto.review(MISSED)
    otto.queue()
    olga.decide(MISSED, "assign", assignee="otto")
    otto.decide(MISSED, "note", note=TEXT)
    otto.decide(MISSED, "resolve", outcome="refunded", note="paid back")
    review = olga.decide(MISSED, "undo")
    told_of = [
        (entry["version"], entry["action"], entry["by"]["name"], entry["note"], entry["state"], entry["undone"])
        for entry in review["history"]
    ]
    assert told_of == [
        (1, "assign", "Olga Ocean", None, "new", False),
        (2, "note", "Otto Otter", TEXT, "new", False),
        (3, "resolve", "Otto Otter", "paid back", "resolved", True),
        (4, "undo", "Olga Ocean", None, "new", False),
    ]
    assert all(entry["at"] == "2026-11-24T10:42:00Z" for entry in review["history"])
    assert (review["state"], review["outcome"], review["assignee"]["account"]) == ("new", None, "otto")


def test_a_dispute_is_told_as_it_was_decided_beside_the_exports_word(reviews: Served) -> None:
    olga = Desk(reviews, OLGA)
    for action, more, decision in (
        ("under_review", {}, "under_review"),
        ("resolve", {"outcome": "refunded"}, "resolved"),
    ):
        dispute = olga.decide(DISPUTED, action, **more)["dispute"]
        assert (dispute["status"], dispute["decision"], dispute["differs"]) == ("open", decision, True)
    rejected = olga.decide(SECRET, "dismiss", outcome="unfounded")["dispute"]
    assert (rejected["decision"], rejected["differs"]) == ("rejected", True)


def test_what_was_decided_about_an_sts_other_sessions_is_told_with_each(reviews: Served) -> None:
    olga = Desk(reviews, OLGA)
    olga.decide("session-a-8", "resolve", outcome="st_coached")  # of st-both
    olga.decide("session-secret-5", "dismiss")  # of st-both, bela's
    past = olga.review(DISPUTED)["st_decisions"]
    assert (past["resolved"], past["dismissed"]) == (1, 1)
    assert {one["session_id"] for one in past["latest"]} == {"session-a-8", "session-secret-5"}
    own = Desk(reviews, ANNA).review(DISPUTED)["st_decisions"]
    assert [(one["session_id"], one["outcome"]) for one in own["latest"]] == [("session-a-8", "st_coached")]
    assert olga.review("session-a-8")["st_decisions"]["resolved"] == 0


@pytest.mark.parametrize("id_", ["nothing", "%00", "%F0%9F%A6%89", "a'%20OR%201=1", "%25", "x" * 3_000])
def test_a_session_that_there_is_not_is_not_found(reviews: Served, id_: str) -> None:
    client = Desk(reviews, OLGA).client
    address = f"/api/sessions/{id_}/review"
    assert client.get(address).status_code == 404
    assert client.post(address, json={"action": "note", "note": "x", "version": 0}).status_code == 404


# Reviewers


def test_those_of_operations_who_were_here_may_be_given_a_review(reviews: Served) -> None:
    for viewer in (OTTO, OLGA, ANALYST, ANNA):
        Desk(reviews, viewer).queue()
    answer = Desk(reviews, OLGA).client.get("/api/reviews/reviewers")
    assert answer.json() == [
        {"account": "olga", "name": "Olga Ocean", "role": "operations"},
        {"account": "otto", "name": "Otto Otter", "role": "operations"},
    ]
    for viewer in (ANALYST, GRANTED, ANNA):
        assert Desk(reviews, viewer).client.get("/api/reviews/reviewers").status_code == 403
