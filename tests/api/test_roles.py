"""Who may ask what: creators for their own, operations for all, analysts for all but what people wrote and recorded."""

from typing import Any

import pytest

from auth.viewer import Role
from tests.conftest import Served

Row = dict[str, Any]
ADDRESSES = (
    "sessions", "sessions/upcoming", "sessions/upcoming/overview", "sessions/stats", "sessions/over-time", "courses",
    "student-teachers",
)  # fmt: skip


@pytest.fixture
def told(demo: Served, demo_rows: list[Row]) -> list[Row]:
    """Details, as operations see them, of sessions about which something was written or recorded."""
    staff = demo.as_staff()
    marked = [row for row in demo_rows if row["dispute_status"] or (row["rating"] and row["has_recording"])]
    details = [staff.get(f"/api/creators/all/sessions/{row['id']}").json() for row in marked[:60]]
    for part in ("notes", "dispute", "student_feedback", "st_feedback", "recording_url"):
        assert any(detail[part] for detail in details)
    assert any((detail["dispute"] or {}).get("reason") for detail in details)
    return details


def test_an_analyst_sees_all_figures_and_rows(demo: Served) -> None:
    for path in ADDRESSES:
        answers = [demo.as_staff(role).get(f"/api/creators/all/{path}") for role in (Role.OPERATIONS, Role.ANALYST)]
        assert answers[0].status_code == answers[1].status_code == 200
        assert answers[0].json() == answers[1].json()


def test_an_analyst_gets_nothing_that_people_wrote_or_recorded(demo: Served, told: list[Row]) -> None:
    analyst = demo.as_staff(Role.ANALYST)
    for full in told:
        answer = analyst.get(f"/api/creators/{full['creator']['id']}/sessions/{full['id']}")
        seen = answer.json()
        assert (seen["notes"], seen["recording_url"]) == (None, None)
        assert (seen["dispute"] or {}).get("reason") is None
        for part in ("student_feedback", "st_feedback"):
            assert (seen[part] or {}).get("comment") is None
            assert (seen[part] or {}).get("rating") == (full[part] or {}).get("rating")
        assert seen["has_recording"] == full["has_recording"]
        written = [full["notes"], *((full[part] or {}).get(key) for part, key in
                   (("dispute", "reason"), ("student_feedback", "comment"), ("st_feedback", "comment")))]  # fmt: skip
        assert not [text for text in written if text and text in answer.text]


def test_an_analyst_may_watch_no_recording(demo: Served, told: list[Row]) -> None:
    for id_ in (told[0]["id"], next(full["id"] for full in told if full["recording_url"]), "nothing"):
        answer = demo.as_staff(Role.ANALYST).get(f"/api/sessions/{id_}/recording")
        assert answer.status_code == 403
        assert answer.json()["title"] == "Forbidden"
        assert "url" not in answer.json()


@pytest.mark.parametrize("role", [Role.OPERATIONS, Role.ANALYST])
@pytest.mark.parametrize("path", [*ADDRESSES, "sessions/ses_0000d12d"])
def test_staff_have_no_sessions_of_their_own(demo: Served, role: Role, path: str) -> None:
    answer = demo.as_staff(role).get(f"/api/creators/me/{path}")
    assert answer.status_code == 403
    assert "staff" in answer.json()["detail"]


@pytest.mark.parametrize("path", [*ADDRESSES, "sessions/ses_0000d12d"])
def test_a_creator_who_asks_for_another_is_refused_whether_or_not_there_is_one(
    demo: Served, demo_rows: list[Row], path: str
) -> None:
    own, other = sorted({row["creator_id"] for row in demo_rows})[:2]
    client = demo.as_creator(own)
    answers = [client.get(f"/api/creators/{creator}/{path}") for creator in (other, "nobody", "all", "%20", "ME")]
    assert {answer.status_code for answer in answers} == {403}
    assert len({answer.text for answer in answers}) == 1
    assert other not in answers[0].text


def test_somebody_who_is_no_creator_sees_nothing(demo: Served) -> None:
    client = demo.as_creator("just anybody")
    assert client.get("/api/creators/me/sessions").json()["pagination"]["total"] == 0
    assert client.get("/api/creators/me/sessions/stats").json()["total_sessions"] == 0
    assert client.get("/api/creators/me/courses").json() == []


@pytest.mark.parametrize("path", [f"/api/creators/me/{path}" for path in ADDRESSES] + ["/api/sessions/x/recording"])
def test_nobody_gets_in_without_signing_in(demo: Served, path: str) -> None:
    answer = demo.as_nobody().get(path)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
