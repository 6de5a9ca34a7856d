"""One line of a review's history in words: what was done, by whom, when, and what they wrote."""

from typing import Any
from zoneinfo import ZoneInfo

from dash import html

from layouts.header import ROLE_LABELS
from layouts.language import gettext as _
from layouts.language import parts
from layouts.words import DISPUTE_LABELS, OUTCOME_LABELS, REVIEW_STATE_LABELS, moment
from queries.review_models import Outcome, ReviewAction, ReviewEntry, Reviewer, ReviewState

DECISIONS = (ReviewAction.RESOLVE, ReviewAction.DISMISS)


def entry_lines(entry: ReviewEntry, zone: ZoneInfo, sees_private: bool, is_disputed: bool) -> list[Any]:
    """What was done, by whom and when, and what they wrote."""
    what = html.S(_done(entry, is_disputed)) if entry.undone else html.B(_done(entry, is_disputed))
    told = parts("{decision} by {name}, {moment}", decision=what, name=named(entry.by), moment=moment(entry.at, zone))
    note = [html.Div(entry.note, className="free-text", dir="auto")] if entry.note and sees_private else []
    return [html.Div(told), *note]


def in_words(entry: ReviewEntry, is_disputed: bool) -> str:
    """What was done, as text alone: for a name that is read out."""
    if entry.action is ReviewAction.ASSIGN and entry.assignee:
        return _("Assigned to {name}", name=_name(entry.assignee))
    return str(_done(entry, is_disputed))


def _done(entry: ReviewEntry, is_disputed: bool) -> Any:
    if entry.action in DECISIONS:
        return decision(entry.state, entry.outcome, is_disputed)
    if entry.action is ReviewAction.ASSIGN:
        return parts("Assigned to {name}", name=named(entry.assignee)) if entry.assignee else _("Assigned to nobody")
    return {
        ReviewAction.FLAG: _("Flagged"),
        ReviewAction.NOTE: _("Note"),
        ReviewAction.UNDER_REVIEW: _(REVIEW_STATE_LABELS[ReviewState.UNDER_REVIEW]),
        ReviewAction.UNDO: _("Taken back"),
    }[entry.action]


def decision(state: ReviewState, outcome: Outcome | None, is_disputed: bool) -> str:
    """Resolved – Refunded. A dispute that is dismissed is rejected."""
    label = DISPUTE_LABELS["rejected"] if is_disputed and state is ReviewState.DISMISSED else REVIEW_STATE_LABELS[state]
    return with_outcome(_(label), outcome)


def with_outcome(word: str, outcome: Outcome | None) -> str:
    return f"{word} – {_(OUTCOME_LABELS[outcome])}" if outcome else word


def named(who: Reviewer) -> html.Span:
    """By name; by role for a viewer who reads without names."""
    return html.Span(_name(who), dir="auto")


def _name(who: Reviewer) -> str:
    return who.name or _(ROLE_LABELS.get(who.role, who.role))
