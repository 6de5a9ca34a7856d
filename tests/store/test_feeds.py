"""Calendar feeds in the store: found by their token alone, counted, revoked, and forgotten."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from store import Store
from store.engine import StoreError, writing
from store.feeds import KEPT_ENDED, Feed
from store.tables import CALENDAR_FEEDS

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
YEAR_BEFORE = NOON - 365 * DAY
FEED = Feed("f1", "anna@example", "anna", NOON)


def add(store: Store, feed: Feed = FEED, token: str = "token", most: int = 5) -> bool:
    return store.feeds.add(feed, token, made_after=YEAR_BEFORE, most=most)


def find(store: Store, token: str = "token", now: datetime = NOON, made_after: datetime = YEAR_BEFORE) -> Feed | None:
    return store.feeds.find(token, now=now, made_after=made_after)


def listed(store: Store, creator_id: str | None = None, account: str | None = None) -> list[Feed]:
    found, total = store.feeds.list_feeds(creator_id=creator_id, account=account, limit=100, offset=0)
    assert total == len(found)
    return list(found)


def test_a_feed_is_found_by_its_token_and_by_nothing_like_it(store: Store) -> None:
    assert add(store, replace(FEED, account='Ünal \'O"Brien" <b>', creator_id="a\nb"))
    found = find(store)
    assert found == replace(FEED, account='Ünal \'O"Brien" <b>', creator_id="a\nb")
    for other in ("", "Token", "token ", "toke", "%", "' OR 1=1 --", "\ud800", "t" * 60_000, "\0"):
        assert find(store, other) is None


def test_the_token_itself_is_kept_nowhere(store: Store) -> None:
    add(store, token="the-token")
    with store.calls.engine.connect() as connection:
        (row,) = connection.execute(select(CALENDAR_FEEDS)).all()
    assert "the-token" not in repr(row)


def test_it_works_until_it_is_revoked_and_revoking_twice_is_as_once(store: Store) -> None:
    add(store)
    assert store.feeds.revoke("f1", "anna", NOON + HOUR)
    assert find(store) is None
    assert store.feeds.revoke("f1", "anna", NOON + 2 * HOUR)
    assert store.feeds.revoke("f1", None, NOON + 2 * HOUR)
    assert [feed.revoked_at for feed in listed(store)] == [NOON + HOUR]


def test_it_works_for_so_long_after_it_was_made(store: Store) -> None:
    add(store)
    assert find(store, made_after=NOON - timedelta(microseconds=1))
    assert find(store, made_after=NOON) is None


def test_nobody_revokes_anothers(store: Store) -> None:
    add(store)
    assert not store.feeds.revoke("f1", "bela", NOON)
    assert not store.feeds.revoke("f2", "anna", NOON)
    assert not store.feeds.revoke("f2", None, NOON)
    assert find(store)
    assert store.feeds.revoke("f1", None, NOON)


def test_its_use_is_noted_at_most_once_an_hour(store: Store) -> None:
    add(store)
    noted = []
    for minutes in (0, 1, 59, 60, 61, 200):
        find(store, now=NOON + timedelta(minutes=minutes))
        noted.append(listed(store)[0].last_used_at)
    hours = [NOON] * 3 + [NOON + HOUR] * 2 + [NOON + timedelta(minutes=200)]
    assert noted == hours


def test_a_creator_has_so_many_that_work_and_no_more(store: Store) -> None:
    assert all(add(store, replace(FEED, id=f"f{n}"), f"token{n}", most=2) for n in (1, 2))
    assert not add(store, replace(FEED, id="f3"), "token3", most=2)
    assert find(store, "token3") is None
    assert add(store, replace(FEED, id="f4", creator_id="bela"), "token4", most=2)
    store.feeds.revoke("f1", "anna", NOON)
    assert add(store, replace(FEED, id="f3"), "token3", most=2)
    late = NOON + 400 * DAY
    assert store.feeds.add(replace(FEED, id="f5", created_at=late), "token5", made_after=late - 365 * DAY, most=1)


def test_many_who_add_at_once_are_counted_one_by_one(store: Store) -> None:
    with ThreadPoolExecutor(8) as threads:
        added = list(threads.map(lambda n: add(store, replace(FEED, id=f"f{n}"), f"token{n}"), range(16)))
    assert sum(added) == len(listed(store)) == 5


def test_of_those_that_ended_the_newest_are_kept(store: Store) -> None:
    for n in range(KEPT_ENDED + 10):
        assert add(store, replace(FEED, id=f"f{n}", created_at=NOON + n * HOUR), f"token{n}", most=1)
        store.feeds.revoke(f"f{n}", "anna", NOON)
    add(store, replace(FEED, id="other", creator_id="bela"), "other")
    add(store, replace(FEED, id="last", created_at=NOON + 99 * HOUR), "last")
    own = listed(store, creator_id="anna")
    assert [feed.id for feed in own] == ["last", *(f"f{n}" for n in range(KEPT_ENDED + 9, 9, -1))]
    assert [feed.id for feed in listed(store, creator_id="bela")] == ["other"]


def test_feeds_are_listed_by_creator_and_account_the_newest_first_a_page_at_a_time(store: Store) -> None:
    for n, (account, creator) in enumerate((("a", "anna"), ("b", "anna"), ("a", "bela"))):
        add(store, Feed(f"f{n}", account, creator, NOON + n * HOUR), f"token{n}")
    assert [feed.id for feed in listed(store)] == ["f2", "f1", "f0"]
    assert [feed.id for feed in listed(store, creator_id="anna")] == ["f1", "f0"]
    assert [feed.id for feed in listed(store, account="a")] == ["f2", "f0"]
    assert [feed.id for feed in listed(store, "anna", "a")] == ["f0"]
    page, total = store.feeds.list_feeds(creator_id=None, account=None, limit=2, offset=2)
    assert ([feed.id for feed in page], total) == (["f0"], 3)


def test_without_the_table_each_says_so_and_tells_no_values(store: Store) -> None:
    with writing(store.calls.engine) as connection:
        connection.execute(text("DROP TABLE calendar_feeds"))
    acts = (
        lambda: add(store),
        lambda: find(store),
        lambda: listed(store),
        lambda: store.feeds.revoke("f1", "anna", NOON),
    )
    for act in acts:
        with pytest.raises(StoreError, match="calendar feed") as raised:
            act()
        assert "anna" not in str(raised.value)
