"""Sign-ins end everywhere, and stay ended while the store is down."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from store import Store, open_store
from store.engine import StoreError, writing
from store.sign_ins import SignIns
from store.tables import SIGN_INS
from tests.serving import wait_for


def test_a_sign_in_counts_until_it_is_ended(store: Store) -> None:
    store.sign_ins.begin("s1", "anna", "token")
    store.sign_ins.begin("s2", "bela")
    assert store.sign_ins.end("s1") == "token"
    assert (store.sign_ins.is_ended("s1"), store.sign_ins.is_ended("s2")) == (True, False)
    assert (store.sign_ins.end("s2"), store.sign_ins.end("never begun")) == (None, None)


def test_the_providers_token_is_not_kept_longer_than_the_sign_in(store: Store) -> None:
    store.sign_ins.begin("s1", "anna", "token")
    store.sign_ins.end("s1")
    assert store.sign_ins.end("s1") is None


def test_another_process_learns_of_a_sign_out(store: Store, database: str) -> None:
    other = open_store(database, None, timedelta(hours=12))  # type: ignore[arg-type]  # the address says where
    other.sign_ins.start()
    store.sign_ins.begin("s1", "anna")
    store.sign_ins.end("s1")
    wait_for(lambda: other.sign_ins.is_ended("s1"), 5)
    other.close()


def test_a_sign_out_counts_here_at_once_and_elsewhere_once_the_store_is_back(store: Store, database: str) -> None:
    other = open_store(database, None, timedelta(hours=12))  # type: ignore[arg-type]  # the address says where
    store.sign_ins.begin("s1", "anna")
    rename(store, "sign_ins", "elsewhere")
    assert store.sign_ins.end("s1") is None
    store.sign_ins.look()
    other.sign_ins.look()
    assert (store.sign_ins.is_ended("s1"), other.sign_ins.is_ended("s1")) == (True, False)
    rename(store, "elsewhere", "sign_ins")
    store.sign_ins.look()
    other.sign_ins.look()
    assert other.sign_ins.is_ended("s1")
    other.close()


def rename(store: Store, table: str, to: str) -> None:
    with writing(store.calls.engine) as connection:
        connection.execute(text(f"ALTER TABLE {table} RENAME TO {to}"))


def test_a_sign_in_that_cannot_be_kept_is_none(store: Store) -> None:
    rename(store, "sign_ins", "elsewhere")
    with pytest.raises(StoreError, match="sign-in"):
        store.sign_ins.begin("s2", "anna")


def test_a_sign_in_is_forgotten_once_no_cookie_of_it_can_be_valid(store: Store) -> None:
    brief = SignIns(store.calls, timedelta(0))
    brief.begin("s1", "anna")
    brief.end("s1")
    brief.look()
    assert not brief.is_ended("s1")
    brief.begin("s2", "anna")
    with store.calls.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(SIGN_INS)).scalar_one() == 1
