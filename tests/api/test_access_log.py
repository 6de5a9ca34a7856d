"""The access log: what both doors write into it, who reads it, and that nothing is shown which it cannot hold."""

import pytest

from auth.viewer import Role
from layouts import ids
from layouts.words import FIELD_LABELS
from tests.api.accessing import LOG, entries, told
from tests.callbacks.test_scope import call, server_callbacks
from tests.conftest import Served


def test_who_watched_which_recording_is_logged_whoever_it_is(logged: Served) -> None:
    assert logged.as_creator("anna").get("/api/sessions/session-a-0/recording").status_code == 200
    assert logged.as_staff().get("/api/sessions/session-secret-0/recording").status_code == 200
    assert [told(entry) for entry in entries(logged, action="watched_recording")] == [
        ("operations", "operations", "watched_recording", "bela", "session-secret-0"),
        ("anna", "creator", "watched_recording", "anna", "session-a-0"),
    ]


def test_a_link_within_a_sessions_detail_is_one_too(logged: Served) -> None:
    answer = logged.as_creator("anna").get("/api/creators/me/sessions/session-a-0")
    assert answer.json()["recording_url"]
    assert [told(entry) for entry in entries(logged)] == [
        ("anna", "creator", "watched_recording", "anna", "session-a-0")
    ]


@pytest.mark.parametrize("session", ["session-a-2", "session-none", "session-secret-0"])
def test_a_recording_that_was_not_to_be_had_was_not_watched(logged: Served, session: str) -> None:
    """None was made, no such session, another's; and one that the store has lost."""
    for path in (f"/api/sessions/{session}/recording", f"/api/creators/me/sessions/{session}"):
        logged.as_creator("anna").get(path)
    assert logged.as_creator("anna").get("/api/sessions/session-a-1/recording").status_code == 404
    assert entries(logged) == []


def test_a_creator_who_sees_their_own_is_not_logged(logged: Served) -> None:
    for path in ("sessions", "sessions/stats", "courses", "sessions/session-a-3"):
        assert logged.as_creator("anna").get(f"/api/creators/me/{path}").status_code == 200
    assert entries(logged) == []


@pytest.mark.parametrize("role", [Role.OPERATIONS, Role.ANALYST])
@pytest.mark.parametrize(
    "path",
    ["sessions", "sessions/stats", "sessions/over-time", "sessions/compare?range=today", "courses", "student-teachers"],
)
def test_whom_staff_saw_is_logged_once_an_hour_by_whichever_question(logged: Served, role: Role, path: str) -> None:
    for creator in ("bela", "all", "bela"):
        assert logged.as_staff(role).get(f"/api/creators/{creator}/{path}").status_code == 200
    assert [told(entry) for entry in entries(logged)] == [
        (role.value, role.value, "saw_creator", None, None),
        (role.value, role.value, "saw_creator", "bela", None),
    ]


def test_staff_who_open_a_session_among_all_saw_its_creator(logged: Served) -> None:
    logged.as_staff().get("/api/creators/all/sessions/session-secret-3")
    assert ("operations", "operations", "saw_creator", "bela", "session-secret-3") in map(told, entries(logged))


def test_a_creator_that_there_is_not_was_not_seen(logged: Served) -> None:
    assert logged.as_staff().get("/api/creators/nobody/sessions").status_code == 404
    assert entries(logged) == []


def test_the_page_logs_as_rest_does(logged: Served) -> None:
    staff = logged.as_staff(Role.ANALYST)
    values = {
        f"{ids.QUESTION}.data": {"creator": "all", "search": "range=all"},
        f"{ids.THEME}.data": "light",
        f"{ids.DETAIL_SESSION}.data": "session-secret-1",
    }
    for callback in server_callbacks(staff):
        call(staff, callback, values)
    assert {told(entry)[2:] for entry in entries(logged)} == {
        ("saw_creator", None, None),
        ("saw_creator", "bela", "session-secret-1"),
    }


# Reading it


@pytest.mark.parametrize("path", [LOG, f"{ids.PAGE_PATH}/access-log"])
def test_operations_read_it_and_nobody_else(logged: Served, path: str) -> None:
    for client in (logged.as_creator("anna"), logged.as_staff(Role.ANALYST)):
        answer = client.get(path)
        assert answer.status_code == 403
        assert "nly operations may read the access log" in answer.text
    assert logged.as_staff().get(path).status_code == 200


def test_it_is_found_by_day_in_the_viewers_zone(logged: Served) -> None:
    """The entry is of 10:42 UTC, the 24th: in Auckland 23:42 of that day, in Kiritimati 00:42 of the next."""
    logged.as_staff().get("/api/creators/bela/courses")
    for zone, day, found in (
        ("UTC", "2026-11-24", 1),
        ("UTC", "2026-11-23", 0),
        ("Pacific/Auckland", "2026-11-24", 1),
        ("Pacific/Kiritimati", "2026-11-24", 0),
        ("Pacific/Kiritimati", "2026-11-25", 1),
        ("Pacific/Honolulu", "2026-11-24", 1),
    ):
        assert len(entries(logged, **{"from": day, "to": day, "tz": zone})) == found, (zone, day)


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"from": "yesterday"}, "from"),
        ({"from": "2026-11-02", "to": "2026-11-01"}, "from"),
        ({"tz": "Berlin"}, "tz"),
        ({"action": "looked"}, "action"),
        ({"limit": "501"}, "limit"),
        ({"page": "0"}, "page"),
        ({"who": "x"}, "who"),
        ({"account": "a\0"}, "account"),
    ],
)
def test_a_wrong_parameter_is_named(logged: Served, params: dict[str, str], field: str) -> None:
    answer = logged.as_staff().get(LOG, params=params)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    shown = logged.as_staff().get(f"{ids.PAGE_PATH}/access-log", params=params)
    assert shown.status_code == 422
    assert f"{FIELD_LABELS.get(field, field)}: " in shown.text


def test_pages_follow_each_other(logged: Served) -> None:
    for number in range(5):
        logged.as_staff().get(f"/api/creators/all/sessions/session-a-{number}")
    first, second = (logged.as_staff().get(LOG, params={"limit": 6, "page": page}).json() for page in (1, 2))
    assert [len(page["entries"]) for page in (first, second)] == [6, 2]
    assert (first["pagination"]["total"], first["pagination"]["has_more"]) == (8, True)
    assert second["pagination"]["has_more"] is False


def test_as_a_page_it_names_creators_and_leads_to_their_sessions(logged: Served) -> None:
    logged.as_staff().get("/api/creators/all/sessions/session-secret-1")
    shown = logged.as_staff().get(f"{ids.PAGE_PATH}/access-log").text
    assert "Bela Secret" in shown
    assert "All creators" in shown
    assert 'href="/studio/sessions?creator=bela&amp;session=session-secret-1"' in shown
    assert "1–3 of 3" in shown


def test_what_somebody_typed_is_text_on_the_page(logged: Served) -> None:
    shown = logged.as_staff().get(f"{ids.PAGE_PATH}/access-log", params={"account": '"><script>alert(1)</script>'})
    assert "<script>" not in shown.text
    assert "No entries match" in shown.text


def test_a_page_that_there_is_not_leads_back_to_the_first(logged: Served) -> None:
    logged.as_staff().get("/api/creators/all/courses")
    shown = logged.as_staff().get(f"{ids.PAGE_PATH}/access-log", params={"page": "99"})
    assert "There is no page 99" in shown.text
    assert logged.as_staff().get(f"{ids.PAGE_PATH}/access-log/").status_code == 200
