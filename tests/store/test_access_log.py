"""The access log: entries are added whole, once where asked, and found again."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text

from store import Store, open_store
from store.access_log import Access, AccessFilters, Action
from store.engine import StoreError, writing
from tests.store.conftest import LIFETIME

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
WATCHED = Access(NOON, "ops@example", "Olga", "ops", "operations", Action.WATCHED_RECORDING, "anna", "session-1")
SAW = Access(NOON, "ops@example", "Olga", "ops", "operations", Action.SAW_CREATOR, "anna")
ALL = AccessFilters()


def listed(store: Store, filters: AccessFilters = ALL, limit: int = 100, offset: int = 0) -> list[Access]:
    return list(store.access_log.list_entries(filters, limit=limit, offset=offset)[0])


def test_an_entry_comes_back_as_it_was_added(store: Store) -> None:
    entry = replace(WATCHED, account='Ünal \'O"Brien" <b>', at=NOON.replace(microsecond=123456))
    store.access_log.add(entry)
    assert listed(store) == [entry]
    assert listed(store)[0].at.tzinfo is UTC


def test_an_instant_of_another_zone_is_kept_as_the_instant_it_is(store: Store) -> None:
    store.access_log.add(replace(WATCHED, at=NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))))
    assert listed(store)[0].at == NOON
    assert len(listed(store, AccessFilters(start=NOON, end=NOON + timedelta(microseconds=1)))) == 1


def test_the_same_recording_watched_twice_is_two_entries(store: Store) -> None:
    store.access_log.add(WATCHED)
    store.access_log.add(WATCHED)
    assert len(listed(store)) == 2


def test_the_same_creator_seen_again_within_the_hour_is_one_entry(store: Store) -> None:
    for minute in (0, 1, 59):
        store.access_log.add_hourly(replace(SAW, at=NOON.replace(minute=minute)))
    assert listed(store) == [SAW]


@pytest.mark.parametrize(
    "other",
    [
        replace(SAW, at=NOON + timedelta(hours=1)),
        replace(SAW, at=NOON + timedelta(days=1)),
        replace(SAW, account="another"),
        replace(SAW, creator_id="bela"),
        replace(SAW, creator_id=None),
        replace(SAW, session_id="session-1"),
        replace(SAW, role="analyst"),
    ],
    ids=str,
)
def test_whatever_differs_is_another_entry(store: Store, other: Access) -> None:
    store.access_log.add_hourly(SAW)
    store.access_log.add_hourly(other)
    assert len(listed(store)) == 2


def test_two_processes_add_what_they_both_saw_once(store: Store, database: str) -> None:
    other = open_store(database, None, LIFETIME)  # type: ignore[arg-type]  # the address says where
    store.access_log.add_hourly(SAW)
    other.access_log.add_hourly(SAW)
    other.close()
    assert len(listed(store)) == 1


def test_entries_added_at_once_are_all_there(store: Store) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: store.access_log.add(replace(WATCHED, session_id=f"s{n}")), range(60)))
    assert len({entry.session_id for entry in listed(store)}) == 60


def test_the_newest_comes_first_and_pages_miss_and_double_nothing(store: Store) -> None:
    for n in range(7):
        store.access_log.add(replace(WATCHED, at=NOON + timedelta(minutes=n // 2), session_id=f"s{n}"))
    pages = [listed(store, limit=3, offset=offset) for offset in (0, 3, 6, 9)]
    assert [entry.session_id for page in pages for entry in page] == [f"s{n}" for n in reversed(range(7))]
    assert store.access_log.list_entries(ALL, limit=3, offset=6)[1] == 7


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (AccessFilters(account="a"), "02"),
        (AccessFilters(creator_id="anna"), "01"),
        (AccessFilters(session_id="s1"), "1"),
        (AccessFilters(action=Action.SAW_CREATOR), "2"),
        (AccessFilters(start=NOON + timedelta(hours=1)), "12"),
        (AccessFilters(end=NOON + timedelta(hours=1)), "0"),
        (AccessFilters(start=NOON, end=NOON + timedelta(hours=2), account="a"), "0"),
        (AccessFilters(account="a' OR 1=1 --"), ""),
    ],
    ids=str,
)
def test_entries_are_found_by(store: Store, filters: AccessFilters, found: str) -> None:
    entries = (
        replace(WATCHED, account="a", session_id="s0"),
        replace(WATCHED, account="b", session_id="s1", at=NOON + timedelta(hours=1)),
        replace(SAW, account="a", session_id="s2", creator_id=None, at=NOON + timedelta(hours=2)),
    )
    for entry in entries:
        store.access_log.add(entry)
    entries_found, total = store.access_log.list_entries(filters, limit=10, offset=0)
    assert "".join(sorted(str(entry.session_id)[1] for entry in entries_found)) == found
    assert total == len(found)


def test_what_cannot_be_logged_is_an_error_that_holds_no_values(store: Store) -> None:
    with writing(store.calls.engine) as connection:
        connection.execute(text("DROP TABLE access_log"))
    for act in (
        lambda: store.access_log.add(WATCHED),
        lambda: store.access_log.add_hourly(SAW),
        lambda: store.access_log.list_entries(ALL, limit=1, offset=0),
    ):
        with pytest.raises(StoreError, match="access log") as raised:
            act()
        assert "anna" not in str(raised.value)


def test_what_was_logged_within_the_hour_costs_no_further_statement(store: Store) -> None:
    store.access_log.add_hourly(SAW)
    with writing(store.calls.engine) as connection:
        connection.execute(text("DROP TABLE access_log"))
    store.access_log.add_hourly(SAW)


def test_an_entry_that_could_not_be_added_is_tried_anew(store: Store) -> None:
    with writing(store.calls.engine) as connection:
        connection.execute(text("ALTER TABLE access_log RENAME TO elsewhere"))
    with pytest.raises(StoreError):
        store.access_log.add_hourly(SAW)
    with writing(store.calls.engine) as connection:
        connection.execute(text("ALTER TABLE elsewhere RENAME TO access_log"))
    store.access_log.add_hourly(SAW)
    assert listed(store) == [SAW]
