"""Events over REST: what the page may tell, of whom it is, and what is refused."""

import json
import socket
from typing import Any

import pytest

from api import body
from api.events import FIELDS, MOST_BYTES
from auth.viewer import Role
from queries.filters import FilterParams
from tests.api.telling import ADDRESS, GOOD, Data, counts, kept, tell
from tests.api.test_errors import assert_problem
from tests.conftest import NOW, Served
from tests.serving import wait_for


@pytest.mark.parametrize(("name", "data"), GOOD)
def test_an_event_is_taken_and_kept_as_it_was_told(listener: Served, name: str, data: Data) -> None:
    answer = tell(listener.as_creator("anna"), (name, data))
    assert (answer.status_code, answer.json()) == (202, {})
    (row,) = kept(listener, 1)
    assert (row.name, json.loads(row.data), row.at) == (name, data, NOW)


def test_values_from_an_address_are_kept_as_what_they_are(listener: Served) -> None:
    state = {"rating_min": "4", "rated": "true"}
    applied = ("filter_applied", {"filter_type": "rating_min", "value": "4"})
    tell(listener.as_creator("anna"), ("page_view", {"session_count": 1, "filter_state": state}), applied)
    told = [json.loads(row.data) for row in kept(listener, 2)]
    assert told[0]["filter_state"] == {"rating_min": 4, "rated": True}
    assert told[1]["value"] == 4


@pytest.mark.parametrize("who", ["anna", *Role])
def test_an_event_is_of_whoever_is_signed_in_by_id_and_role_alone(listener: Served, who: str) -> None:
    client = listener.as_creator(who) if who in ("anna", Role.CREATOR) else listener.as_staff(Role(who))
    assert tell(client, GOOD[3]).status_code == 202
    (row,) = kept(listener, 1)
    assert (row.viewer_id, row.role) == (who, "creator" if who == "anna" else who)
    assert "Staff" not in repr(row)
    assert "A creator" not in repr(row)


def test_several_are_kept_in_their_order_and_counted(listener: Served) -> None:
    before = counts(listener)["recorded"]
    assert tell(listener.as_creator("anna"), *GOOD[:20]).status_code == 202
    assert [json.loads(row.data) for row in kept(listener, 20)] == [data for _, data in GOOD[:20]]
    wait_for(lambda: counts(listener)["recorded"] == before + 20)
    assert listener.as_nobody().get("/api/health").json()["status"] == "ok"


SESSION: Data = {"session_id": "s1"}
BAD: list[tuple[Any, str]] = [
    (None, "body"),
    ([], "body"),
    ({}, "events"),
    ({"events": []}, "events"),
    ({"events": "page_view"}, "events"),
    ({"events": [{"name": "session_viewed", "data": SESSION}] * 21}, "events"),
    ({"events": [{"name": "session_viewed", "data": SESSION}], "more": 1}, "more"),
    ({"events": [7]}, "events.0"),
    ({"events": [{"data": SESSION}]}, "events.0.name"),
    ({"events": [{"name": "clicked", "data": SESSION}]}, "events.0.name"),
    ({"events": [{"name": "session_viewed"}]}, "events.0.data"),
    ({"events": [{"name": "session_viewed", "data": SESSION, "at": "2026-11-01"}]}, "events.0.at"),
    ({"events": [{"name": "session_viewed", "data": SESSION, "viewer_id": "bela"}]}, "events.0.viewer_id"),
    ({"events": [{"name": "session_viewed", "data": SESSION}, {"name": "x"}]}, "events.1.name"),
]
BAD_DATA: list[tuple[str, Data, str]] = [
    ("session_viewed", {}, "session_id"),
    ("session_viewed", SESSION | {"comment": "x"}, "comment"),
    ("recording_played", {"session_id": None}, "session_id"),
    ("recording_played", {"session_id": ["s1"]}, "session_id"),
    *(("session_viewed", {"session_id": id_}, "session_id") for id_ in ("", "x" * 101, "a\0b", "two words", "a\nb")),
    ("page_view", {"filter_state": {}}, "session_count"),
    ("page_view", {"session_count": 1}, "filter_state"),
    ("page_view", {"session_count": -1, "filter_state": {}}, "session_count"),
    ("page_view", {"session_count": "many", "filter_state": {}}, "session_count"),
    *(
        ("page_view", {"session_count": 1, "filter_state": {name: value}}, f"filter_state.{name}")
        for name, value in (
            ("student_q", "anna"), ("student_q", ""), ("student_q", False), ("student_q", ["anna"]), ("tz", "UTC"),
            ("creator", "bela"), ("sort", "rating"), ("from_", "2026-11-01"), ("from", "anna"), ("to", "2026-13-01"),
            ("range", "anna"), ("rating_min", 0), ("rating_max", 6), ("rating_min", "anna"), ("rated", "anna"),
            ("course_id", "k1"), ("student_id", "two words"),
        )
    ),
    ("page_view", {"session_count": 1, "filter_state": {"status": ["anna"]}}, "filter_state.status.0"),
    ("page_view", {"session_count": 1, "filter_state": {"st_id": ["a", "b c"]}}, "filter_state.st_id.1"),
    ("filter_applied", {"filter_type": "status"}, "value"),
    ("filter_applied", {"value": "x"}, "filter_type"),
    ("filter_applied", {"filter_type": "tz", "value": "UTC"}, "filter_type"),
    ("filter_applied", {"filter_type": "creator", "value": "bela"}, "filter_type"),
    *(
        ("filter_applied", {"filter_type": name, "value": value}, "value")
        for name, value in (
            ("student_q", "anna"), ("student_q", True), ("student_q", ""), ("student_q", []), ("status", ["anna"]),
            ("status", "completed"), ("flag", ["anna"]), ("range", "anna"), ("from", "anna"), ("from", "2026-02-30"),
            ("rated", "anna"), ("timed", 7), ("rating_min", "anna"), ("rating_max", 6), ("student_id", "two words"),
            ("course_id", ["a", "two words"]), ("st_id", "st"), ("st_id", ["x"] * 101),
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize(("told", "field"), BAD)
def test_a_body_that_is_none_is_refused_by_its_field(listener: Served, told: Any, field: str) -> None:
    assert_problem(listener.as_creator("anna").post(ADDRESS, json=told), 422, field)
    assert counts(listener)["waiting"] == 0
    assert kept(listener, 0) == []


@pytest.mark.parametrize("content", [b"", b"{", b"events=1", b"\xff", b'{"events":[{"name":"\\ud800"}]}'])
def test_what_is_not_json_is_refused(listener: Served, content: bytes) -> None:
    assert_problem(listener.as_creator("anna").post(ADDRESS, content=content), 422, "body")


@pytest.mark.parametrize(("name", "data", "field"), BAD_DATA)
def test_data_that_is_none_is_refused_by_its_field(listener: Served, name: str, data: Data, field: str) -> None:
    answer = tell(listener.as_creator("anna"), ("session_viewed", SESSION), (name, data))
    path = "events.1.data" + (f".{field}" if field else "")
    assert (answer.status_code, answer.json()["field"].startswith(path)) == (422, True), answer.text
    assert_problem(answer, 422, answer.json()["field"])
    assert kept(listener, 0) == []


def test_a_body_that_is_too_large_is_refused_unread(listener: Served) -> None:
    assert_problem(listener.as_creator("anna").post(ADDRESS, content=b" " * (MOST_BYTES + 1)), 413)
    large = json.dumps({"events": [{"name": "session_viewed", "data": SESSION}]}).encode().ljust(MOST_BYTES)
    assert listener.as_creator("anna").post(ADDRESS, content=large).status_code == 202


def test_a_body_that_does_not_arrive_is_not_waited_for(listener: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "BODY_SECONDS", 0.2)
    cookie = "; ".join(f"{name}={value}" for name, value in listener.as_creator("anna").cookies.items())
    host, port = listener.url.removeprefix("http://").split(":")
    head = f"POST {ADDRESS} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\nContent-Length: 100\r\n\r\n{{"
    with socket.create_connection((host, int(port))) as connection:
        connection.settimeout(10)
        connection.sendall(head.encode())
        assert b" 408 " in connection.recv(200)


@pytest.mark.parametrize("headers", [
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://elsewhere.example"},
    {"Origin": "null"},
])  # fmt: skip
def test_no_other_site_may_tell_events(listener: Served, headers: dict[str, str]) -> None:
    answer = listener.as_creator("anna").post(ADDRESS, json={"events": [{"name": "session_viewed", "data": SESSION}]},
                                         headers=headers)  # fmt: skip
    assert_problem(answer, 403)
    assert kept(listener, 0) == []


def test_nobody_who_is_not_signed_in_may_tell_events(listener: Served) -> None:
    assert_problem(tell(listener.as_nobody(), GOOD[3]), 401)
    assert_problem(listener.as_creator("anna").get(ADDRESS), 405)


def test_every_filter_of_rest_may_be_told() -> None:
    assert set(FIELDS) == {field.alias or name for name, field in FilterParams.model_fields.items()} - {"tz"}
