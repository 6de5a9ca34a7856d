"""Events on their way to a real receiver: signed, in order, again where it failed, and past what it refuses."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from services.events import forwarder
from services.events import receiver as receivers
from services.events.forwarder import Forwarder
from services.events.queue import EventQueue
from services.events.receiver import Outcome, Receiver
from store import Store, open_store
from store.engine import writing
from tests.servers.receiver import RunningReceiver
from tests.servers.web import closed_port
from tests.services.events.test_queue import record
from tests.serving import wait_for
from tests.store.conftest import LIFETIME
from tests.store.test_events import LATER, event, ids, rows

SECRET = "qYw0v3n8KZr5tLxC"


def forwarder_to(receiver: RunningReceiver, store: Store) -> Forwarder:
    return Forwarder(store.events, Receiver(receiver.url, SECRET), now=lambda: LATER)


def added(store: Store, count: int) -> list[str]:
    events = [event(n) for n in range(count)]
    store.events.add_many(events)
    return ids(events)


def settled(store: Store) -> set[str]:
    return {row.id for row in rows(store) if row.due_at is None}


def test_all_events_arrive_in_order_in_batches_and_are_marked(store: Store, receiver: RunningReceiver) -> None:
    sent = added(store, 250)
    forwarding = forwarder_to(receiver, store)
    assert [forwarding.step() for _ in range(4)] == [0, 0, 0, forwarder.EVERY_SECONDS]
    assert receiver.ids == sent
    assert len(receiver.asked) == 3
    assert forwarding.counts() == (250, 0)
    assert {row.forwarded_at for row in rows(store)} == {LATER}


def test_an_event_arrives_whole(store: Store, receiver: RunningReceiver) -> None:
    store.events.add_many([event(1, data={"session_id": "ü"}, at=LATER - timedelta(microseconds=1))])
    forwarder_to(receiver, store).step()
    assert receiver.taken == [
        {
            "id": "id-1", "name": "session_viewed", "at": "2026-11-24T12:04:59.999999+00:00", "viewer_id": "anna",
            "role": "creator", "data": {"session_id": "ü"},
        }
    ]  # fmt: skip
    assert receiver.asked[0][0]["Content-Type"] == "application/json"


def test_a_receiver_that_fails_is_asked_again_until_it_takes_them(store: Store, receiver: RunningReceiver) -> None:
    sent = added(store, 150)
    statuses = iter([500, 503, 429, 408, 401, 403, 404, 302])
    receiver.answer = lambda found: next(statuses, 200)
    forwarding = forwarder_to(receiver, store)
    assert [forwarding.step() for _ in range(8)] == [1, 2, 4, 8, 16, 32, 64, 128]
    assert (receiver.ids, forwarding.counts()) == ([], (0, 0))
    assert [forwarding.step() for _ in range(2)] == [0, 0]
    assert receiver.ids == sent
    receiver.answer = lambda found: 500
    store.events.add_many([event(999)])
    assert forwarding.step() == 1


def test_the_pause_after_failures_is_five_minutes_at_most(store: Store) -> None:
    with closed_port() as address:
        forwarding = Forwarder(store.events, Receiver(address, SECRET), now=lambda: LATER)
        added(store, 1)
        assert [forwarding.step() for _ in range(11)][-2:] == [300, 300]


def test_a_receiver_that_hangs_is_given_up_for_now(
    store: Store, receiver: RunningReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receivers, "ASK_SECONDS", 0.2)
    sent = added(store, 3)
    receiver.answer = lambda found: 0
    forwarding = forwarder_to(receiver, store)
    began = time.monotonic()
    assert forwarding.step() == 1
    assert time.monotonic() - began < 3
    receiver.answer = lambda found: 200
    forwarding.step()
    assert receiver.ids == sent


def test_an_event_that_is_refused_is_given_up_and_holds_up_no_other(
    store: Store, receiver: RunningReceiver, caplog: pytest.LogCaptureFixture
) -> None:
    sent = added(store, 130)
    poison = {"id-0", "id-77", "id-78", "id-129"}
    statuses = {"id-0": 400, "id-77": 422, "id-78": 413, "id-129": 400}
    receiver.answer = lambda found: next((statuses[one] for one in found if one in poison), 200)
    forwarding = forwarder_to(receiver, store)
    while len(settled(store)) < 130:
        assert forwarding.step() == 0
    assert receiver.ids == [one for one in sent if one not in poison]
    assert forwarding.counts() == (126, 4)
    assert len(receiver.asked) < 60
    assert {row.id for row in rows(store) if row.forwarded_at is None} == poison
    assert [entry.getMessage() for entry in caplog.records if "id-77" in entry.getMessage()] == [
        "the receiver of events refused the event id-77 (422): it is given up"
    ]


def test_two_at_once_deliver_no_event_twice(store: Store, database: str, receiver: RunningReceiver) -> None:
    sent = added(store, 450)
    other = open_store(database, None, LIFETIME)  # type: ignore[arg-type]  # the address says where

    def forward(one: Store) -> int:
        forwarding = forwarder_to(receiver, one)
        while len(settled(store)) < 450:
            forwarding.step()
        return forwarding.counts()[0]

    with ThreadPoolExecutor(2) as threads:
        shares = list(threads.map(forward, [store, other]))
    other.close()
    assert sorted(receiver.ids) == sorted(sent)
    assert sum(shares) == 450


def test_what_another_died_with_is_sent_once_its_lease_has_ended(store: Store, receiver: RunningReceiver) -> None:
    added(store, 1)
    store.events.claim(9, LATER, forwarder.LEASE)
    forwarder_to(receiver, store).step()
    assert receiver.ids == []
    Forwarder(store.events, Receiver(receiver.url, SECRET), now=lambda: LATER + forwarder.LEASE).step()
    assert receiver.ids == ["id-0"]


def test_a_store_that_is_down_is_waited_for(store: Store, receiver: RunningReceiver) -> None:
    """Whether before the events are claimed or before they are marked: then they arrive twice, with the same id."""
    added(store, 2)
    forwarding = forwarder_to(receiver, store)
    with writing(store.calls.engine) as connection:
        connection.execute(text("ALTER TABLE events RENAME TO elsewhere"))
    assert forwarding.step() == 1

    def take_down(found: list[str]) -> int:
        with writing(store.calls.engine) as connection:
            connection.execute(text("ALTER TABLE events RENAME TO elsewhere"))
        return 200

    with writing(store.calls.engine) as connection:
        connection.execute(text("ALTER TABLE elsewhere RENAME TO events"))
    receiver.answer = take_down
    assert forwarding.step() == 1
    with writing(store.calls.engine) as connection:
        connection.execute(text("ALTER TABLE elsewhere RENAME TO events"))
    receiver.answer = lambda found: 200
    Forwarder(store.events, Receiver(receiver.url, SECRET), now=lambda: LATER + forwarder.LEASE).step()
    assert receiver.ids == ["id-0", "id-1", "id-0", "id-1"]


def test_from_the_queue_to_the_receiver_with_the_store_down_in_between(
    store: Store, receiver: RunningReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("services.events.queue", "services.events.forwarder"):
        monkeypatch.setattr(f"{name}.EVERY_SECONDS", 0.02)
        monkeypatch.setattr(f"{name}.MOST_PAUSE_SECONDS", 0.05)
    waiting = EventQueue(store.events)
    forwarding = Forwarder(store.events, Receiver(receiver.url, SECRET))
    with writing(store.calls.engine) as connection:
        connection.execute(text("ALTER TABLE events RENAME TO elsewhere"))
    waiting.start()
    forwarding.start()
    names = [name for first in range(0, 300, 20) for name in record(waiting, first, 20)]
    time.sleep(0.2)
    assert waiting.counts() == (0, 0, 300)
    with writing(store.calls.engine) as connection:
        connection.execute(text("ALTER TABLE elsewhere RENAME TO events"))
    wait_for(lambda: len(receiver.taken) >= 300)
    waiting.stop()
    forwarding.stop()
    assert [one["data"]["session_id"] for one in receiver.taken] == names


def test_neither_the_log_nor_the_request_tells_the_secret(
    store: Store, receiver: RunningReceiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    added(store, 2)
    forwarding = forwarder_to(receiver, store)
    for status in (500, 400, 400, 200):
        receiver.answer = lambda found, status=status: status  # type: ignore[misc]  # bound at once
        forwarding.step()
    assert len(receiver.asked) == 4
    assert SECRET not in caplog.text
    assert not [True for headers, body in receiver.asked if SECRET in str(headers) or SECRET.encode() in body]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(receiver: RunningReceiver, status: int) -> None:
    receiver.answer = lambda found: status
    assert Receiver(receiver.url, SECRET).send([event(1)]) == (Outcome.FAILED, str(status))
    assert len(receiver.asked) == 1


def test_the_environments_proxy_is_not_asked(receiver: RunningReceiver, monkeypatch: pytest.MonkeyPatch) -> None:
    with closed_port() as address:
        monkeypatch.setenv("HTTP_PROXY", address)
        monkeypatch.setenv("ALL_PROXY", address)
        assert Receiver(receiver.url, SECRET).send([event(1, at=datetime.now(UTC))])[0] is Outcome.TAKEN
