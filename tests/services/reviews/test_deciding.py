"""What whoever decides is told, where others were faster or newer data came between."""

from pathlib import Path

import pytest

from queries.filters import FilterError
from queries.review_models import Outcome, ReviewAction
from services.reviews.deciding import CHANGED, ConflictError, Seen, Wish, decide, decide_one
from services.reviews.reading import get_review
from store import Store
from tests.conftest import NOW
from tests.exports import write_export
from tests.services.reviews.conftest import MARIA, OMAR, Process, process
from tests.two_creators import TABLES

ONE = "session-a-1"
DISMISS = Wish(ReviewAction.DISMISS, Outcome.UNFOUNDED, request="5f0a3c7d-91b0-4f7e-9a53-6c1a5d0f9b22")


@pytest.fixture
def now(built: Path, store: Store) -> Process:
    return process(built, store)


@pytest.fixture
def later(store: Store, tmp_path: Path) -> Process:
    """The same store over newer data: the dispute is about something else."""
    sessions = [row | ({"dispute_reason": "another"} if row["id"] == ONE else {}) for row in TABLES["sessions"]]
    write_export(tmp_path / "newer" / "export", as_of=NOW, **TABLES | {"sessions": sessions})
    return process(tmp_path / "newer", store)


def seen(on: Process) -> Seen:
    review = get_review(on.services, MARIA, ONE)
    return Seen(ONE, review.version, review.evidence)


def test_what_newer_data_changed_is_not_closed_and_names_nobody(now: Process, later: Process) -> None:
    before = seen(now)
    (conflict,) = decide(later.services, MARIA, DISMISS, [before]).conflicts
    assert (conflict.detail, conflict.by, conflict.at, conflict.version, conflict.state) == (
        CHANGED,
        None,
        None,
        0,
        "new",
    )
    with pytest.raises(ConflictError, match=CHANGED):
        decide_one(later.services, MARIA, DISMISS, before)
    assert decide(later.services, MARIA, Wish(ReviewAction.UNDER_REVIEW), [before]).conflicts == []
    (conflict,) = decide(later.services, OMAR, DISMISS, [Seen(ONE, 1, before.evidence)]).conflicts
    assert (conflict.detail, conflict.by, conflict.version, conflict.state) == (CHANGED, None, 1, "under_review")


def test_who_was_first_is_told_before_what_newer_data_changed(now: Process, later: Process) -> None:
    before = seen(now)
    now.decide(OMAR, "under_review", ONE)
    (conflict,) = decide(later.services, MARIA, DISMISS, [before]).conflicts
    assert conflict.by
    assert (conflict.by.name, conflict.version, conflict.state) == ("Omar Muster", 1, "under_review")
    assert conflict.detail.startswith("Omar Muster was first (")


def test_a_request_that_is_sent_again_after_newer_data_is_answered_as_it_was(now: Process, later: Process) -> None:
    before = seen(now)
    (first,) = decide(now.services, MARIA, DISMISS, [before]).decided
    again = decide(later.services, MARIA, DISMISS, [before])
    assert ([one.version for one in again.decided], again.conflicts) == ([first.version], [])
    assert len(get_review(now.services, MARIA, ONE).history) == 1


def test_what_a_rule_refuses_names_nobody(now: Process) -> None:
    now.decide(OMAR, "under_review", ONE)
    (conflict,) = decide(now.services, MARIA, Wish(ReviewAction.FLAG, note="x"), [Seen(ONE, 1)]).conflicts
    assert (conflict.by, conflict.version, conflict.state) == (None, 1, "under_review")
    assert conflict.detail == "it is under review already: add a note"
    with pytest.raises(FilterError, match="it is under review already"):
        decide_one(now.services, MARIA, Wish(ReviewAction.FLAG, note="x"), Seen(ONE, 1))


def test_what_came_back_is_told_as_new(now: Process, later: Process) -> None:
    now.decide(MARIA, "resolve", ONE, outcome="settled")
    assert get_review(now.services, MARIA, ONE).state == "resolved"
    assert get_review(later.services, MARIA, ONE).state == "new"
    (conflict,) = decide(later.services, OMAR, DISMISS, [Seen(ONE, 0)]).conflicts
    assert (conflict.state, conflict.by and conflict.by.name) == ("new", "Maria Muster")
    later.decide(OMAR, "under_review", ONE)
    (undone,) = later.decide(OMAR, "undo", ONE).decided
    assert (undone.state, undone.outcome) == ("new", None)
    (noted,) = now.decide(OMAR, "note", ONE, note="x").decided
    assert (noted.state, noted.outcome) == ("resolved", "settled")
