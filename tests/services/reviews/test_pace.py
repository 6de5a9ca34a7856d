"""How much one person may do to reviews, of which nothing is ever removed."""

import pytest

from services.reviews import deciding, pace
from services.reviews.pace import Pace, TooOftenError
from tests.services.reviews.conftest import ANNA, MARIA, OMAR, Process
from tests.services.reviews.test_board import one

__all__ = ["one"]


def test_a_person_is_stopped_who_does_more_than_a_person_can_and_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = [600.0]
    monkeypatch.setattr("services.reviews.pace.time.monotonic", lambda: seconds[0])
    counted = Pace()
    for _ in range(30):
        counted.take(ANNA, 2)
    with pytest.raises(TooOftenError, match="60 sessions a minute"):
        counted.take(ANNA, 1)
    counted.take(MARIA, 1_000)
    seconds[0] += 59.9
    with pytest.raises(TooOftenError):
        counted.take(ANNA, 1)
    seconds[0] += 0.1
    counted.take(ANNA, 60)


def test_decisions_are_counted_and_one_too_many_changes_nothing(one: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(pace.MOST_A_MINUTE, ANNA.role, 2)
    one.decide(ANNA, "note", "session-a-1", "session-a-2", note="first")
    with pytest.raises(TooOftenError):
        one.decide(ANNA, "note", "session-a-1", note="second")
    assert [entry.note for entry in one.services.store.reviews.history("session-a-1")] == ["first"]
    one.decide(MARIA, "note", "session-a-1", note="third")


def test_a_full_history_takes_no_more_words_but_a_decision(one: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "MOST_ENTRIES", 2)
    for words in ("first", "second"):
        one.decide(ANNA, "note", "session-a-1", note=words)
    for action in ("note", "flag"):
        assert [left.detail for left in one.decide(OMAR, action, "session-a-1", note="third").conflicts] == [
            "its history is full"
        ]
    assert one.decide(OMAR, "under_review", "session-a-1").conflicts == []
    assert one.decide(OMAR, "undo", "session-a-1").conflicts == []
