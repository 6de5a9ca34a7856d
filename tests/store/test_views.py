"""Saved views in the store: whose they are, who sees them, how many, and which comes first."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from store import Store
from store.engine import StoreError, writing
from store.tables import DEFAULT_VIEWS
from store.views import Kept, Owner, View

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
OLGA, OTTO = Owner("olga", "olga", "operations"), Owner("otto", "otto", "operations")
ANA, ANNA = Owner("ana", "ana", "analyst"), Owner("olga", "anna", "creator")
VIEW = View("v1", OLGA, "Olga", "Disputes", "flag=dispute&range=all", False, NOON, NOON)


def add(store: Store, view: View = VIEW, most: int = 50) -> Kept:
    return store.views.add(view, most)


def seen(store: Store, owner: Owner) -> list[str]:
    return [view.id for view in store.views.list_views(owner)[0]]


def test_a_view_is_given_back_as_it_was_kept(store: Store) -> None:
    awkward = replace(
        VIEW, name='Ünal \'O"Brien" <b> =1+1', query="student_q=%25_%27--&range=all", owner_name="\u202eO"
    )
    assert add(store, awkward) is Kept.DONE
    assert store.views.get(OLGA, "v1") == awkward
    assert store.views.list_views(OLGA) == ([awkward], None)


def test_one_is_its_owners_alone_and_another_role_is_another_owner(store: Store) -> None:
    add(store)
    for other in (OTTO, ANA, ANNA, replace(OLGA, role="analyst"), replace(OLGA, viewer_id="x")):
        assert (store.views.get(other, "v1"), seen(store, other)) == (None, [])
        assert not store.views.remove(other, "v1")
        assert store.views.replace(replace(VIEW, owner=other)) is Kept.NOT_THERE
    assert seen(store, OLGA) == ["v1"]


def test_a_shared_one_is_seen_within_the_role_and_changed_by_its_owner_alone(store: Store) -> None:
    add(store, replace(VIEW, shared=True))
    assert seen(store, OTTO) == ["v1"]
    assert seen(store, ANA) == seen(store, ANNA) == []
    assert not store.views.remove(OTTO, "v1")
    assert store.views.replace(replace(VIEW, owner=OTTO, name="Mine")) is Kept.NOT_THERE
    assert store.views.replace(VIEW) is Kept.DONE
    assert seen(store, OTTO) == []


def test_ones_own_come_first_each_by_name_without_regard_to_case(store: Store) -> None:
    for id_, owner, name in (("1", OTTO, "a"), ("2", OLGA, "b"), ("3", OLGA, "C"), ("4", OTTO, "B"), ("5", OLGA, "A")):
        add(store, replace(VIEW, id=id_, owner=owner, name=name, shared=True))
    assert seen(store, OLGA) == ["5", "2", "3", "1", "4"]


@pytest.mark.parametrize("name", ["Disputes", "DISPUTES", "dıspuTes".replace("ı", "i"), "\uff24isputes"])
def test_two_names_that_look_the_same_are_the_same(store: Store, name: str) -> None:
    add(store)
    other = replace(VIEW, id="v2", name=name)
    assert add(store, other) is Kept.NAME_TAKEN
    assert add(store, replace(other, owner=OTTO)) is Kept.DONE
    assert add(store, replace(other, id="v3", name="Others")) is Kept.DONE
    assert store.views.replace(replace(other, id="v3")) is Kept.NAME_TAKEN
    assert store.views.replace(replace(VIEW, name=name)) is Kept.DONE


def test_changing_keeps_when_it_was_made(store: Store) -> None:
    add(store)
    later = replace(VIEW, name="Others", query="range=all", shared=True, updated_at=NOON + timedelta(hours=1))
    assert store.views.replace(replace(later, created_at=later.updated_at)) is Kept.DONE
    assert store.views.get(OLGA, "v1") == later


def test_many_who_add_at_once_are_counted_one_by_one(store: Store) -> None:
    with ThreadPoolExecutor(8) as threads:
        kept = list(threads.map(lambda n: add(store, replace(VIEW, id=f"v{n}", name=f"{n}"), most=5), range(16)))
    assert sorted(kept, key=str) == [Kept.DONE] * 5 + [Kept.TOO_MANY] * 11
    with ThreadPoolExecutor(8) as threads:
        same = list(threads.map(lambda n: add(store, replace(VIEW, id=f"w{n}", owner=OTTO)), range(8)))
    assert same.count(Kept.DONE) == 1


def test_the_default_is_each_ones_own_and_goes_with_the_view(store: Store) -> None:
    add(store, replace(VIEW, shared=True))
    add(store, replace(VIEW, id="v2", name="Second"))
    for id_ in ("v1", "v2"):
        assert store.views.begin_with(OLGA, id_)
    assert store.views.begin_with(OTTO, "v1")
    assert store.views.list_views(OLGA)[1] == "v2"
    assert (store.views.default(OTTO) or VIEW).id == "v1"
    assert not store.views.begin_with(OTTO, "v2")
    assert not store.views.begin_with(ANA, "v1")
    store.views.begin_plain(OLGA)
    assert store.views.default(OLGA) is None
    assert store.views.remove(OLGA, "v1")
    assert store.views.default(OTTO) is None
    with store.calls.engine.connect() as connection:
        assert connection.execute(select(DEFAULT_VIEWS)).all() == []


def test_a_default_that_is_shared_no_more_is_none(store: Store) -> None:
    add(store, replace(VIEW, shared=True))
    store.views.begin_with(OTTO, "v1")
    store.views.replace(VIEW)
    assert store.views.default(OTTO) is None
    assert store.views.list_views(OTTO) == ([], None)


def test_without_the_table_each_says_so_and_tells_no_values(store: Store) -> None:
    with writing(store.calls.engine) as connection:
        connection.execute(text("DROP TABLE views"))
    acts = (
        lambda: add(store),
        lambda: store.views.replace(VIEW),
        lambda: store.views.remove(OLGA, "v1"),
        lambda: store.views.get(OLGA, "v1"),
        lambda: store.views.list_views(OLGA),
        lambda: store.views.default(OLGA),
        lambda: store.views.begin_with(OLGA, "v1"),
    )
    for act in acts:
        with pytest.raises(StoreError, match="view") as raised:
            act()
        assert "olga" not in str(raised.value)
