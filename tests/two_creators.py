"""An export of two creators who share a Student-Teacher and a student.

All that is only Bela's has the word "secret" in it: where Anna finds that word, her scope has a hole.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

HOUR = timedelta(hours=1)
START = datetime(2026, 11, 2, 9, tzinfo=UTC)
STATUSES = ("completed", "completed", "cancelled", "no_show", "scheduled")
PEOPLE = {
    "anna": "Anna",
    "bela": "Bela Secret",
    "st-a": "Tove",
    "st-both": "Sam Shared",
    "st-secret": "Secret Teacher",
    "student-a": "Ulla",
    "student-both": "Sue Shared",
    "student-secret": "Secret Student",
}


def _session(owner: str, number: int) -> dict[str, Any]:
    mark = "a" if owner == "anna" else "secret"
    start = START + number * timedelta(days=6)
    status = STATUSES[number % len(STATUSES)]
    held = status == "completed"
    return {
        "id": f"session-{mark}-{number}",
        "course_id": f"course-{mark}",
        "enrollment_id": f"enrollment-{mark}",
        "student_id": ("student-both", f"student-{mark}")[number % 2],
        "st_id": ("st-both", f"st-{mark}")[number // 2 % 2],
        "scheduled_start": start,
        "scheduled_end": start + HOUR,
        "actual_start": start if held else None,
        "actual_end": start + HOUR if held else None,
        "status": status,
        "notes": f"notes {mark}",
        "recording_key": f"recordings/{mark}-{number}.webm" if held else None,
        "dispute_status": "open" if number == 1 else None,
        "dispute_reason": f"reason {mark}" if number == 1 else None,
    }


SESSIONS = [_session(owner, number) for owner in ("anna", "bela") for number in range(10)]
SECRET_IDS = {
    "course_id": "course-secret",
    "st_id": "st-secret",
    "student_id": "student-secret",
    "session_id": "session-secret-1",
}
TABLES: dict[str, Any] = {
    "sessions": SESSIONS,
    "users": [
        {"id": id_, "name": name, "avatar": f"/avatars/{'secret' if 'ecret' in name else 'face'}.png"}
        for id_, name in PEOPLE.items()
    ],
    "courses": [
        {"id": "course-a", "title": "Algebra", "creator_id": "anna"},
        {"id": "course-secret", "title": "Secret Algebra", "creator_id": "bela"},
        {"id": "course-secret-empty", "title": "Secret Nothing", "creator_id": "bela"},
    ],
    "enrollments": [
        {"id": "enrollment-a", "course_id": "course-a", "student_id": "student-a"},
        {"id": "enrollment-secret", "course_id": "course-secret", "student_id": "student-secret"},
    ],
    "session_assessments": [
        {"session_id": row["id"], "assessor": assessor, "rating": 1 if "secret" in row["id"] else 4,
         "comment": f"comment {row['course_id']}"}
        for row in SESSIONS if row["status"] == "completed" for assessor in ("student", "st")
    ],
}  # fmt: skip
