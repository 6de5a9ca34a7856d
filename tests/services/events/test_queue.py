"""The queue: whoever records never waits, a store that is down loses nothing, and what does not fit is counted."""

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest

from auth.viewer import Role, Viewer
from services.events import queue, repeated
from services.events.queue import EventQueue
from store.engine import RefusedError, StoreError
from store.events import Event, EventName
from tests.serving import wait_for

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ANNA = Viewer("anna", "Anna Secret", Role.CREATOR, account="anna@example")


class Fake:
    """A store that can be down, hang, or break; it keeps what it took, batch by batch."""

    def __init__(self) -> None:
        self.batches: list[list[Event]] = []
        self.tries = 0
        self.error: Exception | None = None
        self.goes_on = threading.Event()
        self.goes_on.set()

    def add_many(self, events: Sequence[Event]) -> None:
        self.tries += 1
        self.goes_on.wait(20)
        if self.error:
            raise self.error
        self.batches.append(list(events))

    @property
    def kept(self) -> list[str]:
        return [event.data["session_id"] for batch in self.batches for event in batch]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "EVERY_SECONDS", 0.01)
    monkeypatch.setattr(queue, "MOST_PAUSE_SECONDS", 0.04)


@pytest.fixture
def store() -> Fake:
    return Fake()


@pytest.fixture
def waiting(store: Fake) -> Iterator[EventQueue]:
    """A queue whose thread has not begun; it is stopped after the test."""
    made = EventQueue(store)  # type: ignore[arg-type]  # as much of a store as it uses
    yield made
    store.goes_on.set()
    made.stop()


def record(to: EventQueue, first: int, count: int = 1) -> list[str]:
    names = [str(number) for number in range(first, first + count)]
    to.record(ANNA, NOON, [(EventName.SESSION_VIEWED, {"session_id": name}) for name in names])
    return names


def test_what_is_recorded_is_in_the_store_a_moment_later(waiting: EventQueue, store: Fake) -> None:
    waiting.start()
    record(waiting, 1)
    wait_for(lambda: store.kept == ["1"])
    wait_for(lambda: waiting.counts() == (1, 0, 0))
    ((event,),) = store.batches
    assert (event.name, event.at, event.viewer_id, event.role) == ("session_viewed", NOON, "anna", "creator")
    assert len(event.id) == 36


def test_no_name_and_no_account_goes_into_an_event(waiting: EventQueue, store: Fake) -> None:
    waiting.start()
    record(waiting, 1)
    wait_for(lambda: bool(store.batches))
    assert "Secret" not in repr(store.batches)
    assert "example" not in repr(store.batches)


def test_events_go_in_batches_and_in_order(waiting: EventQueue, store: Fake) -> None:
    names = [name for first in range(0, 1000, 20) for name in record(waiting, first, 20)]
    waiting.start()
    wait_for(lambda: waiting.counts() == (1000, 0, 0))
    assert store.kept == names
    assert [len(batch) for batch in store.batches] == [200] * 5


def test_a_store_that_is_down_and_comes_back_loses_nothing_and_no_order(waiting: EventQueue, store: Fake) -> None:
    store.error = StoreError("events cannot be kept")
    waiting.start()
    names = record(waiting, 0, 500)
    wait_for(lambda: store.tries >= 3)
    names += record(waiting, 500, 50)
    assert waiting.counts() == (0, 0, 550)
    store.error = None
    wait_for(lambda: waiting.counts() == (550, 0, 0))
    assert store.kept == names
    assert len({event.id for batch in store.batches for event in batch}) == 550


def test_a_store_that_is_down_is_asked_ever_more_rarely(waiting: EventQueue, store: Fake) -> None:
    store.error = StoreError("events cannot be kept")
    record(waiting, 1)
    assert [waiting._step() for _ in range(5)] == [0.01, 0.02, 0.04, 0.04, 0.04]
    store.error = None
    assert waiting._step() == 0.01
    store.error = StoreError("again")
    record(waiting, 2)
    assert waiting._step() == 0.01


def test_what_does_not_fit_is_dropped_and_counted_the_newest_first(
    waiting: EventQueue, store: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "MOST_WAITING", 30)
    kept = record(waiting, 0, 25)
    kept += record(waiting, 25, 20)[:5]
    record(waiting, 99, 3)
    assert waiting.counts() == (0, 18, 30)
    waiting.start()
    wait_for(lambda: waiting.counts() == (30, 18, 0))
    assert store.kept == kept


def test_that_events_were_dropped_is_said_once_a_minute_with_their_number(
    waiting: EventQueue, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "MOST_WAITING", 0)
    clock = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    for at, count in ((1000.0, 3), (1010.0, 4), (1059.0, 1), (1060.0, 0), (1200.0, 0)):
        clock[0] = at
        record(waiting, 1, count)
        waiting._step()
    assert [entry.message for entry in caplog.records] == ["3 events were dropped", "5 events were dropped"]


def test_whoever_records_never_waits_for_a_store_that_hangs(waiting: EventQueue, store: Fake) -> None:
    store.goes_on.clear()
    waiting.start()
    record(waiting, 0)
    wait_for(lambda: store.tries == 1)
    began = time.monotonic()
    for first in range(0, 10_100, 20):
        record(waiting, first, 20)
    assert time.monotonic() - began < 2  # some 50 ms on a machine that does nothing else
    assert waiting.counts() == (0, 101, 10_000)


def test_what_breaks_by_itself_is_dropped_and_holds_nothing_up(
    waiting: EventQueue, store: Fake, caplog: pytest.LogCaptureFixture
) -> None:
    store.error = UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed")
    record(waiting, 1)
    waiting._step()
    store.error = None
    record(waiting, 2)
    waiting._step()
    assert store.kept == ["2"]
    assert waiting.counts() == (1, 1, 0)
    assert "an event cannot be written: UnicodeEncodeError" in caplog.text


def test_one_that_the_store_refuses_takes_no_other_with_it(
    waiting: EventQueue, store: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = store.add_many

    def refuse_second(events: Sequence[Event]) -> None:
        if any(event.data["session_id"] == "1" for event in events):
            raise RefusedError("events cannot be kept")
        take(events)

    monkeypatch.setattr(store, "add_many", refuse_second)
    record(waiting, 0, 4)
    waiting._step()
    assert store.kept == ["0", "2", "3"]
    assert waiting.counts() == (3, 1, 0)


def test_one_viewer_alone_cannot_fill_the_store(waiting: EventQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "MOST_A_MINUTE", 5)
    monkeypatch.setattr("time.monotonic", lambda: 600.0)
    record(waiting, 0, 8)
    assert waiting.counts() == (0, 3, 5)
    bela = Viewer("bela", "Bela", Role.CREATOR)
    waiting.record(bela, NOON, [(EventName.SESSION_VIEWED, {"session_id": "x"})])
    assert waiting.counts() == (0, 3, 6)
    monkeypatch.setattr("time.monotonic", lambda: 660.0)
    record(waiting, 8, 1)
    assert waiting.counts() == (0, 3, 7)


def test_a_stop_writes_what_waits(waiting: EventQueue, store: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "EVERY_SECONDS", 60)
    waiting.start()
    wait_for(waiting._writer._thread.is_alive)
    names = record(waiting, 0, 300)
    waiting.stop()
    assert store.kept == names


def test_a_stop_tries_again_where_the_store_fails_for_a_moment(waiting: EventQueue, store: Fake) -> None:
    store.error = StoreError("a moment ago")
    record(waiting, 1)
    waiting.start()
    threading.Timer(0.3, lambda: setattr(store, "error", None)).start()
    waiting.stop()
    assert store.kept == ["1"]


def test_a_stop_waits_for_no_store_that_hangs(
    waiting: EventQueue, store: Fake, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "STOP_SECONDS", 0.2)
    store.goes_on.clear()
    record(waiting, 0, 7)
    waiting.start()
    began = time.monotonic()
    waiting.stop()
    assert time.monotonic() - began < 2
    assert "7 events could not be written before the end" in caplog.text


def test_a_step_that_fails_for_a_reason_of_its_own_is_taken_again(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeated, "AFTER_ERROR_SECONDS", 0.01)
    caplog.set_level(logging.ERROR)
    taken = threading.Event()
    tries: list[int] = []

    def step() -> float:
        tries.append(1)
        if len(tries) == 1:
            raise ValueError("once")
        taken.set()
        return 60

    made = repeated.Repeated("a-step", step)
    made.start()
    assert taken.wait(5)
    made.stop(5)
    assert "a-step" in caplog.text
