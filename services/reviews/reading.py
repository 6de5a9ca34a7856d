"""The queue and the review of one session, as their viewer may see them."""

from collections.abc import Sequence
from datetime import timedelta

from auth.viewer import CreatorScope, ForbiddenError, Role, Viewer
from queries.filters import SessionFilters
from queries.models import Person
from queries.review_models import (
    QueuedSession,
    Reason,
    Review,
    ReviewAction,
    ReviewedDispute,
    ReviewEntry,
    Reviewer,
    ReviewPage,
    ReviewState,
)
from queries.reviews import QueueFilters, QueueParams, Raised, list_past_decisions, list_raised, list_reviews
from queries.sessions import NotFoundError
from services import Question, Services
from services.reviews.rules import ALLOWED, Attempt, Case, came_again, current, outcome_of, step, undone
from store.reviewers import SeenReviewer
from store.standings import Entry, Standing
from warehouse.snapshot import Snapshot

LATELY = timedelta(days=90)
ME, NOBODY = "me", "none"
DISPUTE_DECISIONS = {
    ReviewState.UNDER_REVIEW: "under_review",
    ReviewState.RESOLVED: "resolved",
    ReviewState.DISMISSED: "rejected",
}


def account_of(viewer: Viewer) -> str:
    return viewer.account or viewer.id


def list_queue(services: Services, viewer: Viewer, params: QueueParams) -> ReviewPage:
    """A page of the sessions that need review. Raises ForbiddenError, NotFoundError, FilterError or StoreError."""
    asked = services.question(viewer, params.creator or viewer.widest, params)
    note_reviewer(services, viewer)
    return queue_of(services, viewer, asked, params)


def queue_of(services: Services, viewer: Viewer, asked: Question, params: QueueParams) -> ReviewPage:
    """The same of a question that was asked already. Raises ForbiddenError or StoreError."""
    services.board.bring_up(asked.snapshot)
    queue = QueueFilters(tuple(params.state), tuple(params.reason), *_assignee(viewer, params.assignee))
    page = list_reviews(
        asked.snapshot, asked.scope, asked.filters, services.board.rules, queue, page=params.page, limit=params.limit
    )
    if viewer.role is Role.ANALYST:
        for session in page.reviews:
            _without_names(session)
    return page


def get_review(services: Services, viewer: Viewer, session_id: str) -> Review:
    """One session's review, whole. Raises NotFoundError or StoreError."""
    snapshot = services.warehouse.current()
    scope = viewer.scope(viewer.widest)
    raised = raised_sessions(services, snapshot, scope, [session_id]).get(session_id)
    if raised is None:
        raise NotFoundError("session_id", session_id)
    services.log_seen(viewer, raised.creator_id, session_id)
    history = services.store.reviews.history(session_id)
    services.board.bring_up(snapshot)
    past = list_past_decisions(snapshot, scope, anything(services), raised.st_id, session_id)
    last = history[-1].standing if history else None
    case = case_of(raised)
    now = current(last, case)
    return Review(
        session_id=session_id,
        state=ReviewState(now.state),
        again=came_again(last, case),
        reasons=reasons_with(raised, now),
        outcome=outcome_of(now),
        assignee=_reviewer(viewer, now.assignee_account, now.assignee_name),
        version=len(history),
        evidence="" if viewer.role is Role.ANALYST else raised.evidence,
        updated_at=history[-1].made.at if history else None,
        dispute=_dispute(raised, now),
        history=_entries(viewer, history),
        st_decisions=past,
        may=_may(viewer, last, case, history),
    )


def list_reviewers(services: Services, viewer: Viewer) -> list[Reviewer]:
    """To whom a review may be given: operations seen lately. Raises ForbiddenError or StoreError."""
    if viewer.role is not Role.OPERATIONS:
        raise ForbiddenError("only operations give reviews to each other")
    note_reviewer(services, viewer)
    found = services.store.reviewers.list_since(services.now() - LATELY)
    return [Reviewer(one.account, one.name, one.role) for one in found]


def note_reviewer(services: Services, viewer: Viewer) -> None:
    if viewer.role is Role.OPERATIONS:
        services.store.reviewers.saw(SeenReviewer(account_of(viewer), viewer.name, viewer.role, services.now()))


def raised_sessions(
    services: Services, snapshot: Snapshot, scope: CreatorScope, session_ids: Sequence[str]
) -> dict[str, Raised]:
    """By id, those in the scope, whatever the page's filters."""
    return list_raised(snapshot, scope, anything(services), services.board.rules, session_ids)


def case_of(raised: Raised) -> Case:
    return Case(raised.reasons, raised.facts)


def reasons_with(raised: Raised, standing: Standing) -> list[Reason]:
    """The warehouse's and the store's, the most urgent first."""
    return [reason for reason in Reason if reason in raised.reasons or (reason is Reason.FLAGGED and standing.flagged)]


def anything(services: Services) -> SessionFilters:
    clock = services.clock(services.warehouse.current())
    return SessionFilters(zone=clock.zone, low_rating=services.settings.low_rating)


def _assignee(viewer: Viewer, given: str | None) -> tuple[str | None, bool]:
    """The account asked for, and whether nobody's are."""
    if given in (None, NOBODY):
        return None, given == NOBODY
    if viewer.role is Role.ANALYST:
        raise ForbiddenError("analysts read reviews without names: assignee may be none only")
    return (account_of(viewer) if given == ME else given), False


def _without_names(session: QueuedSession) -> None:
    """For those who read without names an id stands in their place. They decide nothing, and with the evidence could
    try out what somebody wrote."""
    session.student = Person(session.student.id, session.student.id, None)
    session.st = Person(session.st.id, session.st.id, None)
    session.assignee = session.assignee and Reviewer(None, None, session.assignee.role)
    session.evidence = ""


def _reviewer(viewer: Viewer, account: str | None, name: str | None, role: str = Role.OPERATIONS) -> Reviewer | None:
    if account is None:
        return None
    return Reviewer(None, None, role) if viewer.role is Role.ANALYST else Reviewer(account, name, role)


def _entries(viewer: Viewer, history: Sequence[Entry]) -> list[ReviewEntry]:
    gone = undone(history)
    return [
        ReviewEntry(
            version=entry.version,
            at=entry.made.at,
            action=ReviewAction(entry.action),
            by=_reviewer(viewer, entry.made.account, entry.made.name, entry.made.role) or Reviewer(None, None, ""),
            note=entry.note if viewer.sees_private else None,
            state=ReviewState(entry.standing.state),
            outcome=outcome_of(entry.standing),
            assignee=_reviewer(viewer, entry.standing.assignee_account, entry.standing.assignee_name),
            undone=entry.version in gone,
        )
        for entry in history
    ]


def _dispute(raised: Raised, now: Standing) -> ReviewedDispute | None:
    if raised.dispute_status is None:
        return None
    decision = DISPUTE_DECISIONS.get(ReviewState(now.state))
    differs = decision is not None and decision != raised.dispute_status
    return ReviewedDispute(raised.dispute_status, raised.dispute_reason, raised.dispute_opened_at, decision, differs)


def _may(viewer: Viewer, last: Standing | None, case: Case, history: Sequence[Entry]) -> list[ReviewAction]:
    """What would not be refused; an assignment to somebody whom nobody is, and to nobody, are both tried."""
    account = account_of(viewer)
    tried = [Attempt(action, account, viewer.name, viewer.role, assignee=("\0", "")) for action in ALLOWED[viewer.role]]
    return [attempt.action for attempt in tried if not isinstance(step(attempt, last, case, history), str)]
