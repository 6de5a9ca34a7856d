"""Events as a whole: how long they are kept, how they are signed, and what the document says of both."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import services.events
from api.events import FIELDS
from services.events import EventRecorder
from services.events.receiver import Receiver, body_of
from settings import load_settings
from store import Store
from store.events import EventName
from tests.api.telling import GOOD, kept, tell
from tests.conftest import NOW, served
from tests.exports import write_export
from tests.servers.receiver import RunningReceiver
from tests.serving import wait_for
from tests.store.test_events import event, ids, rows
from tests.two_creators import TABLES

DOCUMENT = (Path(__file__).parents[3] / "docs" / "events.md").read_text()
SECRET = "qYw0v3n8KZr5tLxC"


def code(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", DOCUMENT, re.DOTALL)
    return str(found)


@pytest.fixture
def is_genuine() -> Callable[[str, dict[str, str], bytes], bool]:
    """As the document has it."""
    names: dict[str, Any] = {}
    exec(code("python"), names)
    found: Callable[[str, dict[str, str], bytes], bool] = names["is_genuine"]
    return found


def test_the_documents_check_takes_what_is_sent(
    receiver: RunningReceiver, is_genuine: Callable[[str, dict[str, str], bytes], bool]
) -> None:
    Receiver(receiver.url, SECRET).send([event(1, data={"session_id": "ü"})])
    ((headers, body),) = receiver.asked
    assert is_genuine(SECRET, dict(headers), body)


@pytest.mark.parametrize("changed", ["body", "secret", "timestamp", "signature"])
def test_the_documents_check_takes_nothing_else(
    receiver: RunningReceiver, is_genuine: Callable[[str, dict[str, str], bytes], bool], changed: str
) -> None:
    Receiver(receiver.url, SECRET).send([event(1)])
    headers, body = dict(receiver.asked[0][0]), receiver.asked[0][1]
    stamp = headers["X-Session-History-Timestamp"]
    if changed == "timestamp":
        headers["X-Session-History-Timestamp"] = str(int(stamp) - 1)
    if changed == "signature":
        headers["X-Session-History-Signature"] = "sha256=" + "0" * 64
    assert not is_genuine(SECRET + "x" * (changed == "secret"), headers, body + b" " * (changed == "body"))


def test_the_documents_check_takes_nothing_old(
    receiver: RunningReceiver,
    is_genuine: Callable[[str, dict[str, str], bytes], bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("time.time", lambda: 1_700_000_000.9)
        Receiver(receiver.url, SECRET).send([event(1)])
    ((headers, body),) = receiver.asked
    assert headers["X-Session-History-Timestamp"] == "1700000000"
    assert not is_genuine(SECRET, dict(headers), body)


def test_the_documents_example_is_of_the_shape_that_is_sent() -> None:
    example, sent = json.loads(code("json")), json.loads(body_of([event(1)]))
    assert example.keys() == sent.keys()
    assert [list(one) for one in example["events"]] == [list(sent["events"][0])] * 2


@pytest.mark.parametrize("name", [*EventName, *FIELDS])
def test_the_document_names_every_event_and_every_field(name: str) -> None:
    assert f"`{name}`" in DOCUMENT


@pytest.mark.parametrize("name", services.events.EventCounts.__dataclass_fields__)
def test_the_document_names_every_count(name: str) -> None:
    assert f"- `{name}`: " in DOCUMENT


@pytest.mark.parametrize(("url", "dropped"), [(None, 0), ("http://127.0.0.1:9", 2)])
def test_old_events_are_removed_and_count_as_dropped_where_they_were_to_be_forwarded(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str | None, dropped: int
) -> None:
    monkeypatch.setattr("store.events.MOST_REMOVED", 2)
    monkeypatch.setattr("services.events.MOST_REMOVED", 2)
    now = datetime.now(UTC)
    days = [5, 5, 4, 2, 0]
    store.events.add_many([event(n, at=now - timedelta(days=age)) for n, age in enumerate(days)])
    store.events.given_up(["id-0"])
    settings = load_settings(data_dir=tmp_path, events_days=3, events_url=url, events_secret=SECRET)
    recorder = EventRecorder(store.events, settings)
    recorder.start()
    wait_for(lambda: ids(rows(store)) == ["id-3", "id-4"])
    wait_for(lambda: recorder.counts().dropped == dropped)
    recorder.stop()


def test_without_a_receiver_events_are_kept_and_nothing_more(store: Store, tmp_path: Path) -> None:
    store.events.add_many([event(1, at=datetime.now(UTC))])
    recorder = EventRecorder(store.events, load_settings(data_dir=tmp_path))
    recorder.start()
    recorder.stop()
    assert [row.attempts for row in rows(store)] == [0]
    assert recorder.counts().forwarded == 0


def test_what_waits_is_written_when_the_server_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.events.queue.EVERY_SECONDS", 60)
    write_export(tmp_path / "export", as_of=NOW, **TABLES)
    with served(tmp_path / "data", NOW, export=str(tmp_path / "export")) as app:
        tell(app.as_creator("anna"), *GOOD[:20])
        assert kept(app, 0) == []
    assert len(kept(app, 20)) == 20
    app.store.calls.engine.dispose()
