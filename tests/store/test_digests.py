"""Digests in the store: one for each owner and view, confirmed, claimed by one alone, settled, and ended."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from store import Store
from store.digests import MailedDigest
from store.engine import StoreError, writing
from store.views import Kept, Owner, View

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LEASE, HOUR = timedelta(minutes=10), timedelta(hours=1)
OLGA, OTTO = Owner("olga", "olga", "operations"), Owner("otto", "otto", "operations")
DIGEST = MailedDigest("d1", "v1", OLGA, "Olga", None, "olga@example.com", "Europe/Berlin", NOON, due_at=NOON)


def put(store: Store, digest: MailedDigest = DIGEST) -> MailedDigest:
    store.digests.put(digest)
    return digest


def claim(store: Store, now: datetime = NOON, limit: int = 10) -> list[MailedDigest]:
    return store.digests.claim(limit, now, LEASE)


def test_one_is_kept_for_each_owner_and_view_the_newest(store: Store) -> None:
    put(store, replace(DIGEST, id="d0"))
    put(store)
    other = put(store, replace(DIGEST, id="d2", owner=OTTO, name='Ünal "<b>', creator_id="c"))
    assert store.digests.list_of(OLGA) == [DIGEST]
    assert store.digests.list_of(OTTO) == [other]
    assert store.digests.get("d0") is None
    assert store.digests.get("d2") == other


def test_it_is_confirmed_by_its_own_address_alone_and_once(store: Store) -> None:
    put(store)
    later = NOON + HOUR
    assert not store.digests.confirm("d1", "eve@example.com", later, later)
    assert not store.digests.confirm("d2", DIGEST.address, later, later)
    assert store.digests.get("d1") == DIGEST
    for due in (later, later + HOUR):
        assert store.digests.confirm("d1", DIGEST.address, later, due)
    assert store.digests.get("d1") == replace(DIGEST, confirmed_at=later, seen_at=later, due_at=later)


def test_what_is_due_is_given_to_one_until_the_lease_ends(store: Store) -> None:
    put(store)
    put(store, replace(DIGEST, id="d2", view_id="v2", due_at=NOON + HOUR))
    put(store, replace(DIGEST, id="d3", view_id="v3", due_at=None))
    assert claim(store, NOON - HOUR) == []
    (first,) = claim(store)
    assert (first.id, first.attempts, first.due_at) == ("d1", 1, NOON + LEASE)
    assert claim(store) == []
    (again,) = claim(store, NOON + LEASE)
    assert (again.id, again.attempts) == ("d1", 2)
    store.digests.settle(first, None, done=True)  # too late: it is another's now
    assert store.digests.get("d1") == again
    store.digests.settle(again, NOON + HOUR, done=False)
    assert store.digests.get("d1") == replace(again, claim=None, due_at=NOON + HOUR)
    assert {digest.id for digest in claim(store, NOON + HOUR)} == {"d1", "d2"}


def test_many_who_claim_at_once_share_what_is_due(store: Store) -> None:
    for n in range(20):
        put(store, replace(DIGEST, id=f"d{n}", view_id=f"v{n}"))
    with ThreadPoolExecutor(8) as threads:
        claimed = list(threads.map(lambda _: claim(store, limit=5), range(8)))
    ids = [digest.id for batch in claimed for digest in batch]
    assert len(ids) == len(set(ids)) == 20


def test_that_its_owner_was_here_is_noted_at_most_so_often(store: Store) -> None:
    put(store)
    put(store, replace(DIGEST, id="d2", owner=OTTO))
    for hours, seen in ((5, 0), (25, 25), (26, 25)):
        store.digests.saw(OLGA, NOON + hours * HOUR, 24 * HOUR)
        assert [digest.seen_at for digest in store.digests.list_of(OLGA)] == [NOON + seen * HOUR]
    assert [digest.seen_at for digest in store.digests.list_of(OTTO)] == [NOON]


def test_it_is_ended_by_its_owner_its_link_and_with_its_view(store: Store) -> None:
    view = View("v3", OLGA, "Olga", "Disputes", "range=all", True, NOON, NOON)
    assert store.views.add(view, 5) is Kept.DONE
    for n in (1, 2, 3):
        put(store, replace(DIGEST, id=f"d{n}", view_id=f"v{n}"))
    put(store, replace(DIGEST, id="d4", view_id="v3", owner=OTTO))
    store.digests.remove(OTTO, "v1")
    store.digests.remove(OLGA, "v1")
    store.digests.end("d2")
    assert [digest.id for digest in store.digests.list_of(OLGA)] == ["d3"]
    store.views.remove(OLGA, "v3")
    assert [*store.digests.list_of(OLGA), *store.digests.list_of(OTTO)] == []


def test_without_the_table_each_says_so_and_tells_no_values(store: Store) -> None:
    with writing(store.calls.engine) as connection:
        connection.execute(text("DROP TABLE digests"))
    acts = (
        lambda: put(store),
        lambda: store.digests.get("d1"),
        lambda: store.digests.list_of(OLGA),
        lambda: store.digests.confirm("d1", "olga@example.com", NOON, NOON),
        lambda: store.digests.remove(OLGA, "v1"),
        lambda: store.digests.end("d1"),
        lambda: store.digests.saw(OLGA, NOON, HOUR),
        lambda: claim(store),
        lambda: store.digests.settle(DIGEST, None, done=True),
    )
    for act in acts:
        with pytest.raises(StoreError, match="digest") as raised:
            act()
        assert "olga" not in str(raised.value)
