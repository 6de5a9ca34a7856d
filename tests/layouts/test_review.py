from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from layouts.review import review_panel, review_place
from queries.models import Dispute
from queries.review_models import (
    Outcome,
    PastDecision,
    PastDecisions,
    Reason,
    Review,
    ReviewAction,
    ReviewedDispute,
    Reviewer,
    ReviewState,
)
from tests.layouts.samples import NOON, a_review, an_entry, attributes_of, words_of

BERLIN = ZoneInfo("Europe/Berlin")
MARIA = Reviewer("op-1", "Maria <b>Lopez</b>", "operations")
ALL_BUTTONS = ["resolve", "dismiss", "under_review", "assign", "assign", "note", "flag", "undo"]
DISPUTED = ReviewedDispute("open", "13 minutes early", NOON, None, False)


def panel(review: Review, *, sees_private: bool = True) -> Any:
    return review_panel(review, BERLIN, sees_private=sees_private)


def test_an_open_dispute_is_told_with_its_reason_and_when_it_was_raised() -> None:
    told = words_of(panel(a_review(dispute=DISPUTED, reasons=[Reason.DISPUTE])))
    for part in ("Dispute", "Open", "raised Sat 21 Nov 2026, 13:00", "13 minutes early", "Open dispute"):
        assert part in told
    assert "Decided here" not in told


def test_both_words_stand_where_the_export_says_another_than_was_decided_here() -> None:
    decided = replace(DISPUTED, decision="resolved", differs=True)
    review = a_review(
        dispute=decided, state=ReviewState.RESOLVED, outcome=Outcome.REFUNDED,
        history=[an_entry(1, ReviewAction.RESOLVE, ReviewState.RESOLVED, outcome=Outcome.REFUNDED, by=MARIA)],
    )  # fmt: skip
    told = words_of(panel(review))
    assert "Decided here:  Resolved – Refunded . The platform's export says:  Open ." in told
    assert "Resolved – Refunded  by  Maria <b>Lopez</b> ,  Sat 21 Nov 2026, 13:00" in told


def test_a_dispute_that_the_platform_has_under_review_and_nobody_took_here_is_told_as_both() -> None:
    under_review = replace(DISPUTED, status="under_review")
    both = "Here:  New . The platform's export says:  Under review ."
    assert both in words_of(panel(a_review(dispute=under_review, reasons=[Reason.DISPUTE])))
    taken = a_review(dispute=under_review, reasons=[Reason.DISPUTE], state=ReviewState.UNDER_REVIEW)
    assert "Here:" not in words_of(panel(taken))
    assert "Here:" not in words_of(panel(a_review(dispute=DISPUTED, reasons=[Reason.DISPUTE])))


def test_undo_says_what_it_takes_back() -> None:
    flagged = an_entry(1, ReviewAction.FLAG, ReviewState.NEW)
    assigned = an_entry(2, ReviewAction.ASSIGN, ReviewState.NEW, assignee=MARIA)
    gone = an_entry(3, ReviewAction.RESOLVE, ReviewState.RESOLVED, outcome=Outcome.REFUNDED, undone=True)
    later = [an_entry(4, ReviewAction.UNDO, ReviewState.NEW), an_entry(5, ReviewAction.NOTE, ReviewState.NEW)]

    def undo(*history: Any) -> Any:
        drawn = panel(a_review(reasons=[Reason.FLAGGED], history=list(history), may=[ReviewAction.UNDO]))
        return attributes_of(drawn, "aria-label")[0]

    assert undo(flagged, assigned, gone, *later) == "Undo: Assigned to Maria <b>Lopez</b>"
    assert undo(flagged) == "Undo: Flagged"
    assert undo(replace(gone, undone=False)) == "Undo: Resolved – Refunded"


def test_a_dispute_that_is_dismissed_is_rejected() -> None:
    review = a_review(
        dispute=replace(DISPUTED, decision="rejected", differs=True), state=ReviewState.DISMISSED,
        outcome=Outcome.UNFOUNDED, may=[ReviewAction.DISMISS],
        history=[an_entry(1, ReviewAction.DISMISS, ReviewState.DISMISSED, outcome=Outcome.UNFOUNDED)],
    )  # fmt: skip
    told = words_of(panel(review))
    assert "Rejected – Unfounded" in told
    assert "Dismissed" not in told
    assert "Reject…" in told


def test_what_changed_since_says_so_beside_what_was_decided() -> None:
    review = a_review(
        reasons=[Reason.LOW_RATING], again=True,
        history=[an_entry(1, ReviewAction.DISMISS, ReviewState.DISMISSED, outcome=Outcome.NO_ACTION)],
    )  # fmt: skip
    told = words_of(panel(review))
    assert "changed since it was decided" in told
    assert "Dismissed – No action needed" in told


def test_the_reason_of_a_flag_is_told_without_opening_the_history() -> None:
    history = [an_entry(1, ReviewAction.FLAG, ReviewState.NEW, note="The student left after ten minutes", by=MARIA)]
    told = words_of(panel(a_review(reasons=[Reason.FLAGGED], history=history)))
    shown = told.partition("1 entry in the history")[0]
    assert "Flagged  by  Maria <b>Lopez</b>" in shown
    assert "The student left after ten minutes" in shown
    settled = a_review(state=ReviewState.DISMISSED, history=history)
    assert "ten minutes" not in words_of(panel(settled)).partition("1 entry in the history")[0]


def test_only_what_the_viewer_may_do_has_a_button() -> None:
    assert attributes_of(panel(a_review(reasons=[Reason.SHORT], may=list(ReviewAction))), "data-decide") == ALL_BUTTONS
    flags = a_review(reasons=[Reason.SHORT], may=[ReviewAction.FLAG, ReviewAction.NOTE])
    assert attributes_of(panel(flags), "data-decide") == ["note", "flag"]
    assert attributes_of(panel(a_review(reasons=[Reason.SHORT])), "data-decide") == []


def test_nobody_is_offered_what_is_theirs_already() -> None:
    theirs = a_review(reasons=[Reason.SHORT], may=[ReviewAction.ASSIGN], assignee=MARIA)
    assert "Assign to me" in words_of(review_panel(theirs, BERLIN, sees_private=True, account="op-2"))
    assert "Assign to me" not in words_of(review_panel(theirs, BERLIN, sees_private=True, account="op-1"))


def test_each_key_presses_one_button() -> None:
    keys = attributes_of(panel(a_review(reasons=[Reason.SHORT], may=list(ReviewAction))), "aria-keyshortcuts")
    assert sorted(keys) == sorted("RDUATFZ")


def test_where_there_is_nothing_to_tell_there_is_only_the_way_to_flag_it() -> None:
    bare = panel(a_review(may=list(ReviewAction)))
    assert words_of(bare).strip() == "Flag for review…"
    assert words_of(panel(a_review())) == ""


def test_a_decision_goes_back_with_the_version_and_evidence_that_it_was_made_of() -> None:
    box = panel(a_review(reasons=[Reason.SHORT], version=7, evidence="ab12", dispute=DISPUTED))
    for name, value in (("session", "ses/1?"), ("version", "7"), ("evidence", "ab12"), ("dispute", "open")):
        assert attributes_of(box, f"data-{name}") == [value]


def test_the_history_tells_who_when_what_and_strikes_what_was_taken_back() -> None:
    history = [
        an_entry(3, ReviewAction.UNDO, ReviewState.NEW, by=Reviewer("op-2", "Ben", "operations")),
        an_entry(1, ReviewAction.NOTE, ReviewState.NEW, note="<script>alert(1)</script>", by=MARIA),
        an_entry(2, ReviewAction.RESOLVE, ReviewState.RESOLVED, outcome=Outcome.OTHER, undone=True, by=MARIA),
    ]
    box = panel(a_review(history=history))
    told = words_of(box)
    assert "3 entries in the history" in told
    assert "<script>alert(1)</script>" in told
    assert told.index("Note") < told.index("Resolved – Other") < told.index("Taken back")
    assert [words_of(one) for one in struck(box)] == ["Resolved – Other"]


def struck(component: Any) -> list[Any]:
    children = getattr(component, "children", component if isinstance(component, list) else [])
    found = [component] if type(component).__name__ == "S" else []
    return found + [one for part in (children if isinstance(children, list) else [children]) if part is not None
                    and not isinstance(part, str) for one in struck(part)]  # fmt: skip


def test_a_reader_without_names_and_notes_sees_roles_and_no_text() -> None:
    nobody = Reviewer(None, None, "operations")
    history = [an_entry(1, ReviewAction.NOTE, ReviewState.NEW, by=nobody)]
    told = words_of(panel(a_review(history=history, assignee=nobody, dispute=DISPUTED), sees_private=False))
    assert "Assigned to  Operations" in told
    assert "Note  by  Operations" in told
    assert "13 minutes early" not in told
    assert "Reasons are not included in your role." in told


@pytest.mark.parametrize(("to", "told"), [(MARIA, "Assigned to  Maria <b>Lopez</b>"), (None, "Assigned to nobody")])
def test_the_history_says_whom_it_was_given_to(to: Reviewer | None, told: str) -> None:
    history = [an_entry(1, ReviewAction.ASSIGN, ReviewState.NEW, assignee=to)]
    assert told in words_of(panel(a_review(history=history)))


def test_what_was_decided_before_about_the_same_st_leads_there() -> None:
    past = PastDecision("ses-9", NOON - timedelta(days=7), ReviewState.RESOLVED, Outcome.ST_COACHED, NOON)
    box = panel(a_review(reasons=[Reason.SHORT], st_decisions=PastDecisions(3, 1, [past])))
    told = words_of(box)
    assert "Decided before about this ST: 3 resolved, 1 dismissed" in told
    assert "Sat 14 Nov 2026, 13:00" in told
    assert "Resolved – Student-Teacher coached" in told
    assert attributes_of(box, "data-open") == ["ses-9"]


def test_the_exports_own_dispute_is_there_before_the_panel_is() -> None:
    place = review_place(Dispute("under_review", "13 minutes early", NOON), BERLIN, sees_private=True, due=True)
    told = words_of(place)
    assert "Under review" in told
    assert "13 minutes early" in told
