"""Reviews as rows: what is read and written within somebody's transaction."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from store.standings import START, Decision, Entry, Head, Item, Made, Mark, Standing
from store.tables import REVIEW_ENTRIES, REVIEWS

_E = REVIEW_ENTRIES.c
_STANDING = tuple(field.name for field in fields(Standing))
_MADE = tuple(field.name for field in fields(Made))


def append(connection: Connection, added: Sequence[tuple[Entry, Item]], change: int) -> None:
    """Each entry into the history, and the session's head as it leaves it."""
    flat = [_flat(entry) | {"change": change} for entry, _ in added]
    connection.execute(insert(REVIEW_ENTRIES), flat)
    heads = [
        {name: row[name] for name in ("session_id", "version", "action", *_STANDING, *_MADE)}
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


def heads(connection: Connection, ids: Sequence[str]) -> Mapping[str, Head]:
    found = connection.execute(select(REVIEWS).where(REVIEWS.c.session_id.in_(ids)))
    return {row.session_id: head(row) for row in found}


def histories(connection: Connection, ids: Sequence[str], *, notes: bool = True) -> Mapping[str, list[Entry]]:
    theirs = select(REVIEW_ENTRIES).where(_E.session_id.in_(ids)).order_by(_E.session_id, _E.version)
    found = connection.execute(theirs if notes else theirs.where(_E.action != "note"))
    histories: dict[str, list[Entry]] = defaultdict(list)
    for row in found:
        histories[row.session_id].append(entry(row))
    return histories


def done_before(connection: Connection, decision: Decision, ids: Sequence[str]) -> Mapping[str, Entry]:
    """What the same person wrote by the same request when it was sent before; its answer was lost."""
    if decision.request is None:
        return {}
    same = (_E.request == decision.request, _E.account == decision.made.account)
    found = connection.execute(select(REVIEW_ENTRIES).where(_E.session_id.in_(ids), *same))
    return {row.session_id: entry(row) for row in found}


def _standing(row: Row[Any]) -> Standing:
    return Standing(*(getattr(row, name) for name in _STANDING))


def _made(row: Row[Any]) -> Made:
    return Made(*(getattr(row, name) for name in _MADE))


def head(row: Row[Any]) -> Head:
    return Head(row.session_id, row.creator_id, row.version, row.action, _standing(row), _made(row), row.change)


def entry(row: Row[Any]) -> Entry:
    return Entry(row.session_id, row.version, row.action, row.note, row.undoes, row.request, _standing(row), _made(row))


def mark_of(connection: Connection, change: int) -> Mark:
    """Of a change that is there."""
    first = select(_E.session_id, _E.at).where(_E.change == change).order_by(_E.number).limit(1)
    return Mark(change, *connection.execute(first).one())


def is_here(connection: Connection, mark: Mark) -> bool:
    """Whether this is the store that a mark is from."""
    same = (_E.change == mark.change, _E.session_id == mark.session_id, _E.at == mark.at)
    return mark == START or connection.execute(select(_E.number).where(*same)).first() is not None
