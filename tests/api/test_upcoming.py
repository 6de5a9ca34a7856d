"""Two creators book the same Student-Teacher for the same hour: staff are told, and neither of them is."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import NOW, Served, served
from tests.exports import session, write_export
from tests.two_creators import TABLES

HOUR = timedelta(hours=1)
OVERVIEW = "/api/creators/{}/sessions/upcoming/overview"
SAM = {"id": "st-both", "name": "Sam Shared", "avatar": "/avatars/face.png"}


def coming(id_: str, course: str, hours: float, **changes: Any) -> dict[str, Any]:
    start = NOW + hours * HOUR
    times = {"scheduled_start": start, "scheduled_end": start + HOUR, "status": "scheduled"}
    people = {"student_id": "student-both", "st_id": "st-both", "enrollment_id": None}
    return session(1, id=id_, course_id=course, **people, **times) | changes


SESSIONS = [
    coming("a-1", "course-a", 1),
    coming("a-2", "course-a", 3),
    coming("a-3", "course-a", 3.5),
    coming("a-4", "course-a", -48, st_id="st-a", status="completed"),
    coming("b-1", "course-secret", 1.5),
    coming("b-2", "course-secret", -50, st_id="st-both", status="completed"),
    coming("b-3", "course-secret", -49, st_id="st-secret", status="no_show"),
]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("upcoming")
    tables = TABLES | {"sessions": SESSIONS, "session_assessments": []}
    with served(folder / "data", NOW, export=str(write_export(folder / "export", as_of=NOW, **tables))) as running:
        yield running


def test_a_creator_is_told_of_their_own_conflicts_alone(app: Served) -> None:
    anna = app.as_creator("anna")
    rows = anna.get("/api/creators/me/sessions/upcoming").json()["sessions"]
    assert {row["id"]: row["conflict"] for row in rows} == {"a-1": False, "a-2": True, "a-3": True}
    answer = anna.get(OVERVIEW.format("me"))
    assert answer.json() == {
        "total": 3,
        "conflicts": 2,
        "days": [{"day": "2026-11-24", "sessions": 3, "conflicts": 2}],
        "conflict_groups": [{"st": SAM, "total": 2, "sessions": rows[1:]}],
        "conflict_groups_total": 1,
        "idle_sts": [
            {
                "st": {"id": "st-a", "name": "Tove", "avatar": "/avatars/face.png"},
                "last_start": "2026-11-22T10:42:00Z",
                "sessions": 1,
            }
        ],
        "idle_sts_total": 1,
    }
    assert "ecret" not in answer.text
    other = app.as_creator("bela").get(OVERVIEW.format("me")).json()
    assert (other["total"], other["conflicts"], other["conflict_groups"]) == (1, 0, [])
    assert [idle["st"]["id"] for idle in other["idle_sts"]] == ["st-secret"]


def test_staff_are_told_of_a_conflict_between_two_creators_and_of_one_creators_as_the_creator_is(app: Served) -> None:
    staff = app.as_staff()
    found = staff.get(OVERVIEW.format("all")).json()
    assert [[row["id"] for row in group["sessions"]] for group in found["conflict_groups"]] == [
        ["a-1", "b-1"], ["a-2", "a-3"],
    ]  # fmt: skip
    narrowed = staff.get(OVERVIEW.format("all"), params={"course_id": "course-secret"}).json()
    assert (narrowed["total"], narrowed["conflicts"], narrowed["conflict_groups_total"]) == (1, 1, 1)
    for creator in ("anna", "bela"):
        own = app.as_creator(creator).get(OVERVIEW.format("me")).json()
        assert staff.get(OVERVIEW.format(creator)).json() == own


def test_days_are_those_of_the_zone(app: Served) -> None:
    def days(zone: str) -> list[str]:
        found = app.as_creator("anna").get(OVERVIEW.format("me"), params={"tz": zone}).json()["days"]
        return [f"{day['day']}: {day['sessions']}, {day['conflicts']}" for day in found]

    assert days("Pacific/Auckland") == ["2026-11-25: 3, 2"]
    assert days("Asia/Kamchatka") == ["2026-11-24: 1, 0", "2026-11-25: 2, 2"]
