"""An export to review, and what is asked about it: two creators, and a thousand missed sessions of one of them."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest
from cachetools import LRUCache

from auth.viewer import Role, Viewer
from store import calls
from tests.api.stored import alter
from tests.conftest import Served
from tests.exports import session
from tests.two_creators import HOUR, SESSIONS, START, TABLES

Json = dict[str, Any]
OLGA = Viewer("olga", "Olga Ocean", Role.OPERATIONS)
OTTO = Viewer("otto", "Otto Otter", Role.OPERATIONS)
ANNA = Viewer("anna", "Anna Herself", Role.CREATOR, account="anna-1")
ANNAS_AIDE = Viewer("anna", "Anna's Aide", Role.CREATOR, account="anna-2")
BELA = Viewer("bela", "Bela Secret", Role.CREATOR)
ANALYST = Viewer("ada", "Ada Analyst", Role.ANALYST)
GRANTED = Viewer("gus", "Gus Granted", Role.ANALYST, granted_private=True)
STAFF = (OLGA, OTTO, ANALYST, GRANTED)
EVERYBODY = (*STAFF, ANNA, ANNAS_AIDE, BELA)

MISSED, DISPUTED, FINE, SECRET = "session-a-3", "session-a-1", "session-a-0", "session-secret-1"
MANY = [
    session(0, status="no_show", course_id="course-a", enrollment_id=None, student_id="student-a", st_id="st-a")
    | {
        "id": f"many-{number:04}",
        "scheduled_start": START - timedelta(days=90) + number * HOUR,
        "scheduled_end": START - timedelta(days=90) + (number + 1) * HOUR,
    }
    for number in range(1_000)
]
REVIEWED: Json = TABLES | {"sessions": [*SESSIONS, *MANY]}
TEXT = "what somebody wrote"


def forget_decisions(app: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the application be as one that was given an empty store."""
    monkeypatch.setattr(calls, "REST_SECONDS", 0)
    for table in ("reviews", "review_entries", "reviewers", "access_log"):
        alter(app, f"DELETE FROM {table}")
    alter(app, "UPDATE review_changes SET number = 0")
    monkeypatch.setattr(app.store.access_log, "_added", LRUCache(100))
    monkeypatch.setattr(app.store.reviewers, "_noted", LRUCache(100))
    assert app.as_creator("nobody").get("/api/reviews").status_code == 200


class Desk:
    """Somebody who reviews, through REST."""

    def __init__(self, app: Served, viewer: Viewer) -> None:
        self.client: httpx2.Client = app.as_viewer(viewer)

    def queue(self, **params: Any) -> Json:
        answer = self.client.get("/api/reviews", params=params)
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    def ids(self, **params: Any) -> list[str]:
        return [row["id"] for row in self.queue(**params)["reviews"]]

    def row(self, session_id: str, **params: Any) -> Json | None:
        """It in the queue, whatever became of it and not one of MANY; None where it is not there."""
        states = ["new", "under_review", "resolved", "dismissed"]
        rows = self.queue(**{"state": states, "from": "2026-10-01"} | params)["reviews"]
        return next((row for row in rows if row["id"] == session_id), None)

    def review(self, session_id: str) -> Json:
        answer = self.client.get(f"/api/sessions/{session_id}/review")
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    def send(self, session_id: str, action: str, **more: Any) -> httpx2.Response:
        """A decision about one session, by default of the version that it has."""
        version = more.pop("version") if "version" in more else self.review(session_id)["version"]
        return self.client.post(
            f"/api/sessions/{session_id}/review", json={"action": action, "version": version, **more}
        )

    def decide(self, session_id: str, action: str, **more: Any) -> Json:
        answer = self.send(session_id, action, **more)
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    def send_batch(self, action: str, items: list[Json], **more: Any) -> httpx2.Response:
        return self.client.post("/api/reviews", json={"action": action, "items": items, **more})

    def batch(self, action: str, ids: list[str], version: int = 0, **more: Any) -> Json:
        answer = self.send_batch(action, [{"session_id": id_, "version": version} for id_ in ids], **more)
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found
