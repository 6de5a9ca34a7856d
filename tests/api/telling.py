"""How a test tells events over REST, and finds what came of them."""

from typing import Any

import httpx2
from sqlalchemy import select

from api.events import FIELDS
from store.tables import EVENTS
from tests.conftest import Served
from tests.serving import wait_for

ADDRESS = "/api/events"
Data = dict[str, Any]
GOOD: list[tuple[str, Data]] = [
    ("page_view", {"session_count": 0, "filter_state": {}}),
    ("page_view", {"session_count": 412, "filter_state": {
        "course_id": ["k1", "k2"], "st_id": ["st"], "student_id": "u1", "student_q": True, "status": ["no_show"],
        "rating_min": 1, "rating_max": 5, "rated": True, "timed": False, "flag": ["dispute", "overdue"],
        "from": "2026-11-01", "to": "2026-11-23"}}),
    ("page_view", {"session_count": 1, "filter_state": {"range": "last_12_weeks"}}),
    ("session_viewed", {"session_id": "session-a-1"}),
    ("session_viewed", {"session_id": "ünïcode/1:2"}),
    ("recording_played", {"session_id": "session-a-1"}),
    ("filter_applied", {"filter_type": "course_id", "value": ["k1"]}),
    ("filter_applied", {"filter_type": "student_q", "value": None}),
    ("filter_applied", {"filter_type": "student_id", "value": "u1"}),
    ("filter_applied", {"filter_type": "status", "value": ["completed", "cancelled"]}),
    ("filter_applied", {"filter_type": "rating_min", "value": 4}),
    ("filter_applied", {"filter_type": "rated", "value": False}),
    ("filter_applied", {"filter_type": "from", "value": "2026-11-01"}),
    ("filter_applied", {"filter_type": "range", "value": "all"}),
    *(("filter_applied", {"filter_type": field, "value": None}) for field in FIELDS),
]  # fmt: skip


def counts(app: Served) -> dict[str, int]:
    found: dict[str, int] = app.as_nobody().get("/api/health").json()["events"]
    return found


def tell(client: httpx2.Client, *events: tuple[str, Any]) -> httpx2.Response:
    return client.post(ADDRESS, json={"events": [{"name": name, "data": data} for name, data in events]})


def kept(app: Served, count: int) -> list[Any]:
    """The events in the store once there are so many."""

    def rows() -> list[Any]:
        with app.store.calls.engine.connect() as connection:
            return list(connection.execute(select(EVENTS).order_by(EVENTS.c.number)))

    wait_for(lambda: len(rows()) >= count)
    return rows()
