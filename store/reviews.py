"""Reviews: where each session stands, and the whole history of how it came there, which is only ever added to."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlalchemy import Connection, select, update

from store.calls import Calls
from store.events import Event, Events
from store.review_rows import append, done_before, head, heads, histories, is_here, mark_of
from store.standings import START, Changes, Decision, Entry, Head, Item, Mark, Refused, Rule
from store.tables import REVIEW_CHANGES, REVIEWS

MOST_CHANGED = 20_000  # read at once; more than one decision can change
_NEXT_CHANGE = (
    update(REVIEW_CHANGES).values(number=REVIEW_CHANGES.c.number + 1).returning(REVIEW_CHANGES.c.number)
)  # whoever holds this row decides alone


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
        `announce` makes of it, is written in one transaction. `items` are of different sessions; a history is without
        its notes."""

        def write(connection: Connection) -> list[Entry | Refused]:
            change = connection.execute(_NEXT_CHANGE).scalar_one()
            ids = [item.session_id for item in items]
            known = heads(connection, ids)
            past = histories(connection, ids, notes=False) if with_history else {}
            done = done_before(connection, decision, ids)
            results = [
                _again(decision, item, done[item.session_id], known.get(item.session_id))
                if item.session_id in done
                else _step(decision, item, known.get(item.session_id), past.get(item.session_id, []), rule)
                for item in items
            ]
            added = [
                (entry, item)
                for entry, item in zip(results, items, strict=True)
                if isinstance(entry, Entry) and item.session_id not in done
            ]
            if added:
                append(connection, added, change)
            if added and announce:
                self._events.insert(connection, [announce(entry, item) for entry, item in added])
            return results

        return self._calls.write("the decision cannot be kept", write)

    def history(self, session_id: str) -> list[Entry]:
        """All entries of a session, the first one first."""
        found = self._calls.read("decisions cannot be read", lambda connection: histories(connection, [session_id]))
        return found.get(session_id, [])

    def changed_since(self, mark: Mark) -> Changes:
        """What changed after the mark, MOST_CHANGED sessions at most, never a part of one decision."""

        def look(connection: Connection) -> Changes:
            if not is_here(connection, mark):
                return Changes([], START, more=True, another=True)
            newer = select(REVIEWS).where(REVIEWS.c.change > mark.change)
            rows = connection.execute(newer.order_by(REVIEWS.c.change).limit(MOST_CHANGED)).all()
            is_all = len(rows) < MOST_CHANGED
            whole = [head(row) for row in rows if is_all or row.change < rows[-1].change]
            return Changes(whole, mark_of(connection, whole[-1].change) if whole else mark, more=not is_all)

        return self._calls.read("decisions cannot be read", look)


def _again(decision: Decision, item: Item, done: Entry, now: Head | None) -> Entry | Refused:
    """A request that comes again must be the same in all."""
    chosen = {name: getattr(done.standing, name) for name in decision.chosen}
    before = (done.action, done.note, done.version, chosen)
    same = before == (decision.action, decision.note, item.version + 1, decision.chosen)
    return done if same else Refused(item.session_id, now, "the request was something else when it came before")


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
