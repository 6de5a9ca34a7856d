"""The access log: what both doors write into it, who reads it, and that nothing is shown which it cannot hold."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from cachetools import LRUCache
from sqlalchemy import text

from auth.viewer import Role
from layouts import ids
from layouts.words import FIELD_LABELS
from store import calls
from store.engine import writing
from tests.callbacks.test_scope import call, server_callbacks
from tests.conftest import NOW, Served, served
from tests.exports import write_export
from tests.two_creators import TABLES

LOG = "/api/access-log"
Entry = dict[str, Any]


def export_with_clips(folder: Path) -> None:
    """Creators `anna` and `bela`, and a recording of each that plays."""
    export = write_export(folder / "demo-export", as_of=NOW, **TABLES)
    for mark in ("a", "secret"):
        clip = export / "recordings" / "recordings" / f"{mark}-0.webm"
        clip.parent.mkdir(parents=True, exist_ok=True)
        clip.write_bytes(b"clip")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("access-log")
    export_with_clips(folder)
    with served(folder, NOW) as app:
        yield app


@pytest.fixture(autouse=True)
def no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure of the store is tried again at once."""
    monkeypatch.setattr(calls, "REST_SECONDS", 0)


@pytest.fixture
def app(running: Served, monkeypatch: pytest.MonkeyPatch) -> Served:
    """It with an empty log, and no memory of what was in it."""
    alter(running, "DELETE FROM access_log")
    monkeypatch.setattr(running.store.access_log, "_added", LRUCache(100))
    return running


def entries(app: Served, **params: str) -> list[Entry]:
    found: list[Entry] = app.as_staff().get(LOG, params=params).json()["entries"]
    return found


def told(entry: Entry) -> tuple[Any, ...]:
    return tuple(entry[name] for name in ("account", "role", "action", "creator_id", "session_id"))


def test_who_watched_which_recording_is_logged_whoever_it_is(app: Served) -> None:
    assert app.as_creator("anna").get("/api/sessions/session-a-0/recording").status_code == 200
    assert app.as_staff().get("/api/sessions/session-secret-0/recording").status_code == 200
    assert [told(entry) for entry in entries(app, action="watched_recording")] == [
        ("operations", "operations", "watched_recording", "bela", "session-secret-0"),
        ("anna", "creator", "watched_recording", "anna", "session-a-0"),
    ]


def test_a_link_within_a_sessions_detail_is_one_too(app: Served) -> None:
    answer = app.as_creator("anna").get("/api/creators/me/sessions/session-a-0")
    assert answer.json()["recording_url"]
    assert [told(entry) for entry in entries(app)] == [("anna", "creator", "watched_recording", "anna", "session-a-0")]


@pytest.mark.parametrize("session", ["session-a-2", "session-none", "session-secret-0"])
def test_a_recording_that_was_not_to_be_had_was_not_watched(app: Served, session: str) -> None:
    """None was made, no such session, another's; and one that the store has lost."""
    for path in (f"/api/sessions/{session}/recording", f"/api/creators/me/sessions/{session}"):
        app.as_creator("anna").get(path)
    assert app.as_creator("anna").get("/api/sessions/session-a-1/recording").status_code == 404
    assert entries(app) == []


def test_a_creator_who_sees_their_own_is_not_logged(app: Served) -> None:
    for path in ("sessions", "sessions/stats", "courses", "sessions/session-a-3"):
        assert app.as_creator("anna").get(f"/api/creators/me/{path}").status_code == 200
    assert entries(app) == []


@pytest.mark.parametrize("role", [Role.OPERATIONS, Role.ANALYST])
@pytest.mark.parametrize(
    "path",
    ["sessions", "sessions/stats", "sessions/over-time", "sessions/compare?range=today", "courses", "student-teachers"],
)
def test_whom_staff_saw_is_logged_once_an_hour_by_whichever_question(app: Served, role: Role, path: str) -> None:
    for creator in ("bela", "all", "bela"):
        assert app.as_staff(role).get(f"/api/creators/{creator}/{path}").status_code == 200
    assert [told(entry) for entry in entries(app)] == [
        (role.value, role.value, "saw_creator", None, None),
        (role.value, role.value, "saw_creator", "bela", None),
    ]


def test_staff_who_open_a_session_among_all_saw_its_creator(app: Served) -> None:
    app.as_staff().get("/api/creators/all/sessions/session-secret-3")
    assert ("operations", "operations", "saw_creator", "bela", "session-secret-3") in map(told, entries(app))


def test_a_creator_that_there_is_not_was_not_seen(app: Served) -> None:
    assert app.as_staff().get("/api/creators/nobody/sessions").status_code == 404
    assert entries(app) == []


def test_the_page_logs_as_rest_does(app: Served) -> None:
    staff = app.as_staff(Role.ANALYST)
    values = {
        f"{ids.QUESTION}.data": {"creator": "all", "search": "range=all"},
        f"{ids.THEME}.data": "light",
        f"{ids.DETAIL_SESSION}.data": "session-secret-1",
    }
    for callback in server_callbacks(staff):
        call(staff, callback, values)
    assert {told(entry)[2:] for entry in entries(app)} == {
        ("saw_creator", None, None),
        ("saw_creator", "bela", "session-secret-1"),
    }


# Reading it


@pytest.mark.parametrize("path", [LOG, f"{ids.PAGE_PATH}/access-log"])
def test_operations_read_it_and_nobody_else(app: Served, path: str) -> None:
    for client in (app.as_creator("anna"), app.as_staff(Role.ANALYST)):
        answer = client.get(path)
        assert answer.status_code == 403
        assert "nly operations may read the access log" in answer.text
    assert app.as_staff().get(path).status_code == 200


def test_it_is_found_by_day_in_the_viewers_zone(app: Served) -> None:
    """The entry is of 10:42 UTC, the 24th: in Auckland 23:42 of that day, in Kiritimati 00:42 of the next."""
    app.as_staff().get("/api/creators/bela/courses")
    for zone, day, found in (
        ("UTC", "2026-11-24", 1),
        ("UTC", "2026-11-23", 0),
        ("Pacific/Auckland", "2026-11-24", 1),
        ("Pacific/Kiritimati", "2026-11-24", 0),
        ("Pacific/Kiritimati", "2026-11-25", 1),
        ("Pacific/Honolulu", "2026-11-24", 1),
    ):
        assert len(entries(app, **{"from": day, "to": day, "tz": zone})) == found, (zone, day)


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
def test_a_wrong_parameter_is_named(app: Served, params: dict[str, str], field: str) -> None:
    answer = app.as_staff().get(LOG, params=params)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    shown = app.as_staff().get(f"{ids.PAGE_PATH}/access-log", params=params)
    assert shown.status_code == 422
    assert f"{FIELD_LABELS.get(field, field)}: " in shown.text


def test_pages_follow_each_other(app: Served) -> None:
    for number in range(5):
        app.as_staff().get(f"/api/creators/all/sessions/session-a-{number}")
    first, second = (app.as_staff().get(LOG, params={"limit": 6, "page": page}).json() for page in (1, 2))
    assert [len(page["entries"]) for page in (first, second)] == [6, 2]
    assert (first["pagination"]["total"], first["pagination"]["has_more"]) == (8, True)
    assert second["pagination"]["has_more"] is False


def test_as_a_page_it_names_creators_and_leads_to_their_sessions(app: Served) -> None:
    app.as_staff().get("/api/creators/all/sessions/session-secret-1")
    shown = app.as_staff().get(f"{ids.PAGE_PATH}/access-log").text
    assert "Bela Secret" in shown
    assert "All creators" in shown
    assert 'href="/studio/sessions?creator=bela&amp;session=session-secret-1"' in shown
    assert "1–3 of 3" in shown


def test_what_somebody_typed_is_text_on_the_page(app: Served) -> None:
    shown = app.as_staff().get(f"{ids.PAGE_PATH}/access-log", params={"account": '"><script>alert(1)</script>'})
    assert "<script>" not in shown.text
    assert "No entries match" in shown.text


def test_a_page_that_there_is_not_leads_back_to_the_first(app: Served) -> None:
    app.as_staff().get("/api/creators/all/courses")
    shown = app.as_staff().get(f"{ids.PAGE_PATH}/access-log", params={"page": "99"})
    assert "There is no page 99" in shown.text
    assert app.as_staff().get(f"{ids.PAGE_PATH}/access-log/").status_code == 200


# What cannot be logged is not shown


def alter(app: Served, statement: str) -> None:
    with writing(app.store.calls.engine) as connection:
        connection.execute(text(statement))


@contextmanager
def without_table(app: Served, table: str) -> Iterator[Served]:
    alter(app, f"ALTER TABLE {table} RENAME TO elsewhere")
    yield app
    alter(app, f"ALTER TABLE elsewhere RENAME TO {table}")


@pytest.fixture
def without_log(app: Served) -> Iterator[Served]:
    with without_table(app, "access_log"):
        yield app


def test_no_recording_is_given_that_cannot_be_logged(without_log: Served) -> None:
    for path in ("/api/sessions/session-a-0/recording", "/api/creators/me/sessions/session-a-0"):
        answer = without_log.as_creator("anna").get(path)
        assert answer.status_code == 503
        assert "access log" in answer.json()["detail"]
        assert "url" not in answer.json()


@pytest.mark.parametrize("path", ["sessions", "sessions/stats", "courses", "sessions/session-secret-0"])
def test_staff_see_nobody_whom_the_log_cannot_name(without_log: Served, path: str) -> None:
    answer = without_log.as_staff().get(f"/api/creators/all/{path}")
    assert answer.status_code == 503
    assert "ecret" not in answer.text


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("table", ["sessions", "student_teachers"])
def test_nothing_is_exported_that_the_log_does_not_tell_of(without_log: Served, method: str, table: str) -> None:
    anna, asked = without_log.as_creator("anna"), {"format": "csv", "table": table}
    answer = anna.request(method, "/api/creators/me/sessions/export", params=asked)
    assert answer.status_code == 503
    assert "access log" in answer.json()["detail"]
    assert anna.get("/api/downloads").json() == []


def test_nor_on_the_page(without_log: Served, caplog: pytest.LogCaptureFixture) -> None:
    staff = without_log.as_staff()
    values = {f"{ids.QUESTION}.data": {"creator": "all", "search": "range=all"}, f"{ids.THEME}.data": "light"}
    (figures,) = [one for one in server_callbacks(staff) if f"{ids.METRICS}.children" in one["output"]]
    said = call(staff, figures, values).text
    assert "Which sessions staff open is recorded" in said
    assert "ecret" not in said
    assert "access log" in caplog.text


def test_creators_go_on_with_their_own(without_log: Served) -> None:
    for path in ("sessions", "sessions/stats", "sessions/session-a-3"):
        assert without_log.as_creator("anna").get(f"/api/creators/me/{path}").status_code == 200


def test_it_is_shown_again_once_it_can_be_logged(app: Served) -> None:
    with without_table(app, "access_log"):
        assert app.as_staff().get("/api/creators/all/courses").status_code == 503
    assert app.as_staff().get("/api/creators/all/courses").status_code == 200
    assert len(entries(app)) == 1


def test_nobody_can_sign_in_that_cannot_be_signed_out(app: Served) -> None:
    with without_table(app, "sign_ins"):
        answer = httpx2.post(f"{app.url}/sign-in", data={"user": "operations", "role": "operations"}, trust_env=False)
    assert answer.status_code == 503
    assert "Not available now" in answer.text
    assert "set-cookie" not in answer.headers


def test_health_tells_of_a_store_that_does_not_answer(tmp_path: Path) -> None:
    export_with_clips(tmp_path)
    with served(tmp_path, NOW) as app:
        assert app.as_nobody().get("/api/health").json()["status"] == "ok"
        app.store.calls.engine.dispose()
        for file in tmp_path.glob("store.sqlite*"):
            file.unlink()
        (tmp_path / "store.sqlite").mkdir()
        answer = app.as_nobody().get("/api/health")
    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert answer.json()["problems"] == ["the store does not answer"]
