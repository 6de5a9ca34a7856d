"""What may be done about a session, and what comes of it: the states of a review and the ways between them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from auth.viewer import Role
from queries.review_models import OPEN_STATES, OUTCOMES, Outcome, Reason, ReviewAction, ReviewState
from store.standings import Entry, Standing, Step

UNTOUCHED = Standing(ReviewState.NEW)
ALLOWED = {
    Role.OPERATIONS: tuple(ReviewAction),
    Role.CREATOR: (ReviewAction.FLAG, ReviewAction.NOTE, ReviewAction.UNDO),
    Role.ANALYST: (),
}


@dataclass(frozen=True, slots=True)
class Case:
    """A session as the warehouse has it, for its review: why it needs one, and what that rests on."""

    reasons: Sequence[Reason]
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody wants to do. An assignee without an account is nobody."""

    action: ReviewAction
    account: str
    name: str
    role: Role
    outcome: Outcome | None = None
    assignee: tuple[str, str] | None = None


def chosen(attempt: Attempt) -> dict[str, str | None]:
    """What the attempt itself says of a session's standing, by the standing's field."""
    if attempt.action is ReviewAction.ASSIGN:
        return {"assignee_account": attempt.assignee[0] if attempt.assignee else None}
    return {"outcome": attempt.outcome} if attempt.action in OUTCOMES else {}


def came_again(standing: Standing | None, case: Case) -> bool:
    """Decided, and something that needs review is not what the decision rests on."""
    return standing is not None and standing.state not in OPEN_STATES and not set(case.facts) <= set(standing.facts)


def current(standing: Standing | None, case: Case) -> Standing:
    """Where a session stands: one that came again is new."""
    if standing is None or came_again(standing, case):
        return UNTOUCHED
    return standing


def is_raised(standing: Standing, case: Case) -> bool:
    return bool(case.reasons) or standing.flagged or standing.state != ReviewState.NEW


def outcome_of(standing: Standing) -> Outcome | None:
    return Outcome(standing.outcome) if standing.outcome else None


def step(attempt: Attempt, standing: Standing | None, case: Case, history: Sequence[Entry]) -> Step | str:
    """Where the attempt leads, or why it leads nowhere. `history` is needed for an undo alone."""
    if attempt.action is ReviewAction.UNDO:
        return _undo(attempt, history)
    if attempt.action is ReviewAction.NOTE:
        return Step(standing or UNTOUCHED)
    now = current(standing, case)
    why = _refusal(attempt, now, case)
    return why or Step(_next(attempt, now, case))


def undone(history: Sequence[Entry]) -> frozenset[int]:
    """The versions that later entries took back."""
    return frozenset(entry.undoes for entry in history if entry.undoes is not None)


def _refusal(attempt: Attempt, now: Standing, case: Case) -> str | None:
    is_under_review = now.state == ReviewState.UNDER_REVIEW
    if attempt.action is ReviewAction.FLAG:
        what = "under review" if is_under_review else "flagged" if now.flagged else None
        return what and f"it is {what} already: add a note"
    if not is_raised(now, case):
        return "nothing is raised about it: flag it first"
    if attempt.action is ReviewAction.UNDER_REVIEW:
        return "it is under review already" if is_under_review else None
    if now.state not in OPEN_STATES:
        return f"it is {now.state} already: undo that, or take it under review again"
    if attempt.action is ReviewAction.ASSIGN and (attempt.assignee or (None, None))[0] == now.assignee_account:
        return f"it is {'theirs' if attempt.assignee else 'nobody’s'} already"
    return None


def _next(attempt: Attempt, now: Standing, case: Case) -> Standing:
    if attempt.action is ReviewAction.FLAG:
        return replace(now if now.state == ReviewState.NEW else UNTOUCHED, flagged=True, facts=case.facts)
    if attempt.action is ReviewAction.ASSIGN:
        account, name = attempt.assignee or (None, None)
        return replace(now, assignee_account=account, assignee_name=name, facts=case.facts)
    if attempt.action is ReviewAction.UNDER_REVIEW:
        taken = now if now.assignee_account else replace(
            now, assignee_account=attempt.account, assignee_name=attempt.name
        )  # fmt: skip
        return replace(taken, state=ReviewState.UNDER_REVIEW, outcome=None, facts=case.facts)
    state = ReviewState.RESOLVED if attempt.action is ReviewAction.RESOLVE else ReviewState.DISMISSED
    return replace(now, state=state, outcome=attempt.outcome, flagged=False, facts=case.facts)


def _undo(attempt: Attempt, history: Sequence[Entry]) -> Step | str:
    """Takes back the latest that is not taken back yet; notes stay."""
    gone = undone(history)
    standing = [
        entry for entry in history
        if entry.version not in gone and entry.action not in (ReviewAction.NOTE, ReviewAction.UNDO)
    ]  # fmt: skip
    if not standing:
        return "there is nothing to undo"
    last = standing[-1]
    if attempt.role is not Role.OPERATIONS and not (
        last.action == ReviewAction.FLAG and last.made.account == attempt.account
    ):
        return "only your own flag can be taken back, and only until somebody acts on it"
    return Step(standing[-2].standing if len(standing) > 1 else UNTOUCHED, undoes=last.version)
