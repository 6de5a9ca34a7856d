"""The seven addresses of the interface answer in the shapes that were agreed; more may be there, less never."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.conftest import NOW, Served

TEXT, NUMBER, FLAG = (str,), (int, float), (bool,)
NULL = type(None)
PERSON = {"id": TEXT, "name": TEXT, "avatar": (str, NULL)}
COURSE = {"id": TEXT, "title": TEXT}
ROW = {
    "id": TEXT, "scheduled_start": TEXT, "actual_duration": (*NUMBER, NULL), "status": TEXT, "course": COURSE,
    "student": PERSON, "st": PERSON, "rating": (int, NULL), "has_recording": FLAG,
}  # fmt: skip
PAGE = {"sessions": [ROW], "pagination": {"page": (int,), "limit": (int,), "total": (int,), "has_more": FLAG}}
FEEDBACK = {"rating": (int, NULL), "comment": (str, NULL)}
DETAIL = {
    "id": TEXT, "scheduled_start": TEXT, "scheduled_end": TEXT, "actual_start": (str, NULL), "actual_end": (str, NULL),
    "status": TEXT, "course": COURSE, "student": PERSON, "st": PERSON, "student_feedback": (FEEDBACK, NULL),
    "st_feedback": (FEEDBACK, NULL), "notes": (str, NULL), "has_recording": FLAG, "recording_url": (str, NULL),
    "dispute": ({"status": TEXT, "reason": (str, NULL)}, NULL),
}  # fmt: skip
OVERVIEW = {
    "total": (int,), "conflicts": (int,), "days": [{"day": TEXT, "sessions": (int,), "conflicts": (int,)}],
    "conflict_groups_total": (int,), "idle_sts": [{"st": PERSON, "last_start": TEXT, "sessions": (int,)}],
    "idle_sts_total": (int,),
}  # fmt: skip
STATS = {
    "total_sessions": (int,), "completed": (int,), "cancelled": (int,), "no_show": (int,), "avg_duration": NUMBER,
    "avg_rating": NUMBER, "completion_rate": NUMBER,
    "by_st": [{"st": {"id": TEXT, "name": TEXT}, "sessions": (int,), "avg_rating": (*NUMBER, NULL)}],
}  # fmt: skip


def assert_shaped(value: Any, shape: Any, where: str = "body") -> None:
    """`shape` is a type, a tuple of those allowed, a dict of what must be there, or a list of one shape."""
    if isinstance(shape, dict):
        assert isinstance(value, dict), f"{where}: {value!r}"
        assert set(shape) <= set(value), f"{where} lacks {set(shape) - set(value)}"
        for name, inner in shape.items():
            assert_shaped(value[name], inner, f"{where}.{name}")
    elif isinstance(shape, list):
        assert isinstance(value, list), f"{where}: {value!r}"
        assert value, f"{where} is empty: this shows nothing"
        for number, item in enumerate(value):
            assert_shaped(item, shape[0], f"{where}[{number}]")
    elif isinstance(shape[0], dict):
        assert_shaped(value, (NULL,) if value is None else shape[0], where)
    else:
        assert type(value) in shape, f"{where}: {value!r} is none of {shape}"


@pytest.fixture
def creator(demo: Served, demo_rows: list[dict[str, Any]]) -> httpx2.Client:
    """The creator of the newest session."""
    return demo.as_creator(demo_rows[0]["creator_id"])


def ask(client: httpx2.Client, path: str, **params: Any) -> Any:
    answer = client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert "no-" in answer.headers["cache-control"]
    return answer.json()


def test_the_list_of_sessions(creator: httpx2.Client) -> None:
    found = ask(creator, "/api/creators/me/sessions", limit=500)
    assert_shaped(found, PAGE)
    assert {row["status"] for row in found["sessions"]} == {"completed", "scheduled", "cancelled", "no_show"}


def test_upcoming_sessions_the_next_one_first(creator: httpx2.Client) -> None:
    found = ask(creator, "/api/creators/me/sessions/upcoming", limit=500)
    assert_shaped(found, {**PAGE, "sessions": [{**ROW, "conflict": FLAG}]})
    starts = [datetime.fromisoformat(row["scheduled_start"]) for row in found["sessions"]]
    assert starts == sorted(starts)
    assert min(starts) > NOW - timedelta(hours=12)
    assert {row["status"] for row in found["sessions"]} == {"scheduled"}


def test_what_is_to_come_by_day_who_is_booked_twice_and_who_has_nothing_booked(
    demo: Served, creator: httpx2.Client
) -> None:
    assert_shaped(ask(demo.as_staff(), "/api/creators/all/sessions/upcoming/overview"), OVERVIEW)
    found = ask(creator, "/api/creators/me/sessions/upcoming/overview", tz="Asia/Kathmandu")
    rows = ask(creator, "/api/creators/me/sessions/upcoming", limit=500)["sessions"]
    assert found["total"] == len(rows) == sum(day["sessions"] for day in found["days"])
    twice = [row for row in rows if row["conflict"]]
    assert found["conflicts"] == len(twice) == sum(day["conflicts"] for day in found["days"])
    grouped = [row for group in found["conflict_groups"] for row in group["sessions"]]
    assert sorted(grouped, key=lambda row: row["id"]) == sorted(twice, key=lambda row: row["id"])
    assert found["conflict_groups_total"] == len(found["conflict_groups"])
    booked = {row["st"]["id"] for row in rows}
    assert not booked & {idle["st"]["id"] for idle in found["idle_sts"]}


def test_every_session_in_full(creator: httpx2.Client) -> None:
    rows = ask(creator, "/api/creators/me/sessions", limit=500)["sessions"]
    details = [ask(creator, f"/api/creators/me/sessions/{row['id']}") for row in rows[:150]]
    for row, detail in zip(rows, details, strict=False):
        assert_shaped(detail, DETAIL)
        same = ("id", "scheduled_start", "actual_duration", "status", "course", "student", "st", "has_recording")
        assert {name: detail[name] for name in same} == {name: row[name] for name in same}
        assert (detail["recording_url"] is not None) == row["has_recording"]
        assert (detail["student_feedback"] or {"rating": None})["rating"] == row["rating"]
    for name in ("student_feedback", "st_feedback", "dispute", "notes", "recording_url", "actual_start"):
        assert {detail[name] is None for detail in details} == {True, False}, f"{name} is always or never null"


def test_figures_of_all_time_where_no_range_is_asked_for(creator: httpx2.Client) -> None:
    found = ask(creator, "/api/creators/me/sessions/stats")
    total = ask(creator, "/api/creators/me/sessions", limit=1)["pagination"]["total"]
    assert_shaped(found, STATS)
    assert found["total_sessions"] == total == sum(st["sessions"] for st in found["by_st"])
    assert total == found["completed"] + found["cancelled"] + found["no_show"] + found["scheduled"]
    assert (found["start"], found["end"], found["previous"], found["changes"]) == (None, None, None, None)


def test_figures_of_nothing_are_null_and_not_zero(creator: httpx2.Client) -> None:
    found = ask(creator, "/api/creators/me/sessions/stats", to="1999-12-31")
    assert set(STATS) <= set(found)
    assert [found[name] for name in ("avg_duration", "avg_rating", "completion_rate")] == [None] * 3
    assert (found["total_sessions"], found["by_st"]) == (0, [])


def test_a_recording_is_an_address_and_when_it_ends(demo: Served, creator: httpx2.Client) -> None:
    rows = ask(creator, "/api/creators/me/sessions", limit=500)["sessions"]
    recorded = next(row for row in rows if row["has_recording"])
    found = ask(creator, f"/api/sessions/{recorded['id']}/recording")
    assert_shaped(found, {"url": TEXT, "expires_at": TEXT})
    left = datetime.fromisoformat(found["expires_at"]) - datetime.now(NOW.tzinfo)
    assert timedelta(minutes=59) < left <= timedelta(hours=1)
    played = creator.get(urlsplit(found["url"]).path)
    assert (played.status_code, played.headers["content-type"]) == (200, "video/webm")
    assert creator.get(urlsplit(found["url"]).path[:-1]).status_code == 403


def test_a_session_without_a_recording_has_no_link(creator: httpx2.Client) -> None:
    rows = ask(creator, "/api/creators/me/sessions", limit=500)["sessions"]
    unrecorded = next(row for row in rows if not row["has_recording"])
    answer = creator.get(f"/api/sessions/{unrecorded['id']}/recording")
    assert (answer.status_code, answer.json()["detail"]) == (404, "Recording not available")


def test_courses_and_student_teachers_to_filter_by(creator: httpx2.Client) -> None:
    courses = ask(creator, "/api/creators/me/courses")
    student_teachers = ask(creator, "/api/creators/me/student-teachers")
    assert_shaped(courses, [COURSE])
    assert_shaped(student_teachers, [PERSON])
    for field, options in (("course_id", courses), ("st_id", student_teachers)):
        for option in options:
            found = ask(creator, "/api/creators/me/sessions", limit=1, **{field: option["id"]})
            assert found["pagination"]["total"] == option["sessions"]


def test_figures_over_time_add_up_to_the_list(creator: httpx2.Client) -> None:
    for params in ({}, {"range": "last_30_days"}, {"range": "last_12_weeks"}):
        found = ask(creator, "/api/creators/me/sessions/over-time", **params)
        total = ask(creator, "/api/creators/me/sessions", limit=1, **params)["pagination"]["total"]
        assert sum(bucket["total_sessions"] for bucket in found["buckets"]) == total > 0
