"""What was decided since one looked last, told to every process that asks."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Event
from typing import Any

import pytest

from store import Store, reviews
from store.engine import StoreError
from store.standings import START, Changes, Head
from tests.store.reviewing import NOON, decide, heads


def test_changes_are_told_from_where_one_asks(store: Store) -> None:
    assert store.reviews.changed_since(START) == Changes([], START)
    decide(store, ["s1", "s2"])
    first = store.reviews.changed_since(START)
    assert {head.session_id for head in first.heads} == {"s1", "s2"}
    decide(store, ["s2"], 1)
    second = store.reviews.changed_since(first.mark)
    assert [(head.session_id, head.version) for head in second.heads] == [("s2", 2)]
    assert store.reviews.changed_since(second.mark) == Changes([], second.mark)


def test_a_mark_of_another_store_is_known_by_more_than_its_number(store: Store) -> None:
    decide(store, ["s1", "s2"])
    mark = store.reviews.changed_since(START).mark
    assert not store.reviews.changed_since(mark).another
    for other_one in (replace(mark, change=9), replace(mark, session_id="s9"), replace(mark, at=NOON - timedelta(1))):
        assert store.reviews.changed_since(other_one) == Changes([], START, more=True, another=True)


@pytest.mark.parametrize("most", [5, 7, 12])
def test_many_changes_are_told_in_chunks_and_never_a_part_of_a_decision(
    store: Store, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(reviews, "MOST_CHANGED", most)
    for batch in range(6):
        decide(store, [f"s{batch}-{number}" for number in range(4)])
    asked, seen, more = START, list[str](), True
    while more:
        changes = store.reviews.changed_since(asked)
        assert len(changes.heads) % 4 == 0
        assert changes.mark.change > asked.change
        seen += [head.session_id for head in changes.heads]
        asked, more = changes.mark, changes.more
    assert sorted(seen) == [f"s{batch}-{number}" for batch in range(6) for number in range(4)]


def test_whoever_looks_while_twenty_decide_misses_no_change(store: Store, other: Store) -> None:
    ended = Event()

    def write(writer: int) -> None:
        one = (store, other)[writer % 2]
        for version in range(4):
            _insistent(decide, one, [f"own-{writer}"], version)
            shared = f"shared-{(writer + version) % 5}"
            seen = heads(one)
            _insistent(decide, one, [shared], seen[shared].version if shared in seen else 0)

    def follow() -> dict[str, Head]:
        known: dict[str, Head] = {}
        asked, is_over = START, False
        while not is_over:
            is_over = ended.is_set()
            changes = _insistent(store.reviews.changed_since, asked)
            for head in changes.heads:
                assert head.session_id not in known or known[head.session_id].version < head.version
                known[head.session_id] = head
            asked = changes.mark
        return known

    with ThreadPoolExecutor(21) as threads:
        following = threads.submit(follow)
        list(threads.map(write, range(20)))
        ended.set()
        assert following.result(20) == heads(store)
    assert {head.version for id_, head in heads(store).items() if id_.startswith("own")} == {4}


def _insistent(ask: Callable[..., Any], *given: Any) -> Any:
    """Again where SQLite's lock was not to be had."""
    for _ in range(20):
        try:
            return ask(*given)
        except StoreError:
            continue
    raise TimeoutError
