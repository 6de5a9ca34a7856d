"""What the access log cannot hold is not shown."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from layouts import ids
from tests.api.accessing import entries, export_with_clips
from tests.api.stored import without_table
from tests.callbacks.test_scope import call, server_callbacks
from tests.conftest import NOW, Served, served


@pytest.fixture
def without_log(logged: Served) -> Iterator[Served]:
    with without_table(logged, "access_log"):
        yield logged


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


def test_it_is_shown_again_once_it_can_be_logged(logged: Served) -> None:
    with without_table(logged, "access_log"):
        assert logged.as_staff().get("/api/creators/all/courses").status_code == 503
    assert logged.as_staff().get("/api/creators/all/courses").status_code == 200
    assert len(entries(logged)) == 1


def test_nobody_can_sign_in_that_cannot_be_signed_out(logged: Served) -> None:
    with without_table(logged, "sign_ins"):
        answer = httpx2.post(
            f"{logged.url}/sign-in", data={"user": "operations", "role": "operations"}, trust_env=False
        )
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
