"""What is decided about sessions: all of one wish at once, each session as whoever decides has seen it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from auth.viewer import ForbiddenError, Role, Viewer
from queries.filters import FilterError
from queries.review_models import (
    OUTCOMES,
    ConflictItem,
    Decided,
    DecidedItem,
    Outcome,
    Review,
    ReviewAction,
    Reviewer,
    ReviewState,
)
from queries.reviews import Raised
from queries.sessions import NotFoundError
from services import Services
from services.reviews.reading import (
    LATELY,
    ME,
    account_of,
    get_review,
    note_reviewer,
    raised_sessions,
)
from services.reviews.rules import ALLOWED, OPEN_DISPUTES, Attempt, Case, outcome_of, step
from store.events import Event, EventName
from store.reviews import Decision, Entry, Head, Item, Made, Refused, Standing, Step

DECISIVE = (ReviewAction.RESOLVE, ReviewAction.DISMISS)


class ConflictError(Exception):
    """A session that was not decided because it is not as it was seen; `conflict` tells who was first."""

    def __init__(self, conflict: ConflictItem) -> None:
        super().__init__(conflict.detail)
        self.conflict = conflict


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to do to sessions. `assignee` is an account, `me`, or None for nobody; of a `request` that
    comes twice the second does nothing."""

    action: ReviewAction
    outcome: Outcome | None = None
    note: str | None = None
    assignee: str | None = None
    request: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A session as whoever decides saw it; without evidence any will do."""

    session_id: str
    version: int
    evidence: str | None = None


def decide_one(services: Services, viewer: Viewer, wish: Wish, seen: Seen) -> Review:
    """Raises ForbiddenError, FilterError, NotFoundError, ConflictError or StoreError."""
    decided = decide(services, viewer, wish, [seen], alone=True)
    if decided.conflicts:
        raise ConflictError(decided.conflicts[0])
    return get_review(services, viewer, seen.session_id)


def decide(services: Services, viewer: Viewer, wish: Wish, seen: Sequence[Seen], *, alone: bool = False) -> Decided:
    """Those that are as they were seen are decided, all in one transaction; the others are told of.

    Raises ForbiddenError, FilterError or StoreError; `alone`, NotFoundError for a session there is not, and
    FilterError for one that cannot be decided so.
    """
    _check(viewer, wish)
    note_reviewer(services, viewer)
    attempt = _attempt(services, viewer, wish)
    scope = viewer.scope(viewer.widest)
    raised = raised_sessions(services, services.warehouse.current(), scope, [one.session_id for one in seen])
    fit, unfit = [], []
    for one in seen:
        why = _unfit(one, raised.get(one.session_id), wish)
        if why is None:
            fit.append(Item(one.session_id, raised[one.session_id].creator_id, one.version))
        elif alone and one.session_id not in raised:
            raise NotFoundError("session_id", one.session_id)
        else:
            unfit.append(why)
    results = _written(services, viewer, wish, attempt, fit, raised) if fit else []
    refused = [result for result in results if isinstance(result, Refused)]
    if alone and refused and refused[0].why:
        raise FilterError("action", refused[0].why)
    done = [_decided(result) for result in results if isinstance(result, Entry)]
    return Decided(done, unfit + [_conflict(result) for result in refused])


def _check(viewer: Viewer, wish: Wish) -> None:
    """What is wrong with the wish, whatever it is about."""
    if wish.action not in ALLOWED[viewer.role]:
        raise ForbiddenError(f"{viewer.role} may not {wish.action.replace('_', ' ')}")
    note_needed = wish.action in (ReviewAction.FLAG, ReviewAction.NOTE) or wish.outcome is Outcome.OTHER
    if note_needed and not wish.note:
        raise FilterError("note", "must say why" if wish.action is not ReviewAction.NOTE else "must not be empty")
    allowed = OUTCOMES.get(wish.action, ())
    if wish.outcome is not None and wish.outcome not in allowed:
        among = f"one of {', '.join(allowed)}" if allowed else f"left out: {wish.action} has none"
        raise FilterError("outcome", f"must be {among}")
    if wish.action is ReviewAction.RESOLVE and wish.outcome is None:
        raise FilterError("outcome", f"must be one of {', '.join(allowed)}")
    if wish.assignee is not None and wish.action is not ReviewAction.ASSIGN:
        raise FilterError("assignee", "goes with assign alone")


def _attempt(services: Services, viewer: Viewer, wish: Wish) -> Attempt:
    own = (account_of(viewer), viewer.name)
    attempt = Attempt(wish.action, *own, viewer.role, wish.outcome)
    if wish.assignee is None:
        return attempt
    if wish.assignee in (ME, own[0]):
        return replace(attempt, assignee=own)
    lately = services.store.reviewers.list_since(services.now() - LATELY)
    for reviewer in lately:
        if reviewer.account == wish.assignee:
            return replace(attempt, assignee=(reviewer.account, reviewer.name))
    raise FilterError("assignee", f"{wish.assignee!r} is nobody of operations who was here lately")


def _unfit(seen: Seen, raised: Raised | None, wish: Wish) -> ConflictItem | None:
    def conflict(detail: str) -> ConflictItem:
        return ConflictItem(seen.session_id, seen.version, ReviewState.NEW, None, None, detail)

    if raised is None:
        return conflict("there is no such session")
    if wish.action in DECISIVE and seen.evidence not in (None, raised.evidence):
        return conflict("newer data has changed the session since it was looked at")
    return None


def _written(
    services: Services, viewer: Viewer, wish: Wish, attempt: Attempt, items: Sequence[Item], raised: dict[str, Raised]
) -> list[Entry | Refused]:
    made = Made(services.now(), attempt.account, viewer.name, viewer.role)

    def rule(session_id: str, standing: Standing | None, history: Sequence[Entry]) -> Step | str:
        found = raised[session_id]
        if wish.action is ReviewAction.DISMISS and wish.outcome is None and found.dispute_status in OPEN_DISPUTES:
            return "its dispute is open: to reject it, give an outcome"
        return step(attempt, standing, Case(found.reasons, found.facts), history)

    def announce(entry: Entry, item: Item) -> Event:
        return _event(entry, item, raised[item.session_id])

    is_told = services.decisions.is_set and wish.action is not ReviewAction.NOTE
    return services.store.reviews.decide(
        Decision(wish.action, wish.note, wish.request, made), items, rule, announce if is_told else None,
        with_history=wish.action is ReviewAction.UNDO,
    )  # fmt: skip


def _event(entry: Entry, item: Item, raised: Raised) -> Event:
    """What the platform is told: ids and words of ours, nobody's name and no free text."""
    data = {
        "session_id": item.session_id, "creator_id": item.creator_id, "st_id": raised.st_id, "version": entry.version,
        "action": entry.action, "state": entry.standing.state, "outcome": entry.standing.outcome,
        "reasons": raised.reasons, "dispute_status": raised.dispute_status,
        "assignee": entry.standing.assignee_account,
    }  # fmt: skip
    made = entry.made
    return Event(str(uuid.uuid4()), EventName.REVIEW_DECIDED, made.at, made.account, made.role, data)


def _decided(entry: Entry) -> DecidedItem:
    standing = entry.standing
    assignee = standing.assignee_account and Reviewer(
        standing.assignee_account, standing.assignee_name, Role.OPERATIONS
    )
    return DecidedItem(
        entry.session_id, entry.version, ReviewState(standing.state), outcome_of(standing), assignee or None
    )


def _conflict(refused: Refused) -> ConflictItem:
    head = refused.head
    if head is None:
        return ConflictItem(refused.session_id, 0, ReviewState.NEW, None, None, refused.why or "nobody decided it yet")
    by = Reviewer(head.made.account, head.made.name, head.made.role)
    return ConflictItem(
        refused.session_id, head.version, ReviewState(head.standing.state), by, head.made.at,
        refused.why or _who_was_first(head),
    )  # fmt: skip


def _who_was_first(head: Head) -> str:
    state = head.standing.state.replace("_", " ")
    return f"{head.made.name} was first ({head.made.at.isoformat(timespec='seconds')}); it is {state} now"
