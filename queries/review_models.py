"""What a review is: why a session needs one, what may be decided, and the shapes that layouts draw and REST returns."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from queries.models import Pagination, Session


class Reason(StrEnum):
    """Why a session needs review, the most urgent first. Its place is its bit in review_reasons.sql."""

    DISPUTE = "dispute"
    FLAGGED = "flagged"
    LOW_RATING = "low_rating"
    SHORT = "short"
    NO_SHOW = "no_show"
    RATING_GAP = "rating_gap"
    NO_RECORDING = "no_recording"


class ReviewState(StrEnum):
    NEW = "new"
    UNDER_REVIEW = "under_review"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"


OPEN_STATES = (ReviewState.NEW, ReviewState.UNDER_REVIEW)
OPEN_DISPUTES = ("open", "under_review")  # as the export says it


class ReviewAction(StrEnum):
    FLAG = "flag"
    ASSIGN = "assign"
    NOTE = "note"
    UNDER_REVIEW = "under_review"
    RESOLVE = "resolve"
    DISMISS = "dismiss"
    UNDO = "undo"


class Outcome(StrEnum):
    """What came of it. A dispute that is dismissed is rejected."""

    REFUNDED = "refunded"
    REPEATED = "repeated"
    ST_COACHED = "st_coached"
    CORRECTED = "corrected"
    SETTLED = "settled"
    OTHER = "other"
    UNFOUNDED = "unfounded"
    DUPLICATE = "duplicate"
    NO_ACTION = "no_action"


OUTCOMES: Mapping[ReviewAction, tuple[Outcome, ...]] = {
    ReviewAction.RESOLVE: (
        Outcome.REFUNDED, Outcome.REPEATED, Outcome.ST_COACHED, Outcome.CORRECTED, Outcome.SETTLED, Outcome.OTHER,
    ),
    ReviewAction.DISMISS: (Outcome.NO_ACTION, Outcome.UNFOUNDED, Outcome.DUPLICATE, Outcome.OTHER),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who did something, or has it to do. Account and name are None for a viewer who reads without names."""

    account: str | None
    name: str | None
    role: str


@dataclass(slots=True)
class QueuedSession(Session):
    """A session that needs, or has had, a review. `again`: it was decided, and has changed since, so that its state is
    new once more. `version` and `evidence` say what a decision about it was made of: both go back with it."""

    st_rating: int | None
    reasons: list[Reason]
    urgency: int
    state: ReviewState
    again: bool
    outcome: Outcome | None
    assignee: Reviewer | None
    version: int
    evidence: str
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """`reasons` counts the sessions of the asked states by reason, `states` those of the asked reasons by state."""

    reviews: list[QueuedSession]
    reasons: dict[Reason, int]
    states: dict[ReviewState, int]
    pagination: Pagination


@dataclass(frozen=True, slots=True)
class ReviewEntry:
    """One line of a session's history, which is only ever added to. `state`, `outcome` and `assignee` are those that it
    left; `undone` says that a later one took it back. Notes are None for those who may not read them."""

    version: int
    at: datetime
    action: ReviewAction
    by: Reviewer
    note: str | None
    state: ReviewState
    outcome: Outcome | None
    assignee: Reviewer | None
    undone: bool


@dataclass(frozen=True, slots=True)
class ReviewedDispute:
    """The export's own word on the dispute beside what was decided here; `differs` where both are there and are not
    the same."""

    status: str
    reason: str | None
    opened_at: datetime | None
    decision: str | None
    differs: bool


@dataclass(frozen=True, slots=True)
class PastDecision:
    session_id: str
    scheduled_start: datetime
    state: ReviewState
    outcome: Outcome | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class PastDecisions:
    """What was decided about other sessions of the same Student-Teacher, the latest first, a few of them."""

    resolved: int
    dismissed: int
    latest: list[PastDecision]


@dataclass(frozen=True, slots=True)
class Review:
    """The review of one session, whole. `may` is what its viewer may do about it now."""

    session_id: str
    state: ReviewState
    again: bool
    reasons: list[Reason]
    outcome: Outcome | None
    assignee: Reviewer | None
    version: int
    evidence: str
    updated_at: datetime | None
    dispute: ReviewedDispute | None
    history: list[ReviewEntry]
    st_decisions: PastDecisions
    may: list[ReviewAction]


@dataclass(frozen=True, slots=True)
class DecidedItem:
    session_id: str
    version: int
    state: ReviewState
    outcome: Outcome | None
    assignee: Reviewer | None


@dataclass(frozen=True, slots=True)
class ConflictItem:
    """A session that was not decided: somebody else was first (`by`, `at`, and `action`, which led to `state`), or it
    cannot be, as `detail` says (`by` is None)."""

    session_id: str
    version: int
    state: ReviewState
    by: Reviewer | None
    at: datetime | None
    detail: str
    action: ReviewAction | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    decided: list[DecidedItem]
    conflicts: list[ConflictItem]
