"""The review of one session in its detail: what it is about, what was decided, by whom, and what may be done now."""

import json
from typing import Any
from zoneinfo import ZoneInfo

from dash import html

from layouts import ids
from layouts.language import counted, marked, parts
from layouts.language import gettext as _
from layouts.review_entries import DECISIONS, decision, entry_lines, in_words, named, with_outcome
from layouts.text import free_text
from layouts.words import (
    ACTION_LABELS,
    DISPUTE_LABELS,
    OUTCOME_LABELS,
    REASON_LABELS,
    REVIEW_STATE_LABELS,
    moment,
    number,
)
from queries.models import Dispute
from queries.review_models import (
    OPEN_DISPUTES,
    OPEN_STATES,
    OUTCOMES,
    Outcome,
    PastDecisions,
    Reason,
    Review,
    ReviewAction,
    ReviewedDispute,
    ReviewEntry,
    ReviewState,
)

REJECT = marked("Reject…")
# What may be done, in the order of its buttons: the action, what the button says, its key, and to whom it assigns.
Choice = tuple[ReviewAction, str, str | None, str | None]
BUTTONS: tuple[Choice, ...] = (
    (ReviewAction.RESOLVE, marked("Resolve…"), "R", None),
    (ReviewAction.DISMISS, marked("Dismiss…"), "D", None),
    (ReviewAction.UNDER_REVIEW, ACTION_LABELS[ReviewAction.UNDER_REVIEW], "U", None),
    (ReviewAction.ASSIGN, marked("Assign to me"), "A", "me"),
    (ReviewAction.ASSIGN, marked("Assign…"), None, None),
    (ReviewAction.NOTE, ACTION_LABELS[ReviewAction.NOTE], "T", None),
    (ReviewAction.FLAG, marked("Flag for review…"), "F", None),
    (ReviewAction.UNDO, ACTION_LABELS[ReviewAction.UNDO], "Z", None),
)


def review_place(dispute: Dispute | None, zone: ZoneInfo, *, sees_private: bool, due: bool) -> html.Div:
    """Where the panel will be; until it is, or where the store is down, the export's own word on the dispute.

    `due`: the session probably has a review to show, so that its room is kept.
    """
    told: list[Any] = []
    if dispute:
        raised = ReviewedDispute(dispute.status, dispute.reason, dispute.opened_at, None, False)
        lines = _dispute_lines(raised, zone, sees_private)
        box = html.Div(lines, className=_box_class(dispute.status in OPEN_DISPUTES))
        told = [html.H3(_("Dispute")), box]
    return html.Div(
        [html.Div(told, className="review-export"), review_failed(), html.Div(id=ids.REVIEW_PANEL)],
        className="review-place due" if due else "review-place",
    )


def review_panel(review: Review, zone: ZoneInfo, *, sees_private: bool, account: str = "") -> html.Div:
    """All of the review; only the way to flag it where there is nothing to tell yet. `account` is the viewer's."""
    if not (review.dispute or review.reasons or review.history):
        flag = [_button(given, review) for given in BUTTONS if given[0] is ReviewAction.FLAG in review.may]
        return html.Div(flag, className="review-box quiet", **_about(review))
    lines = [
        *(_dispute_lines(review.dispute, zone, sees_private, review.outcome) if review.dispute else []),
        *_not_taken(review),
        *_reasons(review),
        *_standing(review, zone, sees_private),
        *([html.Div(parts("Assigned to {name}", name=named(review.assignee)))] if review.assignee else []),
        _actions(review, account),
        *_history(review, zone, sees_private),
        *_before(review.st_decisions, zone),
    ]
    title = _("Dispute") if review.dispute else _("Review")
    box = html.Div(lines, className=_box_class(_is_open(review)), tabIndex=-1, **_about(review))
    return html.Div([html.H3(title), box])


def review_failed() -> html.Div:
    """In the panel where the store is down; beside it for when the server does not answer at all."""
    retry = html.Button(_("Retry"), className="btn-plain", **{"data-retry": "panel"})
    return html.Div([_("Decisions cannot be loaded just now.") + " ", retry], className="review-failed", role="alert")


def review_words() -> html.Div:
    """What the scripts call actions and outcomes: as JSON, so that each label has one definition."""
    outcomes = {
        action.value: [[outcome.value, _(OUTCOME_LABELS[outcome])] for outcome in outcomes]
        for action, outcomes in OUTCOMES.items()
    }
    actions = {action.value: _(label) for action, label in ACTION_LABELS.items()}
    given = {"data-outcomes": json.dumps(outcomes), "data-actions": json.dumps(actions)}
    return html.Div(className="review-words", hidden=True, **given)


def _about(review: Review) -> dict[str, str]:
    """What a decision made here is made of: it goes back with it."""
    return {
        "data-session": review.session_id,
        "data-version": str(review.version),
        "data-evidence": review.evidence,
        "data-dispute": "open" if _has_open_dispute(review) else "",
    }


def _is_open(review: Review) -> bool:
    return review.state in OPEN_STATES and bool(review.reasons or _has_open_dispute(review))


def _has_open_dispute(review: Review) -> bool:
    return review.dispute is not None and review.dispute.status in OPEN_DISPUTES


def _box_class(is_open: bool) -> str:
    return "review-box" if is_open else "review-box settled"


def _dispute_lines(
    dispute: ReviewedDispute, zone: ZoneInfo, sees_private: bool, outcome: Outcome | None = None
) -> list[Any]:
    word = _(DISPUTE_LABELS[dispute.decision or dispute.status])
    raised = _("raised {moment}", moment=moment(dispute.opened_at, zone)) if dispute.opened_at else ""
    lines = [
        html.Div([html.Span(word, className="badge-solid"), html.Span(raised)]),
        free_text(dispute.reason, sees_private, _("No reason given."), _("Reasons are not included in your role.")),
    ]
    if dispute.differs:
        lines.append(html.Div(_differing(dispute, with_outcome(word, outcome))))
    return lines


def _differing(dispute: ReviewedDispute, word: str) -> list[Any]:
    here, there = html.B(word), html.B(_(DISPUTE_LABELS[dispute.status]))
    if dispute.decision in OPEN_DISPUTES:
        return parts("Here: {decision}. The platform's export says: {status}.", decision=here, status=there)
    return parts("Decided here: {decision}. The platform's export says: {status}.", decision=here, status=there)


def _not_taken(review: Review) -> list[Any]:
    """The platform has the dispute under review, and nobody took it here: the queue calls it new."""
    if review.state is not ReviewState.NEW or not review.dispute or review.dispute.status != "under_review":
        return []
    here, there = html.B(_(REVIEW_STATE_LABELS[review.state])), html.B(_(DISPUTE_LABELS[review.dispute.status]))
    return [html.Div(parts("Here: {decision}. The platform's export says: {status}.", decision=here, status=there))]


def _reasons(review: Review) -> list[Any]:
    badges = [html.Span(_(REASON_LABELS[reason]), className="badge-line") for reason in review.reasons]
    if review.again:
        badges.append(html.Span(_("changed since it was decided"), className="badge-mute"))
    if not review.dispute:
        badges.insert(0, html.Span(_(REVIEW_STATE_LABELS[review.state]), className=f"pill review-{review.state}"))
    return [html.Div(badges, className="review-reasons")] if badges else []


def _standing(review: Review, zone: ZoneInfo, sees_private: bool) -> list[Any]:
    """What holds of the history: who flagged it and why, took it under review, or decided it; each with its note."""
    sought = [ReviewAction.FLAG] if Reason.FLAGGED in review.reasons else []
    if review.state is ReviewState.UNDER_REVIEW:
        sought.append(ReviewAction.UNDER_REVIEW)
    elif review.again or review.state not in OPEN_STATES:
        sought += DECISIONS
    found = [entry for entry in review.history if entry.action in sought and not entry.undone]
    flags = [entry for entry in found if entry.action is ReviewAction.FLAG]
    others = [entry for entry in found if entry.action is not ReviewAction.FLAG]
    latest = [max(some, key=_version) for some in (flags, others) if some]
    return [html.Div(entry_lines(entry, zone, sees_private, bool(review.dispute))) for entry in latest]


def _actions(review: Review, account: str) -> html.Div:
    is_theirs = review.assignee is not None and review.assignee.account == account
    offered = [given for given in BUTTONS if given[0] in review.may and not (is_theirs and given[3] == "me")]
    buttons = [_button(given, review) for given in offered]
    keys = html.Button(
        "?", className="btn-plain", title=_("Keys"), **{"data-keys": "open", "aria-label": _("Keys")},
    )  # fmt: skip
    return html.Div([*buttons, keys] if buttons else [], className="actions")


def _button(given: Choice, review: Review) -> html.Button:
    action, words, key, assignee = given
    if action is ReviewAction.DISMISS and _has_open_dispute(review):
        words = REJECT
    accent = action is ReviewAction.RESOLVE
    shortcut = {"title": _("{key} on the keyboard", key=key), "aria-keyshortcuts": key} if key else {}
    spoken = {"aria-label": _(words) + _undoable(review)} if action is ReviewAction.UNDO else {}
    return html.Button(
        _(words),
        className="btn-accent" if accent else "btn-plain",
        **{"data-decide": action.value, "data-assignee": assignee or ""},
        **shortcut,
        **spoken,
    )


def _undoable(review: Review) -> str:
    """What an undo takes back, as it is said after the word: the latest that stands, notes apart."""
    kept = (ReviewAction.NOTE, ReviewAction.UNDO)
    stands = [entry for entry in review.history if not entry.undone and entry.action not in kept]
    return ": " + in_words(max(stands, key=_version), bool(review.dispute)) if stands else ""


def _version(entry: ReviewEntry) -> int:
    return entry.version


def _history(review: Review, zone: ZoneInfo, sees_private: bool) -> list[Any]:
    if not review.history:
        return []
    count = counted(len(review.history), "{count} entry in the history", "{count} entries in the history")
    entries = sorted(review.history, key=_version)
    lines = [_entry(entry, zone, sees_private, bool(review.dispute)) for entry in entries]
    return [html.Details([html.Summary(count), html.Ol(lines)], className="review-history")]


def _entry(entry: ReviewEntry, zone: ZoneInfo, sees_private: bool, is_disputed: bool) -> html.Li:
    return html.Li(entry_lines(entry, zone, sees_private, is_disputed), className="undone" if entry.undone else "")


def _before(past: PastDecisions, zone: ZoneInfo) -> list[Any]:
    """What was decided about other sessions of the same Student-Teacher."""
    if not past.resolved + past.dismissed:
        return []
    told = _(
        "Decided before about this ST: {resolved} resolved, {dismissed} dismissed",
        resolved=number(past.resolved), dismissed=number(past.dismissed),
    )  # fmt: skip
    links = [
        html.Li([
            html.Button(moment(one.scheduled_start, zone), className="link", **{"data-open": one.session_id}),
            html.Span(" " + decision(one.state, one.outcome, False), className="mute"),
        ])
        for one in past.latest
    ]  # fmt: skip
    return [html.Div([html.Div(told, className="mute"), html.Ul(links)], className="review-before")]
