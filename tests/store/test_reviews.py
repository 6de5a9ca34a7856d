"""Reviews in the store: decided whole or not at all, once, by whoever was first, and never forgotten."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import text

from store import Store, calls
from store.engine import RefusedError, StoreError, writing
from store.standings import Entry, Head, Item, Refused, Standing, Step
from tests.store.reviewing import NOON, by, decide, decision, event_ids, heads, items, rows, to_state, told

WHOLE = Standing("resolved", "refunded", "omar", "Omar Ünal", True, ("low_rating:1:a", 'no_show "x"'))


def test_a_decision_is_kept_whole_and_read_as_it_was(store: Store) -> None:
    made = by(at=NOON.replace(microsecond=7))
    (entry,) = store.reviews.decide(decision("r1", made, note="ü 🙂"), items(["s1"]), to_state(**_fields(WHOLE)), told)
    assert entry == Entry("s1", 1, "assign", "ü 🙂", None, "r1", WHOLE, made)
    assert store.reviews.history("s1") == [entry]
    assert heads(store) == {"s1": Head("s1", "anna", 1, "assign", WHOLE, made, 1)}
    assert event_ids(store) == ["s1/1"]


def _fields(standing: Standing) -> dict[str, Any]:
    return {name: getattr(standing, name) for name in Standing.__dataclass_fields__}


def test_a_history_is_only_added_to_and_in_order(store: Store) -> None:
    states = ["new", "under_review", "resolved", "new", "dismissed"]
    for version, state in enumerate(states):
        earlier = store.reviews.history("s1")
        decide(store, ["s1"], version, rule=to_state(state), made=by(f"p{version}", NOON + timedelta(version)))
        assert store.reviews.history("s1")[:-1] == earlier
    found = store.reviews.history("s1")
    assert [(one.version, one.standing.state, one.made.name) for one in found] == [
        (version + 1, state, f"P{version}") for version, state in enumerate(states)
    ]
    assert heads(store)["s1"].version == 5
    assert store.reviews.history("s2") == []


def test_a_clock_that_lags_turns_no_history_around(store: Store) -> None:
    decide(store, ["s1"])
    decide(store, ["s1", "s2"], 0, made=by(at=NOON - timedelta(minutes=1)))
    (late,) = decide(store, ["s1"], 1, made=by(at=NOON - timedelta(minutes=1)))
    assert isinstance(late, Entry)
    assert [one.made.at for one in store.reviews.history("s1")] == [NOON, NOON]
    assert store.reviews.history("s2")[0].made.at == NOON - timedelta(minutes=1)
    assert [event for event in event_ids(store) if event.startswith("s1")] == ["s1/1", "s1/2"]


def test_whoever_is_second_is_told_who_was_first_and_changes_nothing(store: Store, other: Store) -> None:
    (first,) = decide(store, ["s1"], made=by("maria"), rule=to_state("resolved"))
    assert isinstance(first, Entry)
    (second,) = decide(other, ["s1"], made=by("omar"), rule=to_state("dismissed"))
    assert second == Refused("s1", Head("s1", "anna", 1, first.action, first.standing, first.made, 1))
    assert store.reviews.history("s1") == [first]
    assert event_ids(store) == ["s1/1"]


def test_a_version_that_nobody_can_have_seen_is_refused(store: Store) -> None:
    assert decide(store, ["s1"], 7) == [Refused("s1", None)]
    decide(store, ["s1"])
    (refused,) = decide(store, ["s1"], 7)
    assert isinstance(refused, Refused)
    assert refused.head
    assert len(rows(store)) == 1


def test_of_a_batch_the_rest_is_decided_and_each_answer_is_at_its_place(store: Store) -> None:
    decide(store, ["s2"])

    def rule(session_id: str, before: Standing | None, history: Any) -> Step | str:
        return "not this one" if session_id == "s4" else Step(WHOLE)

    found = decide(store, ["s1", "s2", "s3", "s4", "s5"], rule=rule)
    assert [one.session_id for one in found] == ["s1", "s2", "s3", "s4", "s5"]
    assert [type(one) for one in found] == [Entry, Refused, Entry, Refused, Entry]
    assert found[3] == Refused("s4", None, "not this one")
    assert sorted(event_ids(store)) == ["s1/1", "s2/1", "s3/1", "s5/1"]


def test_a_request_that_comes_twice_counts_once_whatever_came_between(store: Store, other: Store) -> None:
    first = decide(store, ["s1", "s2"], request="r1")
    decide(store, ["s1"], 1, request="r2", made=by("omar"))
    assert decide(other, ["s1", "s2", "s3"], request="r1")[:2] == first
    assert [(row.session_id, row.version) for row in rows(store)] == [("s1", 1), ("s2", 1), ("s1", 2), ("s3", 1)]
    assert event_ids(store) == ["s1/1", "s2/1", "s1/2", "s3/1"]


def test_a_request_that_comes_twice_at_once_counts_once(store: Store, other: Store) -> None:
    begin = Barrier(8)

    def ask(number: int) -> list[Any]:
        begin.wait(10)
        return decide((store, other)[number % 2], ["s1", "s2", "s3"], request="r1")

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, range(8)))
    assert all(answer == answers[0] for answer in answers)
    assert len(rows(store)) == len(event_ids(store)) == 3


def test_the_same_request_of_somebody_else_is_another_one(store: Store) -> None:
    decide(store, ["s1"], request="r1")
    (second,) = decide(store, ["s1"], request="r1", made=by("omar"))
    assert isinstance(second, Refused)
    assert second.head
    assert second.head.made.account == "maria"


def test_an_undo_is_given_the_whole_history_and_others_none(store: Store) -> None:
    given: list[int] = []

    def rule(session_id: str, before: Standing | None, history: Any) -> Step:
        given.append(len(history))
        return Step(WHOLE, undoes=1)

    decide(store, ["s1"])
    decide(store, ["s1"], 1, rule=rule)
    (undo,) = store.reviews.decide(decision(), items(["s1"], 2), rule, with_history=True)
    assert given == [0, 2]
    assert isinstance(undo, Entry)
    assert undo.undoes == 1


@pytest.mark.parametrize("fails", ["rule", "announce", "event"])
def test_what_goes_wrong_midway_leaves_nothing(store: Store, fails: str) -> None:
    def rule(session_id: str, before: Standing | None, history: Any) -> Step:
        if session_id == "s3" and fails == "rule":
            raise ZeroDivisionError
        return Step(WHOLE)

    def announce(entry: Entry, item: Item) -> Any:
        if entry.session_id == "s3" and fails == "announce":
            raise ZeroDivisionError
        viewer = None if entry.session_id == "s3" and fails == "event" else "maria"
        return replace(told(entry, item), viewer_id=viewer)  # type: ignore[arg-type]  # which the table will not have

    decide(store, ["s2"])
    with pytest.raises((ZeroDivisionError, RefusedError)):
        store.reviews.decide(decision(), [*items(["s1"]), *items(["s2"], 1), *items(["s3"])], rule, announce)
    assert [(row.session_id, row.version) for row in rows(store)] == [("s2", 1)]
    assert event_ids(store) == ["s2/1"]
    assert list(heads(store)) == ["s2"]
    assert heads(store)["s2"].version == 1


@pytest.mark.parametrize(
    "other", [{"action": "resolve"}, {"note": "other words"}, {"chosen": {"outcome": "refunded"}}], ids=str
)
def test_a_request_that_comes_again_with_other_content_is_refused(store: Store, other: dict[str, Any]) -> None:
    first = decision("r1", note="words")
    (done,) = store.reviews.decide(first, items(["s1"]), to_state("under_review"))
    assert store.reviews.decide(first, items(["s1"]), to_state("under_review")) == [done]
    for again, version in ((replace(first, **other), 0), (first, 1)):
        (refused,) = store.reviews.decide(again, items(["s1"], version), to_state("resolved"))
        assert isinstance(refused, Refused)
        assert refused.why
    assert store.reviews.history("s1") == [done]


@pytest.mark.parametrize("value", ["a\0b", "\ud800"])
def test_text_that_a_database_will_not_have_is_refused_and_stops_nobody(
    store: Store, value: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "REST_SECONDS", 60)
    if store.calls.engine.dialect.name == "sqlite" and value == "a\0b":  # a sign like any other
        assert decide(store, ["s1"], note=value) == store.reviews.history("s1")
        return
    with pytest.raises(RefusedError) as raised:
        decide(store, ["s1"], note=value)
    assert value not in str(raised.value) + caplog.text
    assert store.reviews.history("s1") == []
    assert store.problem() is None
    assert isinstance(decide(store, ["s2"])[0], Entry)


def test_a_session_that_is_there_twice_in_one_batch_is_refused_whole(store: Store) -> None:
    with pytest.raises(RefusedError, match="the decision cannot be kept"):
        decide(store, ["s1", "s2", "s1"])
    assert rows(store) == []


def test_a_thousand_are_decided_well_within_the_stores_deadline(store: Store) -> None:
    ids = [f"session-{number:04}" for number in range(1_000)]
    seconds = []
    for version in range(3):
        began = time.monotonic()
        found = store.reviews.decide(
            decision(f"r{version}"), items(ids, version), to_state(**_fields(WHOLE)), told, with_history=True
        )
        seconds.append(time.monotonic() - began)
        assert all(isinstance(one, Entry) for one in found)
    assert len(rows(store)) == len(event_ids(store)) == 3_000
    assert {head.version for head in heads(store).values()} == {3}
    assert sorted(seconds)[1] < calls.DEADLINE_SECONDS / 2


def test_a_decision_that_cannot_be_kept_is_an_error_that_holds_no_values(store: Store) -> None:
    with writing(store.calls.engine) as connection:
        connection.execute(text("DROP TABLE review_entries"))
    for act in (lambda: decide(store, ["s1"], note="secret"), lambda: store.reviews.history("s1")):
        with pytest.raises(StoreError, match="decision") as raised:
            act()
        assert "secret" not in str(raised.value)
    assert heads(store) == {}
