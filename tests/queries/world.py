"""A generated export that is awkward on purpose: edges of days and of daylight saving, odd names, nulls."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from tests.exports import write_export

AS_OF = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
NOW = datetime(2026, 11, 24, 10, 42, tzinfo=UTC)
FIRST, LAST = datetime(2025, 9, 20, tzinfo=UTC), datetime(2026, 12, 10, tzinfo=UTC)
BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
CLOCK_CHANGES = {
    BERLIN: (datetime(2025, 10, 26), datetime(2026, 3, 29), datetime(2026, 10, 25)),
    NEW_YORK: (datetime(2025, 11, 2), datetime(2026, 3, 8), datetime(2026, 11, 1)),
}
EDGES = (
    datetime(2026, 1, 1),
    datetime(2026, 2, 1),
    datetime(2026, 11, 1),
    datetime(2026, 11, 22),
    datetime(2026, 11, 23),
)
MICROSECOND, MINUTE = timedelta(microseconds=1), timedelta(minutes=1)

CREATORS = {"c1": "Elena Álvarez", "c2": "Bo", "c3": "Ça va", "c4": "Dué Dang", "c5": "Never Taught"}
COURSES = {
    "k1": ("100% Maths_1", "c1"), "k2": ("algebra", "c1"), "k3": ("Algebra", "c1"), "k4": ("Æsthetics", "c2"),
    "k5": ("", "c2"), "k6": ("<b>Bold</b>", "c3"), "k7": (" leading", "c3"), "k8": ("Zoology", "c4"),
    "k9": ("None", "c5"),
}  # fmt: skip
TEACHERS = {
    "t1": "Zoë Ünal", "t2": "zoe", "t3": "Same Name", "t4": "Same Name", "t5": "Łukasz Øre", "t6": "Ann",
    "t7": "Émile", "t8": "O'Neil; DROP TABLE sessions",
}  # fmt: skip
TEACHING = {"c1": "t1 t2 t3 t4 t5", "c2": "t2 t3 t6", "c3": "t3 t7 t8", "c4": "t8"}
STUDENTS = {
    f"u{number:02}": name
    for number, name in enumerate(
        ["José Ibáñez", "Jose\u0301 Garcia", "JOSE", "Łukasz Wójcik", "Øystein Ærø", "STRASSE Straße", "100%_sure",
         "100 sure", "a_b", "aXb", "O'Brien", '"quoted"', "名前 太郎", "", " ", "İpek Işık", "Nguyễn Thị",
         "back\\slash", "Đặng", "Cœur"]
    )
}  # fmt: skip
ATTENDING = {"c1": range(14), "c2": range(10, 18), "c3": range(16, 20), "c4": range(19, 20)}


@dataclass(frozen=True, slots=True)
class Held:
    """One session with what belongs to it, joined in plain Python."""

    id: str
    creator_id: str
    course_id: str
    course_title: str
    student_id: str
    student_name: str
    st_id: str
    st_name: str
    start: datetime
    end: datetime
    actual: timedelta | None
    status: str
    rating: int | None
    has_recording: bool
    dispute: str | None
    st_rating: int | None = None


def sessions() -> list[dict[str, Any]]:
    """Raw rows of the table, the same on every run."""
    random = Random(20261124)
    starts = [*_awkward_starts(), *(_any_start(random) for _ in range(450))]
    return [_session(random, f"s{number:04}", start) for number, start in enumerate(starts)]


def _awkward_starts() -> Iterator[datetime]:
    for zone, midnights in CLOCK_CHANGES.items():
        for midnight in midnights:
            begin = midnight.replace(tzinfo=zone).astimezone(UTC)
            yield from (begin + timedelta(minutes=30 * step) for step in range(10))
            yield from (begin - 30 * MINUTE, begin - MICROSECOND, begin + 15 * MINUTE)
            yield from (midnight.replace(hour=23, minute=30, tzinfo=zone).astimezone(UTC),)
            yield from ((midnight + timedelta(days=1)).replace(tzinfo=zone).astimezone(UTC) + 15 * MINUTE,)
        for edge in EDGES:
            begin = edge.replace(tzinfo=zone).astimezone(UTC)
            yield from (begin - MICROSECOND, begin, begin + MICROSECOND)


def _any_start(random: Random) -> datetime:
    start = FIRST + random.random() * (LAST - FIRST)
    return start if random.random() < 0.1 else start.replace(minute=random.choice((0, 15, 30)), second=0, microsecond=0)


def _session(random: Random, id_: str, start: datetime) -> dict[str, Any]:
    creator = random.choices(("c1", "c2", "c3", "c4"), (60, 25, 12, 3))[0]
    booked = random.choice((15, 30, 45, 60, 60, 60, 90, 241, 300)) * MINUTE
    status = random.choices(("completed", "cancelled", "no_show", "scheduled"), (60, 15, 10, 15))[0]
    end = start + booked
    if status == "scheduled" and random.random() < 0.2:
        end = AS_OF - timedelta(hours=24) + random.choice((-MICROSECOND, timedelta(0), MICROSECOND))
        start = end - booked
    dispute = random.choices((None, "open", "under_review", "resolved", "rejected"), (85, 5, 4, 3, 3))[0]
    return {
        "id": id_,
        "course_id": random.choice([key for key, (_, owner) in COURSES.items() if owner == creator]),
        "enrollment_id": None,
        "student_id": f"u{random.choice(ATTENDING[creator]):02}",
        "st_id": random.choice(TEACHING[creator].split()),
        "scheduled_start": start,
        "scheduled_end": end,
        **_actual(random, start, booked, status),
        "status": status,
        "recording_key": random.choice((None, f"recordings/{id_}.webm")),
        "dispute_status": dispute,
    }


def _actual(random: Random, start: datetime, booked: timedelta, status: str) -> dict[str, datetime | None]:
    """Mostly near what was booked; sometimes none, nothing, or just at or over what is plausible."""
    if random.random() < (0.15 if status == "completed" else 0.8):
        return {"actual_start": None, "actual_end": None}
    began = start + random.randint(-5, 15) * MINUTE
    edges = (timedelta(0), 3 * booked, 3 * booked + MICROSECOND, 720 * MINUTE, 720 * MINUTE + MICROSECOND)
    lasted = random.choice(edges) if random.random() < 0.2 else booked * random.uniform(0.6, 1.3)
    return {"actual_start": began, "actual_end": began + lasted}


def assessments(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of any status, some without a rating; the ST's own never counts as the session's rating."""
    random, found = Random(7), []
    for row in rows:
        if random.random() < (0.6 if row["status"] == "completed" else 0.3):
            rating = random.choices((None, 1, 2, 3, 4, 5), (10, 8, 12, 15, 25, 30))[0]
            found.append({"session_id": row["id"], "assessor": "student", "rating": rating})
        if random.random() < 0.3:
            found.append({"session_id": row["id"], "assessor": "st", "rating": random.choice((None, 1, 5))})
    return found


def held(rows: list[dict[str, Any]] | None = None) -> list[Held]:
    """Of the world's own rows, or of others with the same people and courses."""
    rows = sessions() if rows is None else rows
    given = {(row["session_id"], row["assessor"]): row["rating"] for row in assessments(rows)}
    return [
        Held(
            id=row["id"],
            creator_id=COURSES[row["course_id"]][1],
            course_id=row["course_id"],
            course_title=COURSES[row["course_id"]][0],
            student_id=row["student_id"],
            student_name=STUDENTS[row["student_id"]],
            st_id=row["st_id"],
            st_name=TEACHERS[row["st_id"]],
            start=row["scheduled_start"],
            end=row["scheduled_end"],
            actual=row["actual_end"] - row["actual_start"] if row["actual_end"] else None,
            status=row["status"],
            rating=given.get((row["id"], "student")),
            has_recording=row["recording_key"] is not None,
            dispute=row["dispute_status"],
            st_rating=given.get((row["id"], "st")),
        )
        for row in rows
    ]


def write_world(folder: Path, rows: list[dict[str, Any]] | None = None) -> Path:
    rows = sessions() if rows is None else rows
    people = CREATORS | TEACHERS | STUDENTS
    return write_export(
        folder,
        as_of=AS_OF,
        sessions=rows,
        users=[{"id": id_, "name": name} for id_, name in people.items()],
        courses=[{"id": id_, "title": title, "creator_id": owner} for id_, (title, owner) in COURSES.items()],
        enrollments=[{"id": "e1", "course_id": "k1", "student_id": "u00"}],
        session_assessments=assessments(rows),
    )
