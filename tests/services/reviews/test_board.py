"""The board: each snapshot's queue knows all that the store was told before it is asked, whoever told it."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from auth.viewer import CreatorScope
from queries.review_models import QueuedSession, ReviewState
from queries.reviews import QueueFilters, list_reviews
from services.reviews.reading import anything
from store import Store, open_store, reviews
from store.engine import StoreError, writing
from store.standings import Changes, Item, Mark, Standing, Step
from tests.conftest import NOW
from tests.exports import write_export
from tests.services.reviews.conftest import ANNA, EVERY, MARIA, OMAR, Process, process
from tests.store.conftest import LIFETIME
from tests.store.reviewing import decision
from tests.two_creators import TABLES
from warehouse.snapshot import Snapshot

ALL = CreatorScope(all_creators=True, sees_private=True)
ANY_STATE = QueueFilters(states=tuple(ReviewState))


@pytest.fixture
def other(database: str) -> Iterator[Store]:
    """The same store, as another process has it open."""
    opened = open_store(database, None, LIFETIME)  # type: ignore[arg-type]  # the address says where
    yield opened
    opened.close()


@pytest.fixture
def one(built: Path, store: Store) -> Process:
    return process(built, store)


@pytest.fixture
def two(built: Path, other: Store) -> Process:
    """Another process on the same store, with a snapshot of its own."""
    return process(built, other)


def queue(on: Process, scope: CreatorScope = ALL) -> dict[str, QueuedSession]:
    """Every session of any state that is raised or was decided, as the process has it when it is asked now."""
    snapshot = on.services.warehouse.current()
    on.services.board.bring_up(snapshot)
    rules = on.services.board.rules
    found = list_reviews(snapshot, scope, anything(on.services), rules, ANY_STATE, page=1, limit=1_000)
    return {session.id: session for session in found.reviews}


def versions(on: Process) -> dict[str, int]:
    """Of every session that its snapshot knows something about."""
    snapshot = on.services.warehouse.current()
    on.services.board.bring_up(snapshot)
    rows = snapshot.query("SELECT session_id, review_version FROM reviews")
    assert len(rows) == len(dict(rows))
    return dict(rows)


def test_what_another_process_decided_is_seen_by_the_next_question(one: Process, two: Process) -> None:
    assert versions(one) == versions(two) == {}
    one.decide(MARIA, "under_review", "session-a-1")
    found = queue(two)["session-a-1"]
    assert (found.state, found.version) == ("under_review", 1)
    assert found.assignee
    assert found.assignee.name == "Maria Muster"
    two.decide(OMAR, "dismiss", "session-a-1", outcome="unfounded")
    found = queue(one)["session-a-1"]
    assert (found.state, found.outcome, found.version, found.again) == ("dismissed", "unfounded", 2, False)
    one.decide(ANNA, "flag", "session-a-1", note="why")
    assert queue(two)["session-a-1"].reasons == ["dispute", "flagged"]


def test_a_new_snapshot_is_told_all(one: Process) -> None:
    one.decide(MARIA, "flag", *EVERY, note="all")
    before = versions(one)
    assert before == dict.fromkeys(EVERY, 1)
    one.services.warehouse._snapshot = Snapshot(one.services.warehouse.current().path, one.services.warehouse._setup)
    assert versions(one) == before


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_store_that_was_put_back_from_an_older_copy_is_read_anew(
    one: Process, two: Process, store: Store, other: Store, tmp_path: Path
) -> None:
    one.decide(MARIA, "resolve", "session-a-1", outcome="settled")
    store.calls.engine.dispose()
    copy = shutil.copytree(tmp_path, tmp_path.parent / "copy")
    one.decide(MARIA, "flag", "session-a-2", note="why")
    one.decide(MARIA, "undo", "session-a-1")
    assert versions(one) == {"session-a-1": 2, "session-a-2": 1}
    for opened in (store, other):
        opened.calls.engine.dispose()
    for file in tmp_path.glob("store.sqlite*"):
        file.unlink()
    shutil.copy(copy / "store.sqlite", tmp_path / "store.sqlite")
    assert versions(one) == {"session-a-1": 1}
    assert queue(one)["session-a-1"].state == "resolved"
    two.decide(OMAR, "under_review", "session-a-1")
    assert queue(one)["session-a-1"].state == "under_review"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_store_that_was_put_back_and_went_on_is_read_anew_though_its_numbers_are_as_high(
    one: Process, two: Process, store: Store, other: Store, tmp_path: Path
) -> None:
    store.calls.engine.dispose()
    copy = shutil.copytree(tmp_path, tmp_path.parent / "earlier")
    one.decide(MARIA, "flag", "session-a-2", note="why")
    assert versions(one) == {"session-a-2": 1}
    for opened in (store, other):
        opened.calls.engine.dispose()
    for file in tmp_path.glob("store.sqlite*"):
        file.unlink()
    shutil.copy(copy / "store.sqlite", tmp_path / "store.sqlite")
    two.decide(OMAR, "flag", "session-a-4", note="why")
    two.decide(OMAR, "flag", "session-a-1", note="why")
    assert versions(one) == {"session-a-4": 1, "session-a-1": 1}


def test_many_changes_are_put_in_by_and_by(one: Process, two: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reviews, "MOST_CHANGED", 4)
    for id_ in EVERY:
        two.decide(MARIA, "flag", id_, note="why")
    assert versions(one) == dict.fromkeys(EVERY, 1)


def test_a_question_does_not_wait_for_those_who_go_on_deciding(
    one: Process, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0
    changed_since = store.reviews.changed_since

    def meanwhile(mark: Mark) -> Changes:
        """As it is where somebody else decides between any two looks."""
        nonlocal looks
        looks += 1
        assert looks < 5, "it never comes to an end"
        found = changed_since(mark)
        step = Step(Standing("under_review"))
        store.reviews.decide(decision(), [Item("session-a-1", "anna", looks)], lambda *_: step)
        return found

    store.reviews.decide(decision(), [Item("session-a-1", "anna", 0)], lambda *_: Step(Standing("under_review")))
    monkeypatch.setattr(store.reviews, "changed_since", meanwhile)
    one.services.board.bring_up(one.services.warehouse.current())
    assert looks == 1


def test_a_session_whose_course_has_another_creator_since_is_found(one: Process, store: Store) -> None:
    step = Step(Standing("under_review", assignee_account="idp|maria", assignee_name="Maria"))
    items = [Item("session-a-1", "bela", 0), Item("session-secret-1", "nobody any more", 0)]
    store.reviews.decide(decision(), items, lambda *_: step)
    assert {id_: queue(one)[id_].state for id_ in ("session-a-1", "session-secret-1")} == {
        "session-a-1": "under_review", "session-secret-1": "under_review",
    }  # fmt: skip
    of_anna = queue(one, CreatorScope(creator_id="anna"))
    assert "session-a-1" in of_anna
    assert "session-secret-1" not in of_anna


def test_a_session_that_left_the_export_does_no_harm(one: Process, store: Store) -> None:
    step = Step(Standing("resolved", "settled"))
    items = [Item("gone", "anna", 0), Item("session-a-2", "anna", 0)]
    store.reviews.decide(decision(), items, lambda *_: step)
    assert versions(one) == {"session-a-2": 1}
    one.decide(MARIA, "flag", "session-a-2", note="why")
    store.reviews.decide(decision(), [Item("gone", "anna", 1)], lambda *_: step)
    assert versions(one) == {"session-a-2": 2}


def test_a_decided_one_comes_back_when_newer_data_raises_it_for_something_else(
    one: Process, store: Store, tmp_path: Path
) -> None:
    one.decide(MARIA, "resolve", "session-a-1", outcome="settled")
    one.decide(MARIA, "resolve", "session-a-3", outcome="settled")
    sessions = [
        row | ({"dispute_reason": "another"} if row["id"] == "session-a-1" else {}) for row in TABLES["sessions"]
    ]
    write_export(tmp_path / "newer" / "export", as_of=NOW, **TABLES | {"sessions": sessions})
    newer = queue(process(tmp_path / "newer", store))
    assert (newer["session-a-1"].again, newer["session-a-1"].state, newer["session-a-1"].version) == (True, "new", 1)
    assert (newer["session-a-3"].again, newer["session-a-3"].state) == (False, "resolved")


def test_threads_that_ask_while_others_decide_all_see_what_was_decided_before(one: Process, two: Process) -> None:
    def decide_and_look(id_: str) -> None:
        for version in range(1, 4):
            two.decide(MARIA, ("flag", "undo")[(version + 1) % 2], id_, note="why")
            assert versions(one)[id_] == version

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(decide_and_look, EVERY[:8]))
    assert versions(one) == dict.fromkeys(EVERY[:8], 3)


def test_a_board_whose_store_was_down_goes_on_where_it_was(one: Process, two: Process, store: Store) -> None:
    def rename(old: str, new: str) -> None:
        with writing(store.calls.engine) as connection:
            connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))

    two.decide(MARIA, "flag", "session-a-2", note="why")
    assert versions(one) == {"session-a-2": 1}
    two.decide(MARIA, "undo", "session-a-2")
    rename("reviews", "elsewhere")
    with pytest.raises(StoreError):
        queue(one)
    rename("elsewhere", "reviews")
    assert versions(one) == {"session-a-2": 2}
