"""What is decided about sessions: all of one wish at once, each session as whoever decides has seen it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from auth.viewer import ForbiddenError, Role, Viewer
from queries.filters import FilterError
from queries.review_models import (
    OPEN_DISPUTES,
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
    case_of,
    get_review,
    note_reviewer,
    raised_sessions,
    reasons_with,
)
from services.reviews.rules import ALLOWED, Attempt, chosen, current, outcome_of, step
from store.events import Event, EventName
from store.standings import Decision, Entry, Item, Made, Refused, Standing, Step

DECISIVE = (ReviewAction.RESOLVE, ReviewAction.DISMISS)
MOST_ENTRIES = 500  # of one session: then nobody adds words to it any more, but it can be decided
CHANGED = "newer data has changed the session since it was looked at"


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

    Raises ForbiddenError, FilterError, TooOftenError or StoreError; `alone`, NotFoundError for a session there is not,
    and FilterError for one that cannot be decided so.
    """
    _check(viewer, wish)
    services.pace.take(viewer, len(seen))
    note_reviewer(services, viewer)
    attempt = _attempt(services, viewer, wish)
    scope = viewer.scope(viewer.widest)
    raised = raised_sessions(services, services.warehouse.current(), scope, [one.session_id for one in seen])
    unknown = [one.session_id for one in seen if one.session_id not in raised]
    if alone:
        if unknown:
            raise NotFoundError("session_id", unknown[0])
        services.log_seen(viewer, raised[seen[0].session_id].creator_id, seen[0].session_id)
    results = _written(services, viewer, wish, attempt, seen, raised) if raised else []
    refused = [result for result in results if isinstance(result, Refused)]
    if alone and refused and refused[0].why not in (None, CHANGED):
        raise FilterError("action", str(refused[0].why))
    done = [_decided(result, raised) for result in results if isinstance(result, Entry)]
    conflicts = [_unknown(session_id) for session_id in unknown] + [_conflict(one, raised) for one in refused]
    return Decided(done, conflicts)


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


def _written(
    services: Services, viewer: Viewer, wish: Wish, attempt: Attempt, seen: Sequence[Seen], raised: Mapping[str, Raised]
) -> list[Entry | Refused]:
    made = Made(services.now(), attempt.account, viewer.name, viewer.role)
    known = [one for one in seen if one.session_id in raised]
    items = [Item(one.session_id, raised[one.session_id].creator_id, one.version) for one in known]
    by_id = {one.session_id: one for one in known}

    def rule(session_id: str, standing: Standing | None, history: Sequence[Entry]) -> Step | str:
        found = raised[session_id]
        if wish.action in (ReviewAction.NOTE, ReviewAction.FLAG) and by_id[session_id].version >= MOST_ENTRIES:
            return "its history is full"
        if wish.action in DECISIVE and by_id[session_id].evidence not in (None, found.evidence):
            return CHANGED
        if wish.action is ReviewAction.DISMISS and wish.outcome is None and found.dispute_status in OPEN_DISPUTES:
            return "its dispute is open: to reject it, give an outcome"
        return step(attempt, standing, case_of(found), history)

    def announce(entry: Entry, item: Item) -> Event:
        return _event(entry, item, raised[item.session_id])

    is_told = services.decisions.is_set and wish.action is not ReviewAction.NOTE
    decision = Decision(wish.action, wish.note, wish.request, made, chosen(attempt))
    return services.store.reviews.decide(
        decision, items, rule, announce if is_told else None, with_history=wish.action is ReviewAction.UNDO
    )


def _event(entry: Entry, item: Item, raised: Raised) -> Event:
    """What the platform is told: ids and words of ours, nobody's name and no free text."""
    now = current(entry.standing, case_of(raised))
    data = {
        "session_id": item.session_id, "creator_id": item.creator_id, "st_id": raised.st_id, "version": entry.version,
        "action": entry.action, "state": now.state, "outcome": now.outcome, "reasons": reasons_with(raised, now),
        "dispute_status": raised.dispute_status, "assignee": now.assignee_account,
    }  # fmt: skip
    made = entry.made
    return Event(str(uuid.uuid4()), EventName.REVIEW_DECIDED, made.at, made.account, made.role, data)


def _decided(entry: Entry, raised: Mapping[str, Raised]) -> DecidedItem:
    now = current(entry.standing, case_of(raised[entry.session_id]))
    account = now.assignee_account
    assignee = Reviewer(account, now.assignee_name, Role.OPERATIONS) if account else None
    return DecidedItem(entry.session_id, entry.version, ReviewState(now.state), outcome_of(now), assignee)


def _unknown(session_id: str) -> ConflictItem:
    return ConflictItem(session_id, 0, ReviewState.NEW, None, None, "there is no such session")


def _conflict(refused: Refused, raised: Mapping[str, Raised]) -> ConflictItem:
    """Who was first is told where that is why it was refused."""
    head = refused.head
    if head is None:
        return ConflictItem(refused.session_id, 0, ReviewState.NEW, None, None, refused.why or "nobody decided it yet")
    state = ReviewState(current(head.standing, case_of(raised[refused.session_id])).state)
    if refused.why:
        return ConflictItem(refused.session_id, head.version, state, None, None, refused.why)
    by = Reviewer(head.made.account, head.made.name, head.made.role)
    did, at = head.action.replace("_", " "), head.made.at.isoformat(timespec="seconds")
    detail = f"{by.name} was first ({did}, {at}); it is {state.replace('_', ' ')} now"
    return ConflictItem(refused.session_id, head.version, state, by, head.made.at, detail, ReviewAction(head.action))
