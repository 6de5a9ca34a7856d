"""The wiring: health from the first moment on, the demo's key, and what must not be started."""

import gc
import os
import socket
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any

import psycopg
import pytest
import uvicorn

from app import _secret_key, check_start, create_app, shared_socket, worker_app
from auth.cookie import COOKIE
from settings import Settings, SettingsError, load_settings
from tests.exports import arrow_table, session, write_export, write_table
from tests.servers.postgres import new_database
from tests.serving import client_of, fastapi_of, ready_client_of, wait_for
from warehouse.builder import Builder, Order, build_here
from warehouse.contract import Problem

SECRETS = ("secret-id", "Secret Name", "secret note", "secret-status")
PAGE = "/studio/sessions"
NOTHING_TOLD = {
    "events": {"recorded": 0, "dropped": 0, "waiting": 0, "forwarded": 0, "given_up": 0},
    "decisions": {"forwarded": 0, "given_up": 0},
}


def settings_of(folder: Path, **more: Any) -> Settings:
    return load_settings(export=str(folder / "export"), data_dir=folder / "data", refresh_seconds=3600, **more)


def look_at_export(app: Any) -> None:
    """As the watch does every SESSIONS_REFRESH_SECONDS."""
    fastapi_of(app).state.services.warehouse.refresh()


@pytest.fixture
def held_build(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Builds wait until the event is set."""
    go_on = threading.Event()

    def build(builder: Builder, order: Order, lock: IO[str]) -> Sequence[Problem]:
        assert go_on.wait(5)
        return build_here(order)

    monkeypatch.setattr(Builder, "build", build)
    yield go_on
    go_on.set()


# Health


def test_health_is_503_before_the_first_snapshot_and_200_after(tmp_path: Path, held_build: threading.Event) -> None:
    write_export(tmp_path / "export")
    with client_of(create_app(settings_of(tmp_path))) as client:
        before = client.get("/api/health")
        assert before.status_code == 503
        nothing: dict[str, Any] = {"data_as_of": None, "sessions": None, "problems": []} | NOTHING_TOLD
        assert before.json() == {"status": "starting"} | nothing
        held_build.set()
        wait_for(lambda: client.get("/api/health").status_code == 200)
        after = client.get("/api/health")
    served = {"data_as_of": "2026-11-24T12:00:00Z", "sessions": 2, "problems": []} | NOTHING_TOLD
    assert after.json() == {"status": "ok"} | served
    assert after.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", [PAGE, "/sign-in"])
def test_a_person_is_told_that_the_data_is_being_prepared(
    tmp_path: Path, held_build: threading.Event, path: str
) -> None:
    write_export(tmp_path / "export")
    with client_of(create_app(settings_of(tmp_path))) as client:
        shown = client.get(path, follow_redirects=True)
        assert shown.status_code == 503
        assert shown.headers["content-type"].startswith("text/html")
        assert "Preparing the data" in shown.text
        assert 'http-equiv="refresh"' in shown.text
        held_build.set()
        wait_for(lambda: client.get(path, follow_redirects=True).status_code == 200)


def test_rest_answers_a_problem_document_while_the_data_is_being_prepared(
    tmp_path: Path, held_build: threading.Event
) -> None:
    write_export(tmp_path / "export")
    with client_of(create_app(settings_of(tmp_path))) as client:
        client.post("/sign-in", data={"user": "operations", "role": "operations"})
        answer = client.get("/api/creators/all/courses")
        assert (answer.status_code, answer.json()["detail"]) == (503, "the data is still being prepared")
        held_build.set()


def spoil(folder: Path) -> None:
    """Break the contract in several ways, each with a value that nobody may be told."""
    sessions = [
        session(1, status="secret-status", notes="secret note"),
        session(2, id="secret-id"),
        session(3, id="secret-id"),
    ]
    write_table(folder / "export" / "sessions.parquet", arrow_table("sessions", sessions))
    users = arrow_table("users").to_pylist()
    write_table(
        folder / "export" / "users.parquet", arrow_table("users", [*users, {"id": None, "name": "Secret Name"}])
    )


def test_health_is_degraded_by_a_bad_newer_export_and_says_what_is_wrong_but_no_values(tmp_path: Path) -> None:
    write_export(tmp_path / "export")
    app = create_app(settings_of(tmp_path))
    with ready_client_of(app) as client:
        spoil(tmp_path)
        look_at_export(app)
        answer = client.get("/api/health")
        assert answer.status_code == 200
        assert answer.json()["sessions"] == 2
        assert (
            answer.json()["problems"]
            == [
                "sessions.parquet, column status: must be one of scheduled, completed, cancelled, no_show in 1 row",
                "sessions.parquet, column id: not unique in 2 rows",
                "users.parquet, column id: null in 1 row",
                "session_assessments.parquet, column session_id: refers to no sessions.id in 0 rows",
            ][:3]
        )
        assert not [secret for secret in SECRETS if secret in answer.text]
        write_export(tmp_path / "export", sessions=[session(n) for n in range(1, 6)])
        look_at_export(app)
        repaired = client.get("/api/health").json()
        assert (repaired["status"], repaired["sessions"], repaired["problems"]) == ("ok", 5, [])


def test_health_has_failed_where_the_only_export_is_bad_and_says_no_values(tmp_path: Path) -> None:
    write_export(tmp_path / "export")
    spoil(tmp_path)
    with client_of(create_app(settings_of(tmp_path))) as client:
        wait_for(lambda: client.get("/api/health").json()["status"] == "failed")
        answer = client.get("/api/health")
        assert (answer.status_code, len(answer.json()["problems"])) == (503, 3)
        assert not [secret for secret in SECRETS if secret in answer.text]
        page = client.get(PAGE, follow_redirects=True)
        assert "The data cannot be shown" in page.text
        assert not [secret for secret in SECRETS if secret in page.text]


def test_the_last_good_snapshot_serves_after_a_restart_with_a_bad_export(tmp_path: Path) -> None:
    write_export(tmp_path / "export")
    with ready_client_of(create_app(settings_of(tmp_path))):
        pass
    spoil(tmp_path)
    with ready_client_of(create_app(settings_of(tmp_path))) as client:
        wait_for(lambda: client.get("/api/health").json()["status"] == "degraded")
        assert client.get("/api/health").json()["sessions"] == 2


# The demo's own key


def key_file(folder: Path) -> Path:
    return folder / "data" / "secret_key"


def test_the_demos_key_is_made_once_kept_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    create_app(settings_of(tmp_path))
    first = key_file(tmp_path).read_text()
    create_app(settings_of(tmp_path))
    assert key_file(tmp_path).read_text() == first
    assert len(first) >= 32
    assert key_file(tmp_path).stat().st_mode & 0o777 == 0o600
    assert list(key_file(tmp_path).parent.glob("*secret_key*")) == [key_file(tmp_path)]


def test_no_key_is_made_where_one_is_set(tmp_path: Path) -> None:
    create_app(settings_of(tmp_path, secret_key="0123456789abcdefghij"))
    assert not key_file(tmp_path).exists()


def test_servers_that_start_at_once_share_one_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that one has begun to write is never read half written by another, and signs nothing."""
    settings, both = settings_of(tmp_path), threading.Barrier(8)

    def token(length: int) -> str:
        both.wait(10)
        return os.urandom(length).hex()

    monkeypatch.setattr("secrets.token_urlsafe", token)
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(_secret_key, [settings] * 8))
    assert keys == {key_file(tmp_path).read_text()}
    assert len(keys.pop()) == 64


# What must not be started


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "dashboard.example"])
def test_demo_sign_in_is_not_served_beyond_this_machine(tmp_path: Path, host: str) -> None:
    with pytest.raises(SettingsError, match=r"^SESSIONS_HOST: .*SESSIONS_DEMO_PUBLIC"):
        check_start(load_settings(data_dir=tmp_path, host=host))


def test_demo_sign_in_is_served_beyond_this_machine_where_that_is_asked_for(tmp_path: Path) -> None:
    check_start(load_settings(data_dir=tmp_path, host="0.0.0.0", demo_public=True))


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_demo_sign_in_is_served_on_this_machine(tmp_path: Path, host: str) -> None:
    check_start(load_settings(data_dir=tmp_path, host=host))


def test_an_export_that_is_nowhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"^SESSIONS_EXPORT: no such folder: "):
        check_start(settings_of(tmp_path))


def test_an_export_that_has_gone_is_not_refused_where_a_snapshot_of_it_can_serve(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    settings.snapshots_dir.mkdir(parents=True)
    (settings.snapshots_dir / "snapshot-1.duckdb").touch()
    check_start(settings)


def test_a_data_folder_that_cannot_be_written_to_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match=r"^SESSIONS_DATA_DIR: cannot write to .*file/data"):
        check_start(load_settings(data_dir=tmp_path / "file" / "data"))


def test_a_catalogue_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "messages.po").write_text("msgid no quotes")
    with pytest.raises(SettingsError, match=r"^SESSIONS_LANGUAGE: the catalogue of 'fr' cannot be read: "):
        check_start(load_settings(data_dir=tmp_path, locales_dir=tmp_path, language="fr"))


def test_two_exports_never_share_snapshots(tmp_path: Path) -> None:
    one, other = (load_settings(export=str(tmp_path / name), data_dir=tmp_path) for name in ("a", "b"))
    assert one.snapshots_dir != other.snapshots_dir
    assert one.snapshots_dir == load_settings(export=f"{tmp_path}/b/../a/", data_dir=tmp_path).snapshots_dir


# The store


def test_what_the_application_writes_may_lie_in_a_postgresql(tmp_path: Path, postgres: str) -> None:
    """A sign-in, what staff saw, and a sign-out, all in the database and none beside the snapshots."""
    write_export(tmp_path / "export")
    address = new_database(postgres, "application")
    with ready_client_of(create_app(settings_of(tmp_path, database_url=address))) as client:
        client.post("/sign-in", data={"user": "operations", "role": "operations"})
        copy = {"Cookie": f"{COOKIE}={client.cookies[COOKIE]}"}
        assert client.get("/api/creators/all/sessions").status_code == 200
        (entry,) = client.get("/api/access-log").json()["entries"]
        assert (entry["account"], entry["action"]) == ("operations", "saw_creator")
        client.post("/sign-out")
        assert client.get("/api/access-log", headers=copy).status_code == 401
        assert client.get("/api/health").json()["problems"] == []
    with psycopg.connect(address) as connection:
        counts = [
            connection.execute(f"SELECT count(*) FROM {table}").fetchone() for table in ("access_log", "sign_ins")
        ]
    assert counts == [(1,), (1,)]
    assert not list((tmp_path / "data").glob("store*"))


def test_connections_of_several_processes_send_at_once() -> None:
    with shared_socket(uvicorn.Config("app:worker_app", host="127.0.0.1", port=0)) as listening:
        listening.listen()
        with socket.create_connection(listening.getsockname()), listening.accept()[0] as connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_server_process_looks_no_more_through_what_it_was_started_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full collection would hold every answer up."""
    monkeypatch.setenv("SESSIONS_DATA_DIR", str(tmp_path))
    gc.unfreeze()
    worker_app()
    assert gc.get_freeze_count() > 100_000
