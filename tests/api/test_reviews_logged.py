"""Who saw what is up for review is logged; without the log, or the store, nothing is shown or decided."""

from typing import Any

import pytest

from tests.api.accessing import told
from tests.api.reviewing import ANNA, MISSED, OLGA, SECRET, STAFF, TEXT, Desk
from tests.api.stored import without_table
from tests.conftest import Served


@pytest.mark.parametrize("viewer", STAFF, ids=lambda viewer: viewer.id)
def test_staff_who_see_the_queue_or_a_review_are_logged_as_for_sessions(reviews: Served, viewer: Any) -> None:
    desk = Desk(reviews, viewer)
    desk.queue()
    desk.queue(creator="bela")
    desk.review(SECRET)
    logged = reviews.as_staff().get("/api/access-log").json()["entries"]
    assert {told(entry)[2:] for entry in logged if entry["account"] == viewer.id} == {
        ("saw_creator", None, None),
        ("saw_creator", "bela", None),
        ("saw_creator", "bela", SECRET),
    }


def test_creators_who_see_their_own_and_what_staff_did_not_get_are_not_logged(reviews: Served) -> None:
    Desk(reviews, ANNA).queue()
    Desk(reviews, ANNA).review(MISSED)
    Desk(reviews, OLGA).client.get("/api/sessions/nothing/review")
    assert reviews.as_staff().get("/api/access-log").json()["entries"] == []


def test_no_review_is_shown_or_decided_that_cannot_be_logged(reviews: Served) -> None:
    staff = Desk(reviews, OLGA).client
    body = {"action": "resolve", "outcome": "other", "note": TEXT, "version": 0}
    with without_table(reviews, "access_log"):
        for answer in (
            staff.get("/api/reviews"),
            staff.get(f"/api/sessions/{SECRET}/review"),
            staff.post(f"/api/sessions/{SECRET}/review", json=body),
        ):
            assert answer.status_code == 503
            assert "ecret" not in answer.text
        assert Desk(reviews, ANNA).review(MISSED)["version"] == 0
    assert Desk(reviews, OLGA).review(SECRET)["version"] == 0


@pytest.mark.parametrize("table", ["reviews", "review_entries", "review_changes"])
def test_with_a_store_that_is_down_nothing_is_shown_nor_decided(reviews: Served, table: str) -> None:
    desk = Desk(reviews, OLGA)
    items = [{"session_id": MISSED, "version": 0}]
    with without_table(reviews, table):
        answers = [desk.send(MISSED, "under_review", version=0), desk.send_batch("under_review", items)]
        if table != "review_changes":
            answers.append(desk.client.get(f"/api/sessions/{MISSED}/review"))
        if table == "reviews":
            answers.append(desk.client.get("/api/reviews"))
        for answer in answers:
            assert (answer.status_code, answer.json()["title"]) == (503, "Not available now")
    assert desk.review(MISSED)["version"] == 0
    assert desk.ids(reason="no_show", limit=1_000)
