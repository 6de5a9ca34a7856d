"""The description of the interface: complete, and sound in itself."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from queries.filters import FilterParams
from queries.review_models import ReviewAction
from tests.conftest import Served

ADDRESSES = (
    "/api/creators/{creator}/sessions",
    "/api/creators/{creator}/sessions/{session_id}",
    "/api/creators/{creator}/sessions/upcoming",
    "/api/creators/{creator}/sessions/upcoming/overview",
    "/api/creators/{creator}/sessions/stats",
    "/api/creators/{creator}/sessions/compare",
    "/api/sessions/{session_id}/recording",
    "/api/creators/{creator}/courses",
    "/api/creators/{creator}/student-teachers",
    "/api/downloads",
    "/api/downloads/{download_id}",
    "/api/reviews",
    "/api/reviews/reviewers",
    "/api/sessions/{session_id}/review",
    "/api/views",
)
FILTERS = {field.alias or name for name, field in FilterParams.model_fields.items()}
AGAINST = {"vs_range", "vs_from", "vs_to", "vs_course_id", "vs_st_id", "vs_without"}
PAGES = {"page", "limit", "sort"}
WISH = {"action", "outcome", "note", "assignee", "request"}


@pytest.fixture(scope="module")
def openapi(demo: Served) -> dict[str, Any]:
    answer = demo.as_staff().get("/api/openapi.json")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    found: dict[str, Any] = answer.json()
    return found


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for inner in node.values():
            yield from references(inner)
    if isinstance(node, list):
        for inner in node:
            yield from references(inner)


def operations(openapi: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in openapi["paths"].items():
        for operation in methods.values():
            yield path, operation


def test_it_is_an_openapi_document_and_every_reference_in_it_resolves(openapi: dict[str, Any]) -> None:
    assert openapi["openapi"].startswith("3.1")
    assert {"title", "version"} <= set(openapi["info"])
    for reference in references(openapi):
        assert reference.startswith("#/")
        node = openapi
        for part in reference[2:].split("/"):
            node = node[part]
        assert node


def test_every_operation_is_sound(openapi: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, operation in operations(openapi)]
    assert len(names) == len(set(names))
    for path, operation in operations(openapi):
        given = operation.get("parameters", [])
        in_path = {parameter["name"] for parameter in given if parameter["in"] == "path"}
        assert in_path == set(re.findall(r"{(\w+)}", path))
        assert all(parameter["required"] for parameter in given if parameter["in"] == "path")
        assert all({"name", "in", "schema"} <= set(parameter) for parameter in given)
        assert all(response["description"] for response in operation["responses"].values())


def test_all_addresses_of_the_page_are_described_with_their_errors(openapi: dict[str, Any]) -> None:
    assert set(ADDRESSES) <= set(openapi["paths"])
    for path in ADDRESSES:
        operation = openapi["paths"][path]["get"]
        assert operation["description"]
        assert {"200", "401", "403", "404", "422", "503"} <= set(operation["responses"])
        assert operation["responses"]["200"]["content"]["application/json"]["schema"]
        for status in ("403", "404", "422"):
            assert "application/problem+json" in operation["responses"][status]["content"]


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("/api/creators/{creator}/sessions", FILTERS | PAGES),
        ("/api/creators/{creator}/sessions/upcoming", FILTERS | PAGES),
        ("/api/creators/{creator}/sessions/upcoming/overview", FILTERS),
        ("/api/creators/{creator}/sessions/stats", FILTERS),
        ("/api/creators/{creator}/sessions/over-time", FILTERS),
        ("/api/creators/{creator}/sessions/compare", FILTERS | AGAINST),
        ("/api/creators/{creator}/sessions/{session_id}", set()),
        ("/api/creators/{creator}/courses", set()),
        ("/api/sessions/{session_id}/recording", set()),
        ("/api/creators/{creator}/sessions/export", FILTERS | {"format", "table", "bom", "sort", "column"}),
        ("/api/creators/{creator}/sessions/export/sql", FILTERS | {"sort", "column"}),
        ("/api/downloads", set()),
        ("/api/downloads/{download_id}", set()),
        ("/api/downloads/{download_id}/file", set()),
        ("/api/reviews", FILTERS | {"creator", "reason", "state", "assignee", "page", "limit"}),
        ("/api/reviews/reviewers", set()),
        ("/api/sessions/{session_id}/review", set()),
        ("/api/views", set()),
    ],
)
def test_every_parameter_is_described_by_its_name_on_the_wire(
    openapi: dict[str, Any], path: str, parameters: set[str]
) -> None:
    described = openapi["paths"][path]["get"].get("parameters", [])
    queried = {parameter["name"]: parameter for parameter in described if parameter["in"] == "query"}
    assert set(queried) == parameters
    assert all(parameter["description"] for parameter in queried.values())
    assert "from_" not in queried


def test_what_a_client_may_keep_is_described_with_its_304(openapi: dict[str, Any]) -> None:
    unchanged = {path for path, operation in operations(openapi) if "304" in operation["responses"]}
    creators = "/api/creators/{creator}"
    lists = {f"{creators}/{name}" for name in ("sessions", "courses", "student-teachers", "students")}
    figures = {f"{creators}/sessions/{name}" for name in ("stats", "over-time", "compare")}
    coming = {f"{creators}/sessions/upcoming", f"{creators}/sessions/upcoming/overview", "/api/calendar/{token}.ics"}
    assert unchanged == lists | figures | coming


@pytest.mark.parametrize(
    ("path", "fields", "needed"),
    [
        ("/api/reviews", WISH | {"items"}, {"action", "items"}),
        ("/api/sessions/{session_id}/review", WISH | {"version", "evidence"}, {"action", "version"}),
    ],
)
def test_a_decision_is_described_with_all_that_it_may_hold_and_how_it_is_refused(
    openapi: dict[str, Any], path: str, fields: set[str], needed: set[str]
) -> None:
    operation = openapi["paths"][path]["post"]
    assert operation["description"]
    shape = operation["requestBody"]["content"]["application/json"]["schema"]
    assert (set(shape["properties"]), set(shape["required"])) == (fields, needed)
    assert set(shape["properties"]["action"]["enum"]) == set(ReviewAction)
    assert {"200", "401", "403", "404", "422", "503"} <= set(operation["responses"])
    if "{session_id}" in path:
        conflict = operation["responses"]["409"]["content"]
        assert conflict["application/json"]["schema"] == {"$ref": "#/components/schemas/Conflict"}
        assert "application/problem+json" in conflict
        assert "current" in openapi["components"]["schemas"]["Conflict"]["properties"]
    else:
        items = shape["properties"]["items"]
        assert (items["minItems"], items["maxItems"]) == (1, 1_000)
        assert set(items["items"]["properties"]) == {"session_id", "version", "evidence"}


def test_the_filters_have_the_names_of_the_page(openapi: dict[str, Any]) -> None:
    assert {"course_id", "st_id", "student_q", "status", "from", "to"} <= FILTERS
    assert {"tz", "rating_min", "rating_max", "rated", "timed", "flag", "range", "student_id"} <= FILTERS


def test_it_tells_how_one_is_let_in(two_creators: Served) -> None:
    schema = two_creators.as_creator("anna").get("/api/openapi.json").json()
    assert set(schema["components"]["securitySchemes"]) == {"cookie", "token"}
    assert schema["security"] == [{"cookie": []}, {"token": []}]
    assert schema["paths"]["/api/health"]["get"]["security"] == []
