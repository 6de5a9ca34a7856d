"""An application with calendar feeds: its sessions, its clock, and how one is made and read."""

from datetime import datetime, timedelta
from typing import Any

import httpx2

from tests.conftest import NOW, Served
from tests.exports import session

FEEDS = "/api/calendar-feeds"
DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
NAMES = {
    "lines": 'Two\nlines, a comma; a semicolon: \\n and \\, and "quotes"',
    "long": "lång " * 1_000,
    "right-to-left": "\u202eשלום عالم\u202c",
    "emoji": "👩🏽‍🏫" * 40,
    "fields": "x\r\nEND:VEVENT\r\nBEGIN:VALARM",
    "controls": "a\x07b\x1bc\x7fd",
}
IDS = ("plain", "a,b;c\\d", "x\r\nUID:y", "ü/ä?&=#%41", "\u2028 \t🦆", "l" * 300)
GONE = ("completed", "no_show")


def coming(id_: str, start: datetime, **changes: Any) -> dict[str, Any]:
    times = {"scheduled_start": start, "scheduled_end": start + HOUR, "status": "scheduled"}
    people = {"course_id": "course-a", "student_id": "student-a", "st_id": "st-a", "enrollment_id": None}
    return session(1, id=id_) | times | people | changes


SESSIONS = [
    *(coming(id_, NOW + (n + 1) * DAY) for n, id_ in enumerate(IDS)),
    *(coming(f"of-{name}", NOW + DAY, student_id=name) for name in NAMES),
    *(coming(status, NOW + DAY, status=status) for status in GONE),
    coming("under-way", NOW - HOUR + SECOND),
    coming("over", NOW - HOUR),
    coming("cancelled-then", NOW - 7 * DAY, status="cancelled"),
    coming("cancelled-long-ago", NOW - 7 * DAY - SECOND, status="cancelled"),
    coming("cancelled-ahead", NOW + 30 * DAY, status="cancelled"),
    coming("session-secret", NOW + DAY, course_id="course-secret", st_id="st-both"),
]


class Watch:
    """Tells the time to the application."""

    now = NOW

    def __call__(self) -> datetime:
        return self.now


WATCH = Watch()


def made(app: Served, creator: str = "anna") -> dict[str, Any]:
    answer = app.as_creator(creator).post(FEEDS)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def path_of(feed: dict[str, Any]) -> str:
    return str(feed["url"]).removeprefix("http://studio.example")


def read(app: Served, feed: dict[str, Any], **headers: str) -> httpx2.Response:
    return app.as_nobody().get(path_of(feed), headers=headers)
