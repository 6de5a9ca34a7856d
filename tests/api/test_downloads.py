"""Downloads in the background: begun, followed, fetched again, cancelled; a half written one never looks whole."""

import os
import signal
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import httpx2
import pytest

from auth.viewer import Role, Viewer
from downloads.folder import MOST_UNFINISHED
from tests.api.downloading import ALL, ANALYST, Place, begin, ready, state, writers
from tests.conftest import NOW
from tests.exports import session, write_export
from tests.processes import yields_to_us
from tests.readback import by_csv_module, expected, in_spreadsheet, manifest_of
from tests.serving import wait_for


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_download_is_fetched_as_often_as_wanted_and_is_what_a_stream_would_be(place: Place) -> None:
    with place.running() as app:
        client = app.as_staff()
        id_ = begin(client)
        found = ready(client, id_)
        assert (found["state"], found["rows"], found["rows_done"]) == ("ready", 2, 2)
        assert found["expires_at"] > found["created_at"]
        files = [client.get(f"/api/downloads/{id_}/file") for _ in range(2)]
        assert files[0].content == files[1].content == client.get(ALL, params={"format": "csv"}).content
        assert found["bytes"] == len(files[0].content)
        assert files[0].headers["content-disposition"] == 'attachment; filename="sessions.zip"'
        listed = client.get("/api/creators/all/sessions").json()["sessions"]
        assert by_csv_module(files[0].content) == [in_spreadsheet(expected(row, "UTC")) for row in listed]


def test_a_fetch_that_was_cut_goes_on_where_it_was(place: Place) -> None:
    with place.running() as app:
        id_ = begin(app.as_staff())
        ready(app.as_staff(), id_)
        whole = app.as_staff().get(f"/api/downloads/{id_}/file").content
        rest = app.as_staff().get(f"/api/downloads/{id_}/file", headers={"Range": "bytes=100-"})
        assert (rest.status_code, rest.content) == (206, whole[100:])


def test_one_that_waits_can_be_cancelled_and_leaves_nothing(place: Place) -> None:
    with place.running() as app, place.all_busy():
        id_ = begin(app.as_staff())
        assert state(app.as_staff(), id_) == "waiting"
        assert app.as_staff().get(f"/api/downloads/{id_}/file").status_code == 404
        assert app.as_staff().delete(f"/api/downloads/{id_}").status_code == 204
        assert app.as_staff().get(f"/api/downloads/{id_}").status_code == 404
        wait_for(lambda: not list((place.downloads / "jobs").iterdir()))
        wait_for(lambda: not writers(place))


def test_one_whose_process_was_killed_says_so_and_has_no_file(place: Place) -> None:
    with place.running() as app, place.all_busy():
        id_ = begin(app.as_staff())
        wait_for(lambda: bool(writers(place)))
        for writer in writers(place):
            wait_for(partial(yields_to_us, writer))
            os.kill(writer, signal.SIGKILL)
        found = ready(app.as_staff(), id_)
        assert (found["state"], found["reason"]) == ("failed", "interrupted")
        assert app.as_staff().get(f"/api/downloads/{id_}/file").status_code == 404


def test_it_goes_on_when_the_server_starts_again(place: Place) -> None:
    with place.all_busy():
        with place.running() as app:
            id_ = begin(app.as_staff())
        with place.running() as app:
            assert state(app.as_staff(), id_) == "waiting"
    with place.running() as app:
        assert ready(app.as_staff(), id_)["state"] == "ready"


def test_a_snapshot_that_is_swapped_meanwhile_changes_nothing(place: Place) -> None:
    with place.running() as app:
        with place.all_busy():
            id_ = begin(app.as_staff(), format="parquet")
            old = set(place.data.glob("snapshots/*/*.duckdb"))
            for day in range(1, 4):
                write_export(
                    place.export, as_of=NOW + timedelta(days=day), sessions=[session(day)], session_assessments=[]
                )
                app.warehouse.refresh()
            assert not old & set(place.data.glob("snapshots/*/*.duckdb"))
        found = ready(app.as_staff(), id_)
        assert (found["state"], found["rows"]) == ("ready", 2)
        manifest = manifest_of("parquet", app.as_staff().get(f"/api/downloads/{id_}/file").content)
        assert (manifest["rows"], manifest["data_as_of"]) == (2, "2026-11-24T10:42:00Z")


def test_a_full_disk_is_told_and_leaves_no_half_file(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with place.running() as app:
        with place.all_busy():
            id_ = begin(app.as_staff())
            (place.downloads / "jobs" / id_ / "data.part").symlink_to("/dev/full")
        found = ready(app.as_staff(), id_)
        assert (found["state"], found["reason"]) == ("failed", "full")
        assert app.as_staff().get(f"/api/downloads/{id_}/file").status_code == 404
        assert not list((place.downloads / "jobs" / id_).glob("data*"))


def test_only_who_asked_and_only_with_the_same_rights_may_see_it(place: Place) -> None:
    with place.running() as app:
        id_ = begin(app.as_viewer(ANALYST))
        ready(app.as_viewer(ANALYST), id_)
        others = [
            Viewer("eve", "Eve", Role.ANALYST, "eve@id", granted_private=True),
            Viewer("ada", "Ada", Role.ANALYST, "ada@id"),
            Viewer("ada", "Ada", Role.CREATOR, "ada@id"),
            Viewer("ada", "Ada", Role.OPERATIONS, "ada@id"),
        ]
        for other in others:
            client = app.as_viewer(other)
            assert client.get("/api/downloads").json() == []
            for path in (f"/api/downloads/{id_}", f"/api/downloads/{id_}/file"):
                assert client.get(path).status_code == 404
            assert client.delete(f"/api/downloads/{id_}").status_code == 404
        assert [one["id"] for one in app.as_viewer(ANALYST).get("/api/downloads").json()] == [id_]


@pytest.mark.parametrize("id_", ["..", "%2e%2e", "../slots", "a" * 300, "a" * 5000, "x%00y", "no-such"])
def test_an_id_is_never_a_path(place: Place, id_: str) -> None:
    with place.running() as app:
        assert app.as_staff().get(f"/api/downloads/{id_}").status_code == 404
        assert app.as_staff().delete(f"/api/downloads/{id_}").status_code == 404


def test_nobody_has_more_than_so_many_in_the_making(place: Place) -> None:
    with place.running() as app, place.all_busy():
        made = [begin(app.as_staff()) for _ in range(MOST_UNFINISHED)]
        refused = app.as_staff().post(ALL, params={"format": "csv"})
        assert refused.status_code == 429
        assert begin(app.as_viewer(ANALYST))
        app.as_staff().delete(f"/api/downloads/{made[0]}")
        assert begin(app.as_staff())


def test_a_stream_waits_a_little_for_its_turn_and_then_says_so(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.exports.WAIT_SECONDS", 0.1)
    with place.running() as app, place.all_busy():
        assert app.as_staff().get(ALL, params={"format": "csv"}).status_code == 429
        assert not list((place.downloads / "streams").glob("*"))


def test_one_that_has_expired_is_gone(place: Place) -> None:
    with place.running() as app:
        id_ = begin(app.as_staff())
        expires = datetime.fromisoformat(ready(app.as_staff(), id_)["expires_at"])
        place.now = expires - timedelta(minutes=1)
        assert [one["id"] for one in app.as_staff().get("/api/downloads").json()] == [id_]
        place.now = expires
        wait_for(lambda: app.as_staff().get("/api/downloads").json() == [])
        assert not list((place.downloads / "jobs").iterdir())


def test_a_stream_that_breaks_off_is_not_ended(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last piece of a chunked answer is never sent: every client knows that it has not all."""
    monkeypatch.setattr("api.streaming.HELD_BACK", 10)
    monkeypatch.setattr("services.downloads.asking.count_sessions", lambda *_: 3)
    with place.running() as app:
        for format_ in ("csv", "parquet", "arrow"):
            with pytest.raises(httpx2.RemoteProtocolError):
                app.as_staff().get(ALL, params={"format": format_})
        refused = app.as_staff().get(ALL, params={"format": "xlsx"})
        assert refused.status_code == 503


def test_what_people_wrote_is_read_by_nobody_else_on_the_machine(place: Place) -> None:
    with place.running() as app:
        ready(app.as_staff(), begin(app.as_staff()))
    assert place.downloads.stat().st_mode & 0o077 == 0
