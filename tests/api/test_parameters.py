"""Every parameter of the interface does what it says, checked on the rows that come back."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
import pytest

from tests.conftest import Served

SESSIONS = "/api/creators/all/sessions"
Row = dict[str, Any]


@pytest.fixture
def staff(demo: Served) -> httpx2.Client:
    return demo.as_staff()


def local(row: Row, zone: str) -> datetime:
    return datetime.fromisoformat(row["scheduled_start"]).astimezone(ZoneInfo(zone))


FILTERS: list[tuple[dict[str, Any], Callable[[Row], bool]]] = [
    ({}, lambda row: True),
    ({"status": "cancelled"}, lambda row: row["status"] == "cancelled"),
    ({"status": ["no_show", "scheduled"]}, lambda row: row["status"] in ("no_show", "scheduled")),
    ({"rating_min": 4}, lambda row: row["rating"] is not None and row["rating"] >= 4),
    ({"rating_max": 2}, lambda row: row["rating"] is not None and row["rating"] <= 2),
    ({"rating_min": 3, "rating_max": 3}, lambda row: row["rating"] == 3),
    ({"rating_min": 4, "rating_max": 3}, lambda row: False),
    ({"rated": "true"}, lambda row: row["rating"] is not None),
    ({"rated": "false"}, lambda row: row["rating"] is None),
    ({"flag": "low_rating"}, lambda row: row["status"] == "completed" and (row["rating"] or 5) <= 2),
    ({"flag": "dispute"}, lambda row: row["dispute_status"] is not None),
    ({"flag": ["overdue", "implausible_duration"]}, lambda row: row["overdue"] or row["implausible_duration"]),
    ({"flag": "no_recording"}, lambda row: row["status"] == "completed" and not row["has_recording"]),
    ({"from": "2026-11-01", "to": "2026-11-07", "tz": "Asia/Tokyo"},
     lambda row: "2026-11-01" <= local(row, "Asia/Tokyo").date().isoformat() <= "2026-11-07"),
    ({"from": "2026-11-01", "to": "2026-11-07"}, lambda row: "2026-11-01" <= row["scheduled_start"] < "2026-11-08"),
    ({"from": "2026-11-01T12:00:00Z", "to": "2026-11-02T12:00:00+00:00"},
     lambda row: "2026-11-01T12" <= row["scheduled_start"] < "2026-11-02T12"),
    ({"range": "today", "tz": "America/New_York"},
     lambda row: local(row, "America/New_York").date().isoformat() == "2026-11-24"),
    ({"range": "this_week"}, lambda row: "2026-11-23" <= row["scheduled_start"] < "2026-11-30"),
    ({"range": "last_7_days"}, lambda row: "2026-11-18" <= row["scheduled_start"] < "2026-11-25"),
    ({"range": "all"}, lambda row: True),
    ({"to": "2026-06-30"}, lambda row: row["scheduled_start"] < "2026-07-01"),
]  # fmt: skip


@pytest.mark.parametrize(("params", "holds"), FILTERS, ids=[str(params) for params, _ in FILTERS])
def test_a_filter_lets_through_exactly_the_rows_that_it_names(
    staff: httpx2.Client, demo_rows: list[Row], params: dict[str, Any], holds: Callable[[Row], bool]
) -> None:
    expected = [row["id"] for row in demo_rows if holds(row)]
    found = staff.get(SESSIONS, params={**params, "limit": 500}).json()
    stats = staff.get(f"{SESSIONS}/stats", params=params).json()
    assert [row["id"] for row in found["sessions"]] == expected[:500]
    assert found["pagination"]["total"] == stats["total_sessions"] == len(expected)


@pytest.mark.parametrize("field", ["course_id", "st_id", "student_id", "student_q"])
def test_a_filter_by_course_st_or_student_lets_through_theirs(
    staff: httpx2.Client, demo_rows: list[Row], field: str
) -> None:
    sample, key = demo_rows[5], {"course_id": "course", "st_id": "st"}.get(field, "student")
    attribute = "name" if field == "student_q" else "id"
    wanted = sample[key][attribute]
    found = staff.get(SESSIONS, params={field: wanted.upper() if field == "student_q" else wanted, "limit": 500})
    expected = [row["id"] for row in demo_rows if row[key][attribute] == wanted]
    assert [row["id"] for row in found.json()["sessions"]] == expected


def test_several_courses_are_any_of_them(staff: httpx2.Client, demo_rows: list[Row]) -> None:
    ids = sorted({row["course"]["id"] for row in demo_rows})[:3]
    found = staff.get(SESSIONS, params={"course_id": ids, "limit": 1}).json()
    assert found["pagination"]["total"] == sum(row["course"]["id"] in ids for row in demo_rows)


@pytest.mark.parametrize("limit", [1, 7, 50, 333, 500])
def test_pages_say_how_many_there_are_and_whether_more_come(
    staff: httpx2.Client, demo_rows: list[Row], limit: int
) -> None:
    last = -(-3000 // limit)
    for page in {1, 2, last, last + 1, 1_000_000_000}:
        found = staff.get(SESSIONS, params={"page": page, "limit": limit}).json()
        shown = demo_rows[(page - 1) * limit : page * limit]
        assert [row["id"] for row in found["sessions"]] == [row["id"] for row in shown]
        assert found["pagination"] == {"page": page, "limit": limit, "total": 3000, "has_more": page < last}


def test_without_page_and_limit_the_first_fifty_come(staff: httpx2.Client) -> None:
    found = staff.get(SESSIONS).json()
    assert (len(found["sessions"]), found["pagination"]["page"], found["pagination"]["limit"]) == (50, 1, 50)


@pytest.mark.parametrize("sort", ["duration", "rating", "scheduled_start"])
def test_an_order_and_its_opposite_both_put_what_is_missing_last(
    staff: httpx2.Client, demo_rows: list[Row], sort: str
) -> None:
    field = "actual_duration" if sort == "duration" else sort
    values = [row[field] for row in demo_rows]
    known = sorted(value for value in values if value is not None)
    missing = [None] * values.count(None)
    for order, expected in ((sort, known + missing), (f"-{sort}", known[::-1] + missing)):
        rows: list[Row] = []
        for page in range(1, 7):
            rows += staff.get(SESSIONS, params={"sort": order, "limit": 500, "page": page}).json()["sessions"]
        assert [row[field] for row in rows] == expected
        assert len({row["id"] for row in rows}) == 3000


def test_staff_ask_for_all_or_for_one_creator(staff: httpx2.Client, demo_rows: list[Row]) -> None:
    creators = {row["creator_id"] for row in demo_rows}
    totals = [staff.get(f"/api/creators/{id_}/sessions").json()["pagination"]["total"] for id_ in sorted(creators)]
    assert totals == [sum(row["creator_id"] == id_ for row in demo_rows) for id_ in sorted(creators)]
    for path in ("courses", "student-teachers"):
        options = staff.get(f"/api/creators/all/{path}").json()
        assert sum(option["sessions"] for option in options) == 3000
        assert len({option["id"] for option in options}) == len(options)


def test_a_creator_may_say_me_or_their_own_id(demo: Served, demo_rows: list[Row]) -> None:
    id_ = demo_rows[0]["creator_id"]
    client = demo.as_creator(id_)
    for path in (
        "sessions",
        "sessions/stats",
        "sessions/over-time",
        "sessions/upcoming",
        "sessions/upcoming/overview",
        "sessions/compare?range=last_7_days",
        "courses",
    ):
        assert client.get(f"/api/creators/me/{path}").json() == client.get(f"/api/creators/{id_}/{path}").json()
