"""Events in the store: kept in order, handed out to one at a time, and removed when they are old."""

import json
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from store import Store, events, open_store
from store.engine import StoreError, writing
from store.events import Event, EventName, Removed
from store.tables import EVENTS
from tests.store.conftest import LIFETIME

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LEASE = timedelta(seconds=60)
LATER = NOON + timedelta(minutes=5)


def event(number: int, **changes: Any) -> Event:
    first = Event(f"id-{number}", EventName.SESSION_VIEWED, NOON, "anna", "creator", {"session_id": f"s{number}"})
    return replace(first, **changes)


def rows(store: Store) -> list[Any]:
    """Every event as it is kept, in order."""
    with store.calls.engine.connect() as connection:
        return list(connection.execute(select(EVENTS).order_by(EVENTS.c.number)))


def ids(found: Sequence[Any]) -> list[str]:
    return [one.id for one in found]


def claimed(store: Store, limit: int = 100, now: datetime = LATER) -> list[str]:
    return ids(store.events.claim(limit, now, LEASE))


def test_an_event_is_kept_whole_and_handed_out_as_it_was(store: Store) -> None:
    told = event(1, data={"filter_type": "st_id", "value": ["Ünal", 'a"b', None]}, at=NOON.replace(microsecond=7))
    store.events.add_many([told])
    (row,) = rows(store)
    assert json.loads(row.data) == told.data
    assert (row.name, row.at, row.viewer_id, row.role) == ("session_viewed", told.at, "anna", "creator")
    assert (row.forwarded_at, row.attempts) == (None, 0)
    assert store.events.claim(10, LATER, LEASE) == [told]
    assert rows(store)[0].attempts == 1


def test_events_keep_their_order_even_of_one_instant(store: Store) -> None:
    store.events.add_many([event(n) for n in range(30)])
    store.events.add_many([event(n) for n in range(30, 60)])
    assert claimed(store) == [f"id-{n}" for n in range(60)]


def test_an_event_that_is_there_already_is_left_as_it_is(store: Store) -> None:
    store.events.add_many([event(1)])
    store.events.add_many([event(1, viewer_id="bela"), event(2)])
    assert [(row.id, row.viewer_id) for row in rows(store)] == [("id-1", "anna"), ("id-2", "anna")]


def test_events_are_added_all_or_none(store: Store) -> None:
    with pytest.raises(StoreError, match="events cannot be kept"):
        store.events.add_many([event(1), event(2, viewer_id=None)])
    assert rows(store) == []


def test_what_is_claimed_is_given_to_nobody_else_until_the_lease_ends(store: Store) -> None:
    store.events.add_many([event(n) for n in range(5)])
    assert claimed(store, 3) == ["id-0", "id-1", "id-2"]
    assert claimed(store, 3) == ["id-3", "id-4"]
    assert claimed(store, 3) == []
    assert claimed(store, 9, LATER + LEASE - timedelta(microseconds=1)) == []
    assert claimed(store, 9, LATER + LEASE) == [f"id-{n}" for n in range(5)]


def test_many_who_claim_at_once_get_each_event_once(store: Store, database: str) -> None:
    store.events.add_many([event(n) for n in range(120)])
    others = [open_store(database, None, LIFETIME) for _ in range(3)]  # type: ignore[arg-type]  # the address says where
    begin = threading.Barrier(4)

    def claim_all(one: Store) -> list[str]:
        begin.wait(10)
        found: list[str] = []
        while len(some := claimed(one, 7)) > 0:
            found += some
        return found

    with ThreadPoolExecutor(4) as threads:
        shares = list(threads.map(claim_all, [store, *others]))
    for other in others:
        other.close()
    given = [id_ for share in shares for id_ in share]
    assert len(given) == len(set(given))
    assert set(given) | set(claimed(store)) == {f"id-{n}" for n in range(120)}


def test_what_was_forwarded_or_given_up_is_due_no_more(store: Store) -> None:
    store.events.add_many([event(n) for n in range(3)])
    store.events.forwarded(["id-0"], NOON)
    store.events.given_up(["id-1"])
    assert claimed(store) == ["id-2"]
    assert [row.forwarded_at for row in rows(store)] == [NOON, None, None]


def test_what_could_not_be_passed_on_is_due_again_in_its_old_place(store: Store) -> None:
    store.events.add_many([event(n) for n in range(4)])
    assert claimed(store, 2) == ["id-0", "id-1"]
    store.events.release(["id-0", "id-1"])
    assert claimed(store) == [f"id-{n}" for n in range(4)]


def test_what_another_passed_on_meanwhile_is_not_brought_back(store: Store) -> None:
    store.events.add_many([event(1)])
    store.events.forwarded(["id-1"], NOON)
    store.events.release(["id-1"])
    assert claimed(store) == []


def test_old_events_are_removed_and_those_told_of_that_nobody_ever_took(store: Store) -> None:
    store.events.add_many([event(n, at=NOON + timedelta(days=n)) for n in range(5)])
    store.events.forwarded(["id-0"], NOON)
    store.events.given_up(["id-1"])
    assert store.events.remove_before(NOON + timedelta(days=3)) == Removed(events=3, unsent=1)
    assert ids(rows(store)) == ["id-3", "id-4"]
    assert store.events.remove_before(NOON) == Removed(0, 0)


def test_old_events_are_removed_a_few_at_a_time_the_oldest_first(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MOST_REMOVED", 2)
    store.events.add_many([event(n, at=NOON - timedelta(days=n)) for n in range(3)])
    assert store.events.remove_before(LATER).events == 2
    assert ids(rows(store)) == ["id-0"]


def test_what_cannot_be_done_is_an_error_that_holds_no_values(store: Store) -> None:
    with writing(store.calls.engine) as connection:
        connection.execute(text("DROP TABLE events"))
    for act in (
        lambda: store.events.add_many([event(1)]),
        lambda: store.events.claim(1, NOON, LEASE),
        lambda: store.events.forwarded(["id-1"], NOON),
        lambda: store.events.remove_before(NOON),
    ):
        with pytest.raises(StoreError, match="event") as raised:
            act()
        assert "id-1" not in str(raised.value)
        assert "anna" not in str(raised.value)
