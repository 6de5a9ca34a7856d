"""What the platform is told of decisions: each of them, signed, at least once, in order, and nobody's name."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from queries.review_models import Outcome, Reason, ReviewAction, ReviewState
from queries.statement import setup_sql
from services.events import Outbox, SentCounts, forwarder
from services.reviews.deciding import Seen, Wish, decide
from store import Store
from store.engine import StoreError, writing
from store.standings import START
from tests.servers.receiver import RunningReceiver
from tests.services.reviews.conftest import ANNA, EVERY, MARIA, OMAR, SECRET, Process, process
from tests.serving import wait_for
from tests.store.reviewing import event_ids
from tests.store.test_events import event
from warehouse.snapshot import Snapshot

DOCUMENT = (Path(__file__).parents[3] / "docs" / "reviews.md").read_text()


def code(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", DOCUMENT, re.DOTALL)
    return str(found)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forwarder, "EVERY_SECONDS", 0.01)
    monkeypatch.setattr(forwarder, "MOST_PAUSE_SECONDS", 0.02)


@pytest.fixture
def telling(built: Path, store: Store, receiver: RunningReceiver) -> Iterator[Process]:
    """A process that tells the receiver."""
    running = process(built, store, receiver.url)
    running.services.decisions.start()
    yield running
    running.services.decisions.stop()


def told(receiver: RunningReceiver) -> list[tuple[str, int, str]]:
    data = [one["data"] for one in receiver.taken]
    return [(one["session_id"], one["version"], one["action"]) for one in data]


def test_each_decision_is_told_once_in_order_and_signed(telling: Process, receiver: RunningReceiver) -> None:
    one = "session-a-2"
    telling.decide(ANNA, "flag", one, note="sekret note")
    telling.decide(MARIA, "assign", one, assignee="me")
    telling.decide(OMAR, "note", one, note="sekret note")
    telling.decide(OMAR, "under_review", one)
    telling.decide(MARIA, "resolve", one, outcome="other", note="sekret note")
    telling.decide(OMAR, "undo", one)
    telling.decide(OMAR, "dismiss", one, outcome="unfounded")
    wait_for(lambda: len(receiver.taken) >= 6)
    actions = [(1, "flag"), (2, "assign"), (4, "under_review"), (5, "resolve"), (6, "undo"), (7, "dismiss")]
    assert told(receiver) == [(one, version, action) for version, action in actions]
    assert len(set(receiver.ids)) == 6
    assert [(two["data"]["state"], two["data"]["outcome"]) for two in receiver.taken[3:]] == [
        ("resolved", "other"), ("under_review", None), ("dismissed", "unfounded"),
    ]  # fmt: skip
    names: dict[str, Any] = {}
    exec(code("python"), names)
    for headers, body in receiver.asked:
        assert names["is_genuine"](SECRET, dict(headers), body)
        assert not names["is_genuine"](SECRET, dict(headers), body + b" ")
        assert b"Muster" not in body
        assert b"sekret" not in body
    wait_for(lambda: telling.services.decisions.counts() == SentCounts(6, 0))


def test_a_decision_is_told_whole(telling: Process, receiver: RunningReceiver) -> None:
    telling.decide(ANNA, "flag", "session-a-1", note="why")
    wait_for(lambda: len(receiver.taken) == 1)
    (found,) = receiver.taken
    assert abs(datetime.fromisoformat(found["at"]) - datetime.now(UTC)) < timedelta(minutes=1)
    assert {name: found[name] for name in ("name", "viewer_id", "role")} == {
        "name": "review_decided", "viewer_id": "idp|anna", "role": "creator",
    }  # fmt: skip
    assert found["data"] == {
        "session_id": "session-a-1", "creator_id": "anna", "st_id": "st-both", "version": 1, "action": "flag",
        "state": "new", "outcome": None, "reasons": ["dispute", "flagged"], "dispute_status": "open", "assignee": None,
    }  # fmt: skip


def test_a_whole_batch_is_told_each_session_by_itself(telling: Process, receiver: RunningReceiver) -> None:
    assert len(telling.decide(MARIA, "flag", *EVERY, note="all").decided) == len(EVERY)
    assert len(telling.decide(MARIA, "undo", *EVERY).decided) == len(EVERY)
    wait_for(lambda: len(receiver.taken) >= 2 * len(EVERY))
    assert sorted(told(receiver)) == sorted(
        (one, version, action) for one in EVERY for version, action in ((1, "flag"), (2, "undo"))
    )


def test_what_is_refused_or_comes_twice_is_not_told(telling: Process, receiver: RunningReceiver, store: Store) -> None:
    wish = Wish(ReviewAction.FLAG, note="why", request="5f0a3c7d-91b0-4f7e-9a53-6c1a5d0f9b22")
    for _ in range(2):
        assert decide(telling.services, MARIA, wish, [Seen("session-a-2", 0)]).decided[0].version == 1
    assert decide(telling.services, OMAR, wish, [Seen("session-a-2", 0), Seen("no-session", 0)]).decided == []
    assert len(event_ids(store)) == 1
    wait_for(lambda: told(receiver) == [("session-a-2", 1, "flag")])


def test_an_endpoint_that_was_down_is_told_all_in_order(telling: Process, receiver: RunningReceiver) -> None:
    receiver.answer = lambda ids: 503
    for version in range(10):
        telling.decide(MARIA, ("flag", "undo")[version % 2], "session-a-2", note="why")
    wait_for(lambda: len(receiver.asked) > 3)
    assert receiver.taken == []
    receiver.answer = lambda ids: 200
    wait_for(lambda: len(receiver.taken) >= 10)
    assert [version for _, version, _ in told(receiver)] == list(range(1, 11))


def test_what_is_rolled_back_is_not_told(telling: Process, receiver: RunningReceiver, store: Store) -> None:
    def rename(old: str, new: str) -> None:
        with writing(store.calls.engine) as connection:
            connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))

    for lost in ("review_entries", "decision_events"):
        rename(lost, "elsewhere")
        with pytest.raises(StoreError):
            decide(telling.services, MARIA, Wish(ReviewAction.FLAG, note="x"), [Seen("session-a-2", 0)])
        rename("elsewhere", lost)
        assert store.reviews.history("session-a-2") == []
        assert store.reviews.changed_since(START).heads == []
        assert event_ids(store) == []
    telling.decide(MARIA, "flag", "session-a-4", note="why")
    wait_for(lambda: told(receiver) == [("session-a-4", 1, "flag")])


def test_nothing_is_kept_to_be_told_where_nobody_is(built: Path, store: Store) -> None:
    quiet = process(built, store)
    assert len(quiet.decide(MARIA, "flag", *EVERY, note="all").decided) == len(EVERY)
    assert event_ids(store) == []
    assert quiet.services.decisions.counts() == SentCounts(0, 0)


def test_old_ones_are_removed_once_they_were_told_and_not_before(store: Store) -> None:
    past = datetime.now(UTC) - timedelta(days=5)
    store.decision_events.add_many([event(number, at=past) for number in range(3)])
    store.decision_events.forwarded(["id-0"], past)
    store.decision_events.given_up(["id-1"])
    outbox = Outbox(store.decision_events, "decisions", None, None, days=3)
    outbox.clean()
    assert event_ids(store) == ["id-2"]


def test_the_documents_example_is_of_the_shape_that_is_sent(telling: Process, receiver: RunningReceiver) -> None:
    telling.decide(MARIA, "flag", "session-a-2", note="why")
    wait_for(lambda: len(receiver.taken) == 1)
    example, sent = json.loads(code("json")), json.loads(receiver.asked[0][1])
    assert example.keys() == sent.keys()
    assert list(example["events"][0]) == list(sent["events"][0])
    assert list(example["events"][0]["data"]) == list(sent["events"][0]["data"])


def test_the_documents_sample_hears_each_decision_once_and_nothing_older() -> None:
    names: dict[str, Any] = {}
    exec(code("python"), names)
    known: dict[str, int] = {}

    def heard(*versions: int) -> list[int]:
        events = [{"data": {"session_id": "s1", "version": version}} for version in versions]
        return [one["version"] for one in names["newer"](json.dumps({"events": events}).encode(), known)]

    assert [heard(1, 2), heard(2, 1), heard(5, 4), heard(3), heard(6)] == [[1, 2], [], [4, 5], [], [6]]


@pytest.mark.parametrize("name", [*Reason, *ReviewState, *ReviewAction, *Outcome])
def test_the_document_names_every_word_of_reviews(name: str) -> None:
    assert f"`{name}`" in DOCUMENT


@pytest.mark.parametrize("name", SentCounts.__dataclass_fields__)
def test_the_document_names_every_count(name: str) -> None:
    assert f"- `{name}`: " in DOCUMENT


def test_the_document_tells_the_urgency_of_each_reason(built: Path) -> None:
    (path,) = (built / "snapshots").glob("*.duckdb")
    snapshot = Snapshot(path, setup_sql())
    told_of = {
        name: int(urgency) for name, urgency in re.findall(r"^\| `(\w+)` \|.*\| (\d+) \|$", DOCUMENT, re.MULTILINE)
    }
    bits = {reason: 1 << bit for bit, reason in enumerate(Reason)}
    assert told_of == {reason: snapshot.query(f"SELECT review_urgency({bit})")[0][0] for reason, bit in bits.items()}
    snapshot.close()
