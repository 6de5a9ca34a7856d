"""Whatever is wrong is told as a problem document that names the field, and nothing is ever a 500."""

from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.conftest import Served
from tests.queries.asking import QUERIES

ADDRESSES = (
    "/api/creators/all/sessions",
    "/api/creators/all/sessions/upcoming",
    "/api/creators/all/sessions/stats",
    "/api/creators/all/sessions/over-time",
    "/api/creators/all/sessions/upcoming/overview",
)


def assert_problem(answer: httpx2.Response, status: int, field: str | None = None) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert {"type", "title", "status", "detail"} <= set(problem)
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert problem.get("field") == field
    if field is not None:
        assert problem["detail"].startswith(f"{field}: ")


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"colour": "red"}, "colour"), ({"path": "1"}, "path"), ({"query": "1"}, "query"),
        ({"from_": "2026-11-01"}, "from_"), ({"creator_id": "c1"}, "creator_id"),
        ({"from": "yesterday"}, "from"), ({"to": "2026-11-01T09:00"}, "to"), ({"to": "2026-02-30"}, "to"),
        ({"from": "2026-11-02", "to": "2026-11-01"}, "from"), ({"from": "2026-11-02", "range": "today"}, "range"),
        ({"tz": "Mars/Olympus"}, "tz"), ({"status": "done"}, "status"), ({"status": ["completed", "x"]}, "status"),
        ({"flag": "late"}, "flag"), ({"rating_min": 0}, "rating_min"), ({"rating_max": 6}, "rating_max"),
        ({"rated": "perhaps"}, "rated"), ({"range": "yesterday"}, "range"), ({"student_q": "a" * 201}, "student_q"),
    ],
)  # fmt: skip
def test_a_parameter_that_cannot_be_understood_is_422_by_its_name(
    demo: Served, address: str, params: dict[str, Any], field: str
) -> None:
    assert_problem(demo.as_staff().get(address, params=params), 422, field)


@pytest.mark.parametrize("address", ADDRESSES[:2])
@pytest.mark.parametrize(
    "params", [{"limit": 0}, {"limit": 501}, {"limit": "all"}, {"page": 0}, {"page": "x"}, {"sort": "name"}]
)
def test_a_page_limit_or_order_that_there_is_not_is_422(demo: Served, address: str, params: dict[str, Any]) -> None:
    assert_problem(demo.as_staff().get(address, params=params), 422, next(iter(params)))


@pytest.mark.parametrize("address", ADDRESSES[2:])
def test_figures_have_no_pages_and_no_order(demo: Served, address: str) -> None:
    for name, value in (("page", 1), ("limit", 50), ("sort", "rating")):
        assert_problem(demo.as_staff().get(address, params={name: value}), 422, name)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("field", ["course_id", "st_id", "student_id"])
@pytest.mark.parametrize("value", ["nobody", "", "'; DROP TABLE sessions; --", "a\0b", "%"])
def test_an_unknown_id_is_404_by_its_field(demo: Served, address: str, field: str, value: str) -> None:
    assert_problem(demo.as_staff().get(address, params={field: value}), 404, field)


@pytest.mark.parametrize("value", ["nobody", "%00", "null", quote("ü"), "%ff", "x" * 2000])
def test_an_unknown_session_or_creator_is_404(demo: Served, value: str) -> None:
    staff = demo.as_staff()
    assert_problem(staff.get(f"/api/creators/all/sessions/{value}"), 404, "session_id")
    assert_problem(staff.get(f"/api/sessions/{value}/recording"), 404, "session_id")
    for address in (*ADDRESSES, "/api/creators/all/courses", "/api/creators/all/student-teachers"):
        assert_problem(staff.get(address.replace("all", value)), 404, "creator_id")


def test_what_is_not_there_or_not_allowed_is_a_problem_document_too(demo: Served) -> None:
    assert_problem(demo.as_staff().get("/api/nothing"), 404)
    assert_problem(demo.as_staff().get("/api/creators/all"), 404)
    not_allowed = demo.as_staff().delete(ADDRESSES[0])
    assert_problem(not_allowed, 405)
    assert not_allowed.headers["allow"] == "GET"
    assert_problem(demo.as_nobody().get(ADDRESSES[0]), 401)


@pytest.mark.parametrize(
    "params", ["page=1&page=2", "tz=UTC&tz=UTC", "from=2026-01-01&from=2026-01-02", "student_q=a&student_q=b"]
)
def test_a_parameter_of_one_value_given_twice_is_422(demo: Served, params: str) -> None:
    assert_problem(demo.as_staff().get(f"{ADDRESSES[0]}?{params}"), 422, params.partition("=")[0])


@pytest.mark.parametrize(
    "address",
    [
        "/api/creators/all/courses",
        "/api/creators/all/student-teachers",
        "/api/creators/all/sessions/{}",
        "/api/sessions/{}/recording",
    ],
)
def test_an_unknown_parameter_is_422_where_there_are_none_at_all(
    demo: Served, demo_rows: list[dict[str, Any]], address: str
) -> None:
    recorded = next(row["id"] for row in demo_rows if row["has_recording"])
    assert_problem(demo.as_staff().get(address.format(recorded), params={"colour": "red"}), 422, "colour")


@settings(max_examples=250, deadline=None)
@given(query=QUERIES, address=st.sampled_from(ADDRESSES))
@example(query="from=1900-01-01&to=9000-01-01", address=ADDRESSES[2])
@example(query="from=1900-01-01&to=9000-01-01", address=ADDRESSES[3])
@example(query="page=1000000000&limit=500", address=ADDRESSES[0])
@example(query="student_q=%ff%fe", address=ADDRESSES[0])
def test_no_query_makes_the_server_fail(demo: Served, query: str, address: str) -> None:
    answer = demo.as_staff().get(f"{address}?{quote(query, safe='=&%')}")
    assert answer.status_code in (200, 404, 422), answer.text
    if answer.status_code != 200:
        assert_problem(answer, answer.status_code, answer.json()["field"])
