"""Reviews: where each session stands, and the whole history of how it came there, which is only ever added to."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from store.calls import Calls
from store.events import Event, Events
from store.tables import REVIEW_CHANGES, REVIEW_ENTRIES, REVIEWS

MOST_CHANGED = 20_000  # read at once; more than one decision can change


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a session stands. `facts` is what it rests on: a closed one with others comes back."""

    state: str
    outcome: str | None = None
    assignee_account: str | None = None
    assignee_name: str | None = None
    flagged: bool = False
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """Who did something, and when."""

    at: datetime
    account: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Head:
    """A session as it stands now; its version is the number of entries it has, its change tells what is newer."""

    session_id: str
    creator_id: str
    version: int
    standing: Standing
    made: Made
    change: int


@dataclass(frozen=True, slots=True)
class Changes:
    """Sessions that changed, and the number to ask with next; `more` says that there are others after it already."""

    heads: list[Head]
    newest: int
    more: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a history. `undoes` is the version that it takes back."""

    session_id: str
    version: int
    action: str
    note: str | None
    undoes: int | None
    request: str | None
    standing: Standing
    made: Made


@dataclass(frozen=True, slots=True)
class Item:
    """A session to decide, and the version that whoever decides has seen."""

    session_id: str
    creator_id: str
    version: int


@dataclass(frozen=True, slots=True)
class Step:
    """What a decision makes of a session."""

    standing: Standing
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A session that was left as it is: `why` is the rule's own word, or None where somebody else was first, which
    `head` then tells of."""

    session_id: str
    head: Head | None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing done to several sessions at once. `request` is of whoever asks: asked twice, it is done once."""

    action: str
    note: str | None
    request: str | None
    made: Made


# From a session's id, where it stands and its history (where the action is an undo) to the step, or why there is none.
Rule = Callable[[str, Standing | None, Sequence[Entry]], Step | str]


class Reviews:
    """Every method raises StoreError. Decisions are made one after another: whoever is second is told who was first,
    and the numbers of changes come in the order in which they can be read."""

    def __init__(self, calls: Calls, events: Events) -> None:
        self._calls = calls
        self._events = events

    def decide(
        self,
        decision: Decision,
        items: Sequence[Item],
        rule: Rule,
        announce: Callable[[Entry, Item], Event] | None = None,
        *,
        with_history: bool = False,
    ) -> list[Entry | Refused]:
        """Each item's new entry, or why it has none, in the given order; what is written, and the events that
        `announce` makes of it, is written in one transaction. `items` are of different sessions."""

        def write(connection: Connection) -> list[Entry | Refused]:
            change = connection.execute(_NEXT_CHANGE).scalar_one()
            ids = [item.session_id for item in items]
            heads = _heads(connection, ids)
            histories = _histories(connection, ids) if with_history else {}
            done = _done_before(connection, decision, ids)
            results = [
                done.get(item.session_id)
                or _step(decision, item, heads.get(item.session_id), histories.get(item.session_id, []), rule)
                for item in items
            ]
            added = [
                (entry, item)
                for entry, item in zip(results, items, strict=True)
                if isinstance(entry, Entry) and item.session_id not in done
            ]
            if added:
                _append(connection, added, change)
            if added and announce:
                self._events.insert(connection, [announce(entry, item) for entry, item in added])
            return results

        return self._calls.write("the decision cannot be kept", write)

    def history(self, session_id: str) -> list[Entry]:
        """All entries of a session, the first one first."""
        found = self._calls.read("decisions cannot be read", lambda connection: _histories(connection, [session_id]))
        return found.get(session_id, [])

    def changed_since(self, change: int) -> Changes:
        """What changed after `change`, MOST_CHANGED sessions at most, never a part of one decision; a `newest` below
        `change` says that this is another store, to be read from 0."""

        def look(connection: Connection) -> Changes:
            newest = connection.execute(select(REVIEW_CHANGES.c.number)).scalar_one()
            newer = select(REVIEWS).where(REVIEWS.c.change > change, REVIEWS.c.change <= newest)
            rows = connection.execute(newer.order_by(REVIEWS.c.change).limit(MOST_CHANGED)).all()
            heads = [_head(row) for row in rows]
            if len(heads) < MOST_CHANGED:
                return Changes(heads, newest, more=False)
            whole = [head for head in heads if head.change < heads[-1].change]
            return Changes(whole, whole[-1].change, more=True)

        return self._calls.read("decisions cannot be read", look)


_E = REVIEW_ENTRIES.c
_NEXT_CHANGE = (
    update(REVIEW_CHANGES).values(number=REVIEW_CHANGES.c.number + 1).returning(REVIEW_CHANGES.c.number)
)  # whoever holds this row decides alone
_STANDING = tuple(field.name for field in fields(Standing))
_MADE = tuple(field.name for field in fields(Made))


def _step(decision: Decision, item: Item, head: Head | None, history: Sequence[Entry], rule: Rule) -> Entry | Refused:
    if item.version != (head.version if head else 0):
        return Refused(item.session_id, head)
    step = rule(item.session_id, head.standing if head else None, history)
    if isinstance(step, str):
        return Refused(item.session_id, head, step)
    made = decision.made
    if head and made.at < head.made.at:  # a clock that lags behind another server's turns no history around
        made = replace(made, at=head.made.at)
    return Entry(
        item.session_id, item.version + 1, decision.action, decision.note, step.undoes, decision.request,
        step.standing, made,
    )  # fmt: skip


def _append(connection: Connection, added: Sequence[tuple[Entry, Item]], change: int) -> None:
    flat = [_flat(entry) for entry, _ in added]
    connection.execute(insert(REVIEW_ENTRIES), flat)
    heads = [
        {name: row[name] for name in ("session_id", "version", *_STANDING, *_MADE)}
        | {"creator_id": item.creator_id, "change": change, "key": row["session_id"]}
        for row, (_, item) in zip(flat, added, strict=True)
    ]
    new = [{name: value for name, value in row.items() if name != "key"} for row in heads if row["version"] == 1]
    known = [
        {name: value for name, value in row.items() if name != "session_id"} for row in heads if row["version"] > 1
    ]
    if new:
        connection.execute(insert(REVIEWS), new)
    if known:
        names = [name for name in known[0] if name != "key"]
        changed = update(REVIEWS).where(REVIEWS.c.session_id == bindparam("key"))
        connection.execute(changed.values({name: bindparam(name) for name in names}), known)


def _flat(entry: Entry) -> dict[str, Any]:
    row = {field.name: getattr(entry, field.name) for field in fields(Entry)}
    return row | asdict(row.pop("standing")) | asdict(row.pop("made"))


def _heads(connection: Connection, ids: Sequence[str]) -> Mapping[str, Head]:
    found = connection.execute(select(REVIEWS).where(REVIEWS.c.session_id.in_(ids)))
    return {row.session_id: _head(row) for row in found}


def _histories(connection: Connection, ids: Sequence[str]) -> Mapping[str, list[Entry]]:
    found = connection.execute(select(REVIEW_ENTRIES).where(_E.session_id.in_(ids)).order_by(_E.session_id, _E.version))
    histories: dict[str, list[Entry]] = defaultdict(list)
    for row in found:
        histories[row.session_id].append(_entry(row))
    return histories


def _done_before(connection: Connection, decision: Decision, ids: Sequence[str]) -> Mapping[str, Entry]:
    """What the same request of the same person wrote when it was sent before; its answer was lost."""
    if decision.request is None:
        return {}
    same = (_E.request == decision.request, _E.account == decision.made.account)
    found = connection.execute(select(REVIEW_ENTRIES).where(_E.session_id.in_(ids), *same))
    return {row.session_id: _entry(row) for row in found}


def _standing(row: Row[Any]) -> Standing:
    return Standing(*(getattr(row, name) for name in _STANDING))


def _made(row: Row[Any]) -> Made:
    return Made(*(getattr(row, name) for name in _MADE))


def _head(row: Row[Any]) -> Head:
    return Head(row.session_id, row.creator_id, row.version, _standing(row), _made(row), row.change)


def _entry(row: Row[Any]) -> Entry:
    return Entry(row.session_id, row.version, row.action, row.note, row.undoes, row.request, _standing(row), _made(row))
