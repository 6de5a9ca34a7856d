"""What a creator can get at of another's through REST: nothing, in any answer, whatever they ask."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.conftest import Served
from tests.two_creators import SECRET_IDS, SESSIONS

QUERIES = ("sessions", "sessions/upcoming", "sessions/stats", "sessions/over-time", "sessions/upcoming/overview",
           "sessions/compare")  # fmt: skip
OWN_SESSION = next(row["id"] for row in SESSIONS if row["course_id"] == "course-a" and row["recording_key"])
NARROWINGS: tuple[dict[str, Any], ...] = (
    {},
    *({field: id_} for field, id_ in SECRET_IDS.items() if field != "session_id"),
    {"course_id": ["course-a", "course-secret"]},
    {"st_id": ["st-both", "st-secret"]},
    {"course_id": "course-secret-empty"},
    {"st_id": "st-both"},
    {"student_id": "student-both"},
    {"student_q": "secret"},
    {"student_q": "s"},
    {"status": ["completed", "cancelled", "no_show", "scheduled"]},
    {"rating_max": 2},
    {"rating_min": 1},
    {"rated": "true"},
    {"rated": "false"},
    {"flag": ["low_rating", "dispute", "overdue", "implausible_duration", "no_recording"]},
    {"from": "2000-01-01", "to": "2030-01-01"},
    {"range": "all"},
    {"range": "this_month"},
    {"tz": "Asia/Tokyo"},
    {"creator_id": "bela"},
    {"creator": "bela"},
    {"all_creators": "true"},
    {"scope": "all"},
)


@pytest.fixture(scope="module")
def anna(two_creators: Served) -> httpx2.Client:
    return two_creators.as_creator("anna")


def values(params: dict[str, Any]) -> Iterator[str]:
    for value in params.values():
        yield from [value] if isinstance(value, str) else map(str, value if isinstance(value, list) else [value])


def assert_no_secret(answer: httpx2.Response, params: dict[str, Any]) -> None:
    """What was asked for may be said back; nothing else of Bela's may be there."""
    text = answer.text.lower()
    for value in values(params):
        text = text.replace(value.lower(), "")
    assert "secret" not in text
    assert "bela" not in text


@pytest.mark.parametrize("path", QUERIES)
@pytest.mark.parametrize("params", NARROWINGS, ids=str)
def test_no_question_gets_at_anothers_rows_ids_or_names(anna: httpx2.Client, path: str, params: dict[str, Any]) -> None:
    answer = anna.get(f"/api/creators/me/{path}", params=params)
    assert answer.status_code in (200, 404, 422)
    assert_no_secret(answer, params)


@pytest.mark.parametrize(
    "path", [*QUERIES, "courses", "student-teachers", "students?q=e", f"sessions/{SECRET_IDS['session_id']}"]
)
@pytest.mark.parametrize("creator", ["bela", "all", "nobody"])
def test_no_scope_in_the_address_is_wider_than_the_viewer(anna: httpx2.Client, path: str, creator: str) -> None:
    answer = anna.get(f"/api/creators/{creator}/{path}")
    assert answer.status_code == 403
    assert_no_secret(answer, {})


@pytest.mark.parametrize(
    "path", ["courses", "student-teachers", "students?q=e", "students?q=secret", f"sessions/{OWN_SESSION}"]
)
def test_no_option_list_or_detail_names_anything_of_another(anna: httpx2.Client, path: str) -> None:
    answer = anna.get(f"/api/creators/me/{path}")
    assert answer.status_code == 200
    assert_no_secret(answer, {})


@pytest.mark.parametrize("sort", ["scheduled_start", "-rating", "course", "student", "st"])
def test_no_order_or_page_goes_beyond_the_viewers_rows(anna: httpx2.Client, sort: str) -> None:
    for page in (1, 2, 3, 4, 5):
        answer = anna.get("/api/creators/me/sessions", params={"sort": sort, "limit": 4, "page": page})
        assert answer.json()["pagination"]["total"] == 10
        assert len(answer.json()["sessions"]) == (4, 4, 2, 0, 0)[page - 1]
        assert_no_secret(answer, {})


@pytest.mark.parametrize("address", ["/api/creators/me/sessions/{}", "/api/sessions/{}/recording"])
def test_anothers_session_is_refused_in_the_words_for_one_that_there_is_not(anna: httpx2.Client, address: str) -> None:
    for row in SESSIONS:
        if row["course_id"] == "course-secret":
            answer, unknown = anna.get(address.format(row["id"])), anna.get(address.format("nothing"))
            assert answer.status_code == unknown.status_code == 404
            assert answer.text.replace(row["id"], "nothing") == unknown.text


@pytest.mark.parametrize("path", QUERIES)
@pytest.mark.parametrize("field", ["course_id", "st_id", "student_id"])
def test_anothers_id_is_refused_in_the_words_for_one_that_there_is_not(
    anna: httpx2.Client, path: str, field: str
) -> None:
    secret = SECRET_IDS[field]
    answer = anna.get(f"/api/creators/me/{path}", params={field: secret})
    unknown = anna.get(f"/api/creators/me/{path}", params={field: "nothing"})
    assert answer.status_code == unknown.status_code == 404
    assert answer.text.replace(secret, "nothing") == unknown.text


@pytest.mark.parametrize("field", ["course_id", "st_id"])
def test_anothers_id_is_no_side_of_a_comparison(anna: httpx2.Client, field: str) -> None:
    secret = SECRET_IDS[field]
    answer = anna.get("/api/creators/me/sessions/compare", params={"range": "all", f"vs_{field}": secret})
    unknown = anna.get("/api/creators/me/sessions/compare", params={"range": "all", f"vs_{field}": "nothing"})
    assert answer.status_code == unknown.status_code == 404
    assert answer.json()["field"] == f"vs_{field}"
    assert answer.text.replace(secret, "nothing") == unknown.text


@pytest.mark.parametrize(
    "other",
    [{"vs_range": "all"}, {"vs_range": "year_before"}, {"vs_st_id": "st-both"}, {"vs_without": "st_id"}],
    ids=str,
)
def test_neither_side_of_a_comparison_goes_beyond_the_viewers_rows(
    anna: httpx2.Client, two_creators: Served, other: dict[str, str]
) -> None:
    params = {"from": "2026-11-01", "to": "2027-01-31", "st_id": ["st-a", "st-both"], **other}
    found = anna.get("/api/creators/me/sessions/compare", params=params)
    everybody = two_creators.as_staff().get("/api/creators/all/sessions/compare", params=params | {"st_id": []})
    assert found.status_code == everybody.status_code == 200
    assert_no_secret(found, {})
    assert found.json()["a"]["total_sessions"] == 10
    assert found.json()["b"]["total_sessions"] <= 10
    assert everybody.json()["a"]["total_sessions"] == 20


def test_a_shared_st_counts_with_the_viewers_own_sessions_only(anna: httpx2.Client, two_creators: Served) -> None:
    own = sum(row["st_id"] == "st-both" and row["course_id"] == "course-a" for row in SESSIONS)
    options = {option["id"]: option for option in anna.get("/api/creators/me/student-teachers").json()}
    by_st = {st["st"]["id"]: st for st in anna.get("/api/creators/me/sessions/stats").json()["by_st"]}
    assert options["st-both"]["sessions"] == by_st["st-both"]["sessions"] == own
    assert by_st["st-both"]["avg_rating"] == 4
    everybody = two_creators.as_staff().get("/api/creators/all/sessions/stats").json()["by_st"]
    assert {st["st"]["id"]: st["sessions"] for st in everybody}["st-both"] == 2 * own


def test_the_secrets_are_there_for_those_who_may_see_them(two_creators: Served) -> None:
    for client, creator in ((two_creators.as_creator("bela"), "me"), (two_creators.as_staff(), "all")):
        for path in ("sessions", "sessions/stats", "courses", "student-teachers", "sessions/session-secret-1"):
            assert "secret" in client.get(f"/api/creators/{creator}/{path}").text.lower()
