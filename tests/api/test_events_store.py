"""Events and their store: nobody waits for it, and what it cannot take now it is given later."""

import threading
import time

import pytest
from sqlalchemy import text

from store.engine import writing
from tests.api.telling import GOOD, counts, kept, tell
from tests.conftest import Served
from tests.serving import wait_for


def test_the_answer_does_not_wait_for_a_store_that_hangs(listener: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    goes_on, hangs = threading.Event(), threading.Event()

    def hang(events: object) -> None:
        hangs.set()
        goes_on.wait(20)

    client = listener.as_creator("anna")
    monkeypatch.setattr(listener.store.events, "add_many", hang)
    tell(client, GOOD[3])
    assert hangs.wait(5)
    began = time.monotonic()
    assert {tell(client, *GOOD[:20]).status_code for _ in range(20)} == {202}
    assert time.monotonic() - began < 10
    assert counts(listener)["waiting"] == 401
    goes_on.set()
    wait_for(lambda: counts(listener)["waiting"] == 0)


def test_a_store_that_is_down_is_not_told_to_the_page_and_loses_nothing(listener: Served) -> None:
    with writing(listener.store.calls.engine) as connection:
        connection.execute(text("ALTER TABLE events RENAME TO elsewhere"))
    assert tell(listener.as_creator("anna"), *GOOD[:5]).status_code == 202
    wait_for(lambda: counts(listener)["waiting"] == 5)
    time.sleep(0.1)
    with writing(listener.store.calls.engine) as connection:
        connection.execute(text("ALTER TABLE elsewhere RENAME TO events"))
    assert len(kept(listener, 5)) == 5
