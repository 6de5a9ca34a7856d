"""The queue of sessions that need review: why, says the warehouse; how they stand, put beside it, the store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from queries.filters import FilterParams, SessionFilters, WireText
from queries.review_models import (
    OPEN_STATES,
    Outcome,
    PastDecision,
    PastDecisions,
    QueuedSession,
    Reason,
    Reviewer,
    ReviewPage,
    ReviewState,
)
from queries.scope import Scope
from queries.sessions import MAX_PAGE, as_session, pagination
from queries.statement import filter_values, load
from warehouse.snapshot import Answers, Row, Snapshot, utc

RULES = ("review_rules", "short_percent", "rating_gap", "low_rating")
LIST_REVIEWS = load("list_reviews", *RULES, "states", "reasons", "nobodys", "assignee", "limit", "offset")
LIST_RAISED = load("list_raised", *RULES, "session_ids", "sees_private")
LIST_PAST_DECISIONS = load("list_past_decisions", "st_id", "session_id", "limit")
CLEAR_REVIEWS = load("clear_reviews")
FORGET_REVIEWS = load("forget_reviews", "session_ids")
PUT_REVIEWS = load(
    "put_reviews", *RULES, "anywhere", "session_ids", "creator_ids", "versions", "states", "outcomes", "accounts",
    "names", "flagged", "facts", "times",
)  # fmt: skip

MAX_REVIEWS = 1_000
PAST_SHOWN = 5
STAFF_ROLE = "operations"
BITS = {reason: 1 << bit for bit, reason in enumerate(Reason)}
COLUMNS = {
    "session_ids": "session_id", "creator_ids": "creator_id", "versions": "version",
    "outcomes": "outcome", "accounts": "assignee_account", "names": "assignee_name", "flagged": "flagged",
    "facts": "facts", "times": "at",
}  # fmt: skip
STATES = {state: 1 << bit for bit, state in enumerate(ReviewState)}
STATE_OF = {bit: state for state, bit in STATES.items()}


class QueueParams(FilterParams):
    """Which sessions, for which reasons, how they stand, and whose they are to decide."""

    creator: WireText | None = Field(None, description="`me`; for staff `all` or a creator's id; the widest if unset")
    reason: list[Reason] = Field([], description="Any of these")
    state: list[ReviewState] = Field(list(OPEN_STATES), description="Any of these")
    assignee: WireText | None = Field(None, description="`me`, `none`, or an account")
    page: int = Field(1, ge=1, le=MAX_PAGE, description="Page, from 1, the most urgent first")
    limit: int = Field(100, ge=1, le=MAX_REVIEWS, description="Sessions a page")


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """The settings of what needs review; `reasons` are the rules in force."""

    reasons: tuple[Reason, ...]
    short_percent: int
    rating_gap: int
    low_rating: int

    def values(self) -> dict[str, object]:
        return {
            "review_rules": [reason.value for reason in self.reasons],
            "short_percent": self.short_percent,
            "rating_gap": self.rating_gap,
            "low_rating": self.low_rating,
        }


@dataclass(frozen=True, slots=True)
class QueueFilters:
    """Of the sessions that need review, those of `reasons` (any, if there are none) and `states`; those of one
    `assignee`, of nobody (`nobodys`), or everybody's."""

    states: tuple[ReviewState, ...] = OPEN_STATES
    reasons: tuple[Reason, ...] = ()
    assignee: str | None = None
    nobodys: bool = False


@dataclass(frozen=True, slots=True)
class Raised:
    """A session as far as its review goes, from the warehouse alone. `facts` is what its reasons rest on, `evidence`
    their short form; the dispute's reason is None for those who may not read it."""

    session_id: str
    creator_id: str
    reasons: list[Reason]
    facts: tuple[str, ...]
    evidence: str
    st_id: str
    dispute_status: str | None
    dispute_reason: str | None
    dispute_opened_at: datetime | None


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a session stands, as the store has it; `facts` is what its decision rests on."""

    session_id: str
    creator_id: str
    version: int
    state: ReviewState
    outcome: str | None
    assignee_account: str | None
    assignee_name: str | None
    flagged: bool
    facts: Sequence[str]
    at: datetime


def list_reviews(
    snapshot: Snapshot, scope: Scope, filters: SessionFilters, rules: ReviewRules, queue: QueueFilters, *,
    page: int, limit: int,
) -> ReviewPage:  # fmt: skip
    """One statement: a page of the queue and its counts."""
    states = sum(STATES[state] for state in set(queue.states))
    reasons = sum(BITS[reason] for reason in set(queue.reasons))
    asked = {
        "states": states,
        "reasons": reasons,
        "nobodys": queue.nobodys,
        "assignee": queue.assignee,
        "limit": limit,
        "offset": (page - 1) * limit,
    }
    rows = LIST_REVIEWS.rows(snapshot, filter_values(scope, filters) | rules.values() | asked)
    found = [_queued(row[1:]) for row in rows if row[1] is not None]
    by_reason, by_state, total = _counts(rows[0][0] or [], reasons, states)
    return ReviewPage(found, by_reason, by_state, pagination(len(found), page, limit, lambda: total))


def _counts(
    counted: Sequence[tuple[int, int, int]], reasons: int, states: int
) -> tuple[dict[Reason, int], dict[ReviewState, int], int]:
    """From how many there are of each set of reasons and state: those of the asked states by reason, those of the asked
    reasons by state, and those of both."""
    in_states = [(bits, count) for bits, state, count in counted if state & states]
    by_reason = {reason: sum(count for bits, count in in_states if bits & bit) for reason, bit in BITS.items()}
    asked = [(bits, state, count) for bits, state, count in counted if not reasons or bits & reasons]
    by_state = {name: sum(count for _, state, count in asked if state == bit) for name, bit in STATES.items()}
    return by_reason, by_state, sum(count for _, state, count in asked if state & states)


def list_raised(
    snapshot: Snapshot, scope: Scope, filters: SessionFilters, rules: ReviewRules, session_ids: Sequence[str]
) -> dict[str, Raised]:
    """By id, those of the sessions that are in the scope."""
    asked = {"session_ids": list(session_ids), "sees_private": scope.sees_private}
    rows = LIST_RAISED.rows(snapshot, filter_values(scope, filters) | rules.values() | asked)
    return {
        id_: Raised(id_, creator, reasons_of(bits), tuple(facts), evidence, st, status, why, opened and utc(opened))
        for id_, creator, bits, facts, evidence, st, status, why, opened in rows
    }


def list_past_decisions(
    snapshot: Snapshot, scope: Scope, filters: SessionFilters, st_id: str, session_id: str
) -> PastDecisions:
    """Of an ST's other sessions in the scope."""
    asked = {"st_id": st_id, "session_id": session_id, "limit": PAST_SHOWN}
    rows = LIST_PAST_DECISIONS.rows(snapshot, filter_values(scope, filters) | asked)
    latest = [
        PastDecision(id_, utc(start), STATE_OF[state], outcome and Outcome(outcome), utc(at))
        for id_, start, state, outcome, at, *_ in rows
    ]
    resolved, dismissed = rows[0][-2:] if rows else (0, 0)
    return PastDecisions(resolved, dismissed, latest)


def put_reviews(snapshot: Snapshot, rules: ReviewRules, stands: Sequence[Stand]) -> None:
    """Have the snapshot's queue know how these sessions stand; readers see all of them or none."""
    with snapshot.transaction() as transaction:
        FORGET_REVIEWS.rows(transaction, {"session_ids": [stand.session_id for stand in stands]})
        missing = _put(transaction, rules, stands, anywhere=False)
        if missing:
            _put(transaction, rules, missing, anywhere=True)


def clear_reviews(snapshot: Snapshot) -> None:
    with snapshot.transaction() as transaction:
        CLEAR_REVIEWS.rows(transaction, {})


def _put(answers: Answers, rules: ReviewRules, stands: Sequence[Stand], *, anywhere: bool) -> list[Stand]:
    """Those that were not found."""
    columns = {name: [getattr(stand, field) for stand in stands] for name, field in COLUMNS.items()}
    columns["states"] = [STATES[stand.state] for stand in stands]
    found = {id_ for (id_,) in PUT_REVIEWS.rows(answers, rules.values() | columns | {"anywhere": anywhere})}
    return [stand for stand in stands if stand.session_id not in found]


def reasons_of(bits: int) -> list[Reason]:
    """The most urgent first."""
    return [reason for reason, bit in BITS.items() if bits & bit]


def _queued(row: Row) -> QueuedSession:
    columns, more = row[:-11], row[-11:]
    (st_rating, reasons, urgency, state, again, outcome, account, name, version, evidence, at) = more
    return as_session(
        columns,
        QueuedSession,
        st_rating=st_rating,
        reasons=reasons_of(reasons),
        urgency=urgency,
        state=STATE_OF[state],
        again=again,
        outcome=outcome and Outcome(outcome),
        assignee=Reviewer(account, name, STAFF_ROLE) if account else None,
        version=version,
        evidence=evidence,
        updated_at=at and utc(at),
    )
