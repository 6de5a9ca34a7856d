"""How tests of the store decide reviews, and what they look at afterwards."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table, select

from store import Store
from store.events import Event, EventName
from store.standings import START, Decision, Entry, Head, Item, Made, Refused, Standing, Step
from store.tables import DECISION_EVENTS, REVIEW_ENTRIES

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def by(name: str = "maria", at: datetime = NOON) -> Made:
    return Made(at, name, name.title(), "operations")


def decision(request: str | None = None, made: Made | None = None, action: str = "assign", **changes: Any) -> Decision:
    return Decision(action, changes.get("note"), request, made or by())


def items(ids: Sequence[str], version: int = 0) -> list[Item]:
    return [Item(one, "anna", version) for one in ids]


def to_state(state: str = "under_review", **standing: Any) -> Any:
    """A rule that everything is led by to the same standing."""
    return lambda session_id, before, history: Step(Standing(state, **standing))


def told(entry: Entry, item: Item) -> Event:
    """What the platform is told; its id says of what."""
    data = {"session_id": entry.session_id, "version": entry.version}
    name = EventName.REVIEW_DECIDED
    return Event(f"{entry.session_id}/{entry.version}", name, entry.made.at, entry.made.account, entry.made.role, data)


def decide(store: Store, ids: Sequence[str], version: int = 0, **changes: Any) -> list[Entry | Refused]:
    rule = changes.pop("rule", to_state())
    return store.reviews.decide(decision(**changes), items(ids, version), rule, told)


def rows(store: Store, table: Table = REVIEW_ENTRIES) -> list[Any]:
    with store.calls.engine.connect() as connection:
        return list(connection.execute(select(table).order_by(table.c.number)))


def event_ids(store: Store) -> list[str]:
    return [row.id for row in rows(store, DECISION_EVENTS)]


def heads(store: Store) -> dict[str, Head]:
    return {head.session_id: head for head in store.reviews.changed_since(START).heads}
