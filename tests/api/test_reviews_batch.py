"""POST /api/reviews: one decision about many sessions, each for itself, all at once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Connection, event

from tests.api.reviewing import ANNA, BELA, DISPUTED, FINE, MANY, MISSED, OLGA, OTTO, SECRET, TEXT, Desk
from tests.conftest import Served

REQUEST = "6f2f3f2e-30b2-4b3c-9f64-0a4f2a1f7d11"
IDS = [row["id"] for row in MANY]


def test_a_thousand_are_decided_in_one_request_and_undone_in_another(reviews: Served) -> None:
    olga = Desk(reviews, OLGA)
    evidence = {
        row["id"]: row["evidence"] for row in olga.queue(creator="anna", limit=1_000, to="2026-10-01")["reviews"]
    }
    assert set(evidence) == set(IDS)
    items = [{"session_id": id_, "version": 0, "evidence": evidence[id_]} for id_ in reversed(IDS)]
    answer = olga.send_batch("resolve", items, outcome="settled", note=TEXT).json()
    assert answer["conflicts"] == []
    assert answer["decided"] == [
        {"session_id": id_, "version": 1, "state": "resolved", "outcome": "settled", "assignee": None}
        for id_ in reversed(IDS)
    ]
    assert olga.queue(creator="anna", reason="no_show")["states"]["resolved"] == 1_000
    assert not set(IDS) & set(olga.ids(limit=1_000))
    assert olga.review(IDS[500])["history"][0]["note"] == TEXT
    undone = olga.batch("undo", IDS, version=1)
    assert {(one["state"], one["version"]) for one in undone["decided"]} == {("new", 2)}
    assert olga.queue(creator="anna", reason="no_show")["states"]["new"] == 1_002


def test_a_thousand_are_written_in_one_transaction(reviews: Served) -> None:
    engine, ends = reviews.store.calls.engine, list[str]()

    def committed(_: Connection) -> None:
        ends.append("committed")

    olga = Desk(reviews, OLGA)
    olga.queue()
    event.listen(engine, "commit", committed)
    try:
        olga.batch("under_review", IDS)
    finally:
        event.remove(engine, "commit", committed)
    assert ends.count("committed") <= 2  # the other is of the sign-in


def test_those_that_somebody_was_first_with_are_left_and_named_and_the_others_decided(reviews: Served) -> None:
    olga, otto = Desk(reviews, OLGA), Desk(reviews, OTTO)
    otto.batch("dismiss", IDS[:3])
    items: list[dict[str, Any]] = [
        *({"session_id": id_, "version": 0} for id_ in IDS[:6]),
        {"session_id": IDS[6], "version": 0, "evidence": "0123456789ab"},
        {"session_id": FINE, "version": 0},
        {"session_id": DISPUTED, "version": 0},
        {"session_id": "nothing", "version": 0},
        {"session_id": "\U0001f989", "version": 7},
    ]
    answer = olga.send_batch("dismiss", items).json()
    assert [one["session_id"] for one in answer["decided"]] == IDS[3:6]
    conflicts = {one["session_id"]: one for one in answer["conflicts"]}
    assert set(conflicts) == {*IDS[:3], IDS[6], FINE, DISPUTED, "nothing", "\U0001f989"}
    assert [(conflicts[id_]["by"]["name"], conflicts[id_]["state"]) for id_ in IDS[:3]] == [
        ("Otto Otter", "dismissed")
    ] * 3
    assert {conflicts[id_]["by"] for id_ in (IDS[6], FINE, DISPUTED, "nothing")} == {None}
    for id_, word in (
        (IDS[6], "newer data"),
        (FINE, "nothing is raised"),
        (DISPUTED, "outcome"),
        ("nothing", "no such"),
    ):
        assert word in conflicts[id_]["detail"]
    assert olga.review(IDS[0])["version"] == 1
    assert (olga.review(IDS[6])["version"], olga.review(DISPUTED)["version"]) == (0, 0)


def test_a_batch_that_is_sent_twice_counts_once(reviews: Served) -> None:
    olga = Desk(reviews, OLGA)
    first = olga.batch("under_review", IDS[:50], request=REQUEST)
    olga.batch("note", IDS[:10], version=1, note=TEXT)
    again = olga.batch("under_review", IDS[:50], request=REQUEST)
    assert again == first
    assert len(olga.review(IDS[0])["history"]) == 2
    other = olga.batch("note", IDS[:1], version=2, note=TEXT, request=REQUEST)
    (conflict,) = other["conflicts"]
    assert (conflict["version"], conflict["state"]) == (2, "under_review")
    assert conflict["detail"] == "the request was something else when it came before"


@pytest.mark.parametrize(
    ("action", "first", "other"),
    [
        ("resolve", {"outcome": "refunded"}, {"outcome": "repeated"}),
        ("dismiss", {"outcome": "unfounded"}, {"outcome": "duplicate"}),
        ("dismiss", {}, {"outcome": "duplicate"}),
        ("assign", {"assignee": "me"}, {"assignee": "otto"}),
        ("assign", {"assignee": "otto"}, {"assignee": None}),
    ],
    ids=str,
)
def test_a_request_that_comes_again_with_another_choice_is_refused(
    reviews: Served, action: str, first: dict[str, Any], other: dict[str, Any]
) -> None:
    olga, otto = Desk(reviews, OLGA), Desk(reviews, OTTO)
    otto.queue()
    done = olga.batch(action, IDS[:1], request=REQUEST, **first)
    assert len(done["decided"]) == 1
    assert olga.batch(action, IDS[:1], request=REQUEST, **first) == done
    (conflict,) = olga.batch(action, IDS[:1], request=REQUEST, **other)["conflicts"]
    assert conflict["detail"] == "the request was something else when it came before"
    assert len(olga.review(IDS[0])["history"]) == 1


@pytest.mark.parametrize(
    ("items", "field"),
    [
        ([], "items"),
        ([{"session_id": str(number), "version": 0} for number in range(1_001)], "items"),
        ([{"session_id": MISSED, "version": 0}, {"session_id": MISSED, "version": 1}], "items"),
        ([{"session_id": MISSED, "version": 0}, {"session_id": "", "version": 0}], "items.1.session_id"),
        ([{"session_id": "a\0", "version": 0}], "items.0.session_id"),
        ([{"session_id": 7, "version": 0}], "items.0.session_id"),
        ([{"session_id": MISSED}], "items.0.version"),
        ([{"session_id": MISSED, "version": -1}], "items.0.version"),
        ([{"session_id": MISSED, "version": 0, "note": "x"}], "items.0.note"),
        ({"session_id": MISSED, "version": 0}, "items"),
    ],
    ids=lambda part: str(part)[:60],
)
def test_what_is_wrong_with_a_batch_is_named_and_none_of_it_done(reviews: Served, items: Any, field: str) -> None:
    olga = Desk(reviews, OLGA)
    answer = olga.send_batch("under_review", items)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert olga.review(MISSED)["version"] == 0


def test_what_is_wrong_with_the_wish_is_refused_for_all(reviews: Served) -> None:
    olga = Desk(reviews, OLGA)
    for action, more, field in (
        ("resolve", {}, "outcome"),
        ("note", {"note": "  "}, "note"),
        ("assign", {"assignee": "stranger"}, "assignee"),
        ("under_review", {"request": "x"}, "request"),
        ("under_review", {"version": 0}, "version"),
    ):
        answer = olga.send_batch(action, [{"session_id": MISSED, "version": 0}], **more)
        assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert olga.review(MISSED)["version"] == 0


def test_a_thousand_with_the_longest_ids_and_note_are_not_too_large(reviews: Served) -> None:
    items = [
        {"session_id": f"{number:04}".ljust(200, "x"), "version": 0, "evidence": "0123456789ab"}
        for number in range(1_000)
    ]
    answer = Desk(reviews, OLGA).send_batch("note", items, note="🦉" * 2_000)
    assert answer.status_code == 200
    assert len(answer.json()["conflicts"]) == 1_000


def test_of_two_batches_at_once_every_session_is_in_one(reviews: Served) -> None:
    desks = [Desk(reviews, OLGA), Desk(reviews, OTTO)]
    for desk in desks:
        desk.queue()
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda desk: desk.batch("dismiss", IDS[:400]), desks))
    decided = [{one["session_id"] for one in answer["decided"]} for answer in answers]
    assert decided[0].isdisjoint(decided[1])
    assert decided[0] | decided[1] == set(IDS[:400])
    assert [len(answer["conflicts"]) for answer in answers] == [len(decided[1]), len(decided[0])]


def test_a_batch_of_a_creator_touches_their_own_sessions_only(reviews: Served) -> None:
    anna, bela = Desk(reviews, ANNA), Desk(reviews, BELA)
    answer = anna.send_batch(
        "flag", [{"session_id": id_, "version": 0} for id_ in (FINE, SECRET, "nothing")], note=TEXT
    )
    assert [one["session_id"] for one in answer.json()["decided"]] == [FINE]
    told = {one.pop("session_id"): one for one in answer.json()["conflicts"]}
    assert told[SECRET] == told["nothing"]
    assert bela.review(SECRET)["version"] == 0
