"""What was decided stays away when the export is refreshed, and comes back where what it was decided on has changed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.api.reviewing import OLGA, Desk, forget_decisions
from tests.conftest import NOW, Served, served
from tests.exports import START, arrow_table, session, write_export, write_table, written_at

Rows = dict[str, dict[str, Any]]
OPENED = datetime(2026, 11, 20, 8, tzinfo=UTC)
DISPUTE: dict[str, Any] = {"dispute_status": "open", "dispute_reason": "too late", "dispute_opened_at": OPENED}


def lasted(minutes: int) -> dict[str, Any]:
    return {"actual_start": START, "actual_end": START + timedelta(minutes=minutes)}


# One session for each reason alone, and one about which nothing is raised: completed, recorded, of an hour
SESSIONS: Rows = {
    "disputed": DISPUTE,
    "low": {},
    "short": lasted(20),
    "missed": {"status": "no_show", "recording_key": None},
    "gap": {},
    "unrecorded": {"recording_key": None},
    "fine": lasted(60),
}
FEEDBACK: Rows = {
    "low": {"student": (1, "dull")},
    "gap": {"student": (5, "good"), "st": (1, "hard")},
    "fine": {"student": (5, "good")},
}


class Export:
    """An export that the application serves, which a test writes anew."""

    def __init__(self, app: Served, folder: Path) -> None:
        self.desk = Desk(app, OLGA)
        self._warehouse, self._folder = app.warehouse, folder
        self._written = 0
        self.sessions, self.feedback = dict(SESSIONS), dict(FEEDBACK)

    def change(self, session_id: str, feedback: dict[str, Any] | None = None, **columns: Any) -> None:
        """Of one session, and what is written about it."""
        self.sessions[session_id] = self.sessions[session_id] | columns
        if feedback is not None:
            self.feedback[session_id] = self.feedback.get(session_id, {}) | feedback

    def refresh(self) -> None:
        write_table(self._folder / "sessions.parquet", arrow_table("sessions", session_rows(self.sessions)))
        assessments = arrow_table("session_assessments", assessment_rows(self.feedback))
        write_table(self._folder / "session_assessments.parquet", assessments)
        self._written += 1
        written_at(self._folder, NOW - timedelta(hours=1) + timedelta(minutes=self._written))
        before = self._warehouse.current()
        self._warehouse.refresh()
        assert self._warehouse.current() is not before, self._warehouse.problems

    def stands(self, session_id: str) -> tuple[Any, ...]:
        """State, whether it came again, and reasons, which the queue and the review itself must say alike."""
        row, review = self.desk.row(session_id), self.desk.review(session_id)
        names = ("state", "again", "outcome", "assignee", "version", "evidence", "updated_at", "reasons")
        assert row is None or [row[name] for name in names] == [review[name] for name in names]
        return review["state"], review["again"], review["reasons"]

    @property
    def to_do(self) -> set[str]:
        return set(self.desk.ids())


def session_rows(sessions: Rows) -> list[dict[str, Any]]:
    return [
        session(number, recording_key="x.webm") | {"id": id_} | changes
        for number, (id_, changes) in enumerate(sessions.items())
    ]


def assessment_rows(feedback: Rows) -> list[dict[str, Any]]:
    return [
        {"session_id": id_, "assessor": assessor, "rating": rating, "comment": comment}
        for id_, given in feedback.items()
        for assessor, (rating, comment) in given.items()
    ]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Path]]:
    folder = tmp_path_factory.mktemp("again")
    export = write_export(
        folder / "export", as_of=NOW, sessions=session_rows(SESSIONS), session_assessments=assessment_rows(FEEDBACK)
    )
    with served(folder / "data", NOW, export=str(export)) as app:
        yield app, export


@pytest.fixture
def export(running: tuple[Served, Path], monkeypatch: pytest.MonkeyPatch) -> Export:
    """As it was, and every session of it decided, whatever a test before it did."""
    made = Export(*running)
    made.sessions["fine"] = made.sessions["fine"] | {"notes": str(datetime.now(UTC))}
    forget_decisions(running[0], monkeypatch)
    made.refresh()
    made.desk.decide("fine", "flag", note="to be decided too")
    found = made.desk.queue()["reviews"]
    seen = [{"session_id": row["id"], "version": row["version"], "evidence": row["evidence"]} for row in found]
    decided = made.desk.send_batch("resolve", seen, outcome="settled").json()["decided"]
    assert {one["session_id"] for one in decided} == set(SESSIONS)
    assert made.to_do == set()
    return made


def test_what_was_decided_stays_away_though_everything_else_changes(export: Export) -> None:
    for number, id_ in enumerate(SESSIONS):
        export.change(id_, notes=f"other notes {number}")
    export.change("disputed", {"student": (5, "new praise"), "st": (5, "and of the ST")})
    export.change("missed", {"student": (4, "late")})
    export.change("fine", {"student": (4, "less good")}, **lasted(55))
    export.change("low", {"st": (3, "tired")})
    export.change("gap", {"student": (5, "other words"), "st": (1, "hard indeed")})
    export.change("short", {"student": (3, None)})
    export.sessions["another"] = {"status": "no_show"}
    export.refresh()
    assert export.to_do == {"another"}
    for id_ in SESSIONS:
        assert export.stands(id_)[:2] == ("resolved", False)


@pytest.mark.parametrize(
    ("session_id", "feedback", "columns"),
    [
        ("low", {"student": (2, "dull")}, {}),
        ("low", {"student": (1, "dull and late")}, {}),
        ("low", {"student": (1, None)}, {}),
        ("gap", {"student": (4, "good")}, {}),
        ("gap", {"st": (2, "hard")}, {}),
        ("disputed", None, {"dispute_reason": "too late, and rude"}),
        ("disputed", None, {"dispute_reason": None}),
        ("disputed", None, {"dispute_opened_at": OPENED + timedelta(days=1)}),
        ("short", None, lasted(19)),
        ("short", None, {"actual_start": START - timedelta(minutes=1), "actual_end": START + timedelta(minutes=19)}),
        # a reason that it did not have
        ("fine", {"student": (1, "dull")}, {}),
        ("fine", None, DISPUTE),
        ("fine", None, lasted(10)),
        ("fine", None, {"recording_key": None}),
        ("fine", {"st": (1, "hard")}, {}),
        ("low", None, {"recording_key": None}),
        ("missed", None, DISPUTE),
    ],
    ids=str,
)
def test_what_changed_comes_back_as_new_and_goes_with_the_next_decision(
    export: Export, session_id: str, feedback: dict[str, Any] | None, columns: dict[str, Any]
) -> None:
    before = export.desk.review(session_id)
    export.change(session_id, feedback, **columns)
    export.refresh()
    assert export.to_do == {session_id}
    assert export.stands(session_id)[:2] == ("new", True)
    review = export.desk.review(session_id)
    assert (review["version"], review["outcome"], review["history"]) == (before["version"], None, before["history"])
    assert review["evidence"] != before["evidence"]
    decided = export.desk.decide(session_id, "dismiss", outcome="unfounded", evidence=review["evidence"])
    assert (decided["state"], decided["again"]) == ("dismissed", False)
    export.change("disputed" if session_id == "fine" else "fine", notes="anything")
    export.refresh()
    assert export.to_do == set()


@pytest.mark.parametrize("status", ["under_review", "resolved", "rejected", None])
def test_the_platform_that_goes_on_with_a_dispute_does_not_bring_it_back(export: Export, status: str | None) -> None:
    export.change("disputed", dispute_status=status)
    export.refresh()
    assert export.to_do == set()
    assert export.stands("disputed") == ("resolved", False, ["dispute"] if status == "under_review" else [])
    dispute = export.desk.review("disputed")["dispute"]
    if status:
        assert (dispute["status"], dispute["decision"]) == (status, "resolved")
        assert dispute["differs"] == (status != "resolved")
    else:
        assert dispute is None
    export.change("disputed", **DISPUTE)
    export.refresh()
    assert export.to_do == set()
    export.change("disputed", dispute_opened_at=OPENED + timedelta(days=3))
    export.refresh()
    assert export.to_do == {"disputed"}


@pytest.mark.parametrize(
    ("session_id", "feedback", "columns"),
    [
        ("low", {"student": (5, "dull")}, {}),
        ("short", None, lasted(60)),
        ("missed", None, {"status": "completed", "recording_key": "x.webm"}),
        ("missed", None, {"status": "cancelled"}),
        ("gap", {"st": (4, "fine")}, {}),
        ("unrecorded", None, {"recording_key": "x.webm"}),
    ],
)
def test_what_lost_its_reason_does_not_come_back(
    export: Export, session_id: str, feedback: dict[str, Any] | None, columns: dict[str, Any]
) -> None:
    export.change(session_id, feedback, **columns)
    export.refresh()
    assert export.to_do == set()
    assert export.stands(session_id) == ("resolved", False, [])


def test_one_that_gained_a_reason_and_lost_it_again_is_as_it_was_decided(export: Export) -> None:
    export.change("low", recording_key=None)
    export.refresh()
    assert export.stands("low") == ("new", True, ["low_rating", "no_recording"])
    export.change("low", recording_key="x.webm")
    export.refresh()
    assert export.stands("low") == ("resolved", False, ["low_rating"])


def test_what_is_open_stays_as_it_is_whatever_changes(export: Export) -> None:
    """Nobody decided it: whoever has it goes on with it, of the new data."""
    export.desk.decide("low", "under_review")
    evidence = export.desk.review("low")["evidence"]
    export.change("low", {"student": (2, "other words")}, recording_key=None)
    export.refresh()
    assert export.stands("low") == ("under_review", False, ["low_rating", "no_recording"])
    answer = export.desk.send("low", "resolve", outcome="settled", evidence=evidence)
    assert answer.status_code == 409
    assert answer.json()["current"]["state"] == "under_review"
    assert export.desk.review("low")["assignee"]["account"] == "olga"
    export.desk.decide("low", "resolve", outcome="settled")
    assert export.to_do == set()


def test_what_somebody_saw_before_a_refresh_cannot_be_closed_after_it(export: Export) -> None:
    seen = export.desk.review("low")
    export.change("low", {"student": (2, "other words")})
    export.refresh()
    for action in ("resolve", "dismiss"):
        answer = export.desk.send(
            "low", action, outcome="other", note="x", evidence=seen["evidence"], version=seen["version"]
        )
        assert answer.status_code == 409
        assert (answer.json()["current"]["state"], answer.json()["current"]["by"]) == ("new", None)
    item = {"session_id": "low", "version": seen["version"], "evidence": seen["evidence"]}
    answer = export.desk.send_batch("resolve", [item], outcome="settled")
    assert [one["session_id"] for one in answer.json()["conflicts"]] == ["low"]


def test_a_session_that_came_back_is_nobodys_and_one_that_goes_away_keeps_its_history(export: Export) -> None:
    export.desk.decide("gap", "flag", note="once more")
    export.desk.decide("gap", "assign", assignee="me")
    export.desk.decide("gap", "resolve", outcome="settled")
    version = export.desk.review("gap")["version"]
    export.change("gap", {"student": (1, "bad"), "st": (5, "easy")})
    export.refresh()
    assert export.stands("gap") == ("new", True, ["low_rating", "rating_gap"])
    assert export.desk.ids(assignee="none") == ["gap"]
    assert export.desk.ids(assignee="me") == []
    del export.sessions["gap"], export.feedback["gap"]
    export.refresh()
    assert export.desk.client.get("/api/sessions/gap/review").status_code == 404
    assert export.to_do == set()
    export.sessions["gap"], export.feedback["gap"] = SESSIONS["gap"], FEEDBACK["gap"]
    export.refresh()
    assert (export.stands("gap")[:2], export.desk.review("gap")["version"]) == (("resolved", False), version)


def test_a_session_whose_course_went_to_another_creator_keeps_how_it_stands(export: Export) -> None:
    export.change("missed", course_id="k2")
    export.refresh()
    assert export.stands("missed") == ("resolved", False, ["no_show"])
    row = export.desk.row("missed", creator="c2")
    assert row
    assert (row["creator_id"], row["state"]) == ("c2", "resolved")
    assert export.desk.row("missed", creator="c1") is None
