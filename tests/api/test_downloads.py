"""Downloads in the background: begun, followed, fetched again, cancelled; a half written one never looks whole."""

import os
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from typing import Any

import httpx2
import pytest

from auth.viewer import Role, Viewer
from downloads.folder import MOST_UNFINISHED
from downloads.slots import locked
from tests.conftest import NOW, Served, served
from tests.exports import START, session, write_export
from tests.readback import by_csv_module, expected, in_spreadsheet, manifest_of
from tests.serving import wait_for

ALL = "/api/creators/all/sessions/export"
ANALYST = Viewer("ada", "Ada", Role.ANALYST, "ada@id", granted_private=True)


class Place:
    """A server with its data folder, and a clock that can be set."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = NOW
        self.export = write_export(folder / "export", as_of=NOW)
        self.data = folder / "data"
        self.downloads = self.data / "downloads"

    @contextmanager
    def running(self) -> Iterator[Served]:
        with served(self.data, lambda: self.now, export=str(self.export)) as app:
            yield app

    @contextmanager
    def all_busy(self) -> Iterator[None]:
        """Others write as many files as may be written at once."""
        (self.downloads / "slots").mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            for number in range(2):
                slot = locked(self.downloads / "slots" / f"slot-{number}")
                assert slot
                stack.enter_context(slot)
            yield


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def begin(client: httpx2.Client, **params: Any) -> str:
    answer = client.post(ALL, params={"format": "csv"} | params)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def state(client: httpx2.Client, id_: str) -> str:
    return str(client.get(f"/api/downloads/{id_}").json()["state"])


def ready(client: httpx2.Client, id_: str) -> dict[str, Any]:
    wait_for(lambda: state(client, id_) not in ("waiting", "writing"), seconds=60)
    found: dict[str, Any] = client.get(f"/api/downloads/{id_}").json()
    return found


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
        wait_for(lambda: not _writers(place))


def test_one_whose_process_was_killed_says_so_and_has_no_file(place: Place) -> None:
    with place.running() as app, place.all_busy():
        id_ = begin(app.as_staff())
        wait_for(lambda: bool(_writers(place)))
        for writer in _writers(place):
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


@pytest.fixture
def large(place: Place) -> Place:
    """With so much to write that it takes a while, and that no connection holds it all on its way."""
    noise = Random(1)
    many = [session(number, scheduled_start=START + timedelta(minutes=number), scheduled_end=START + timedelta(days=60),
                    notes=noise.randbytes(500).hex()) for number in range(30_000)]  # fmt: skip
    write_export(place.export, as_of=NOW, sessions=many, session_assessments=[])
    return place


def test_a_reader_who_leaves_ends_the_process_that_writes(large: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.streaming.HELD_BACK", 10)
    with large.running() as app:
        params = {"format": "parquet", "column": ["id", "notes"]}
        with app.as_staff().stream("GET", ALL, params=params) as answer:
            assert answer.status_code == 200
            assert next(answer.iter_raw())
        wait_for(lambda: not _writers(large))
        wait_for(lambda: not list((large.downloads / "streams").iterdir()))


def test_a_reader_who_leaves_before_the_first_byte_leaves_nothing_behind(
    large: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A workbook is made whole before its first byte is sent."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    with large.running() as app:
        cookie = "; ".join(f"{name}={value}" for name, value in app.as_staff().cookies.items())
        reader = HTTPConnection(app.url.removeprefix("http://").rstrip("/"))
        reader.request("GET", f"{ALL}?format=xlsx&column=id&column=notes", headers={"Cookie": cookie})
        wait_for(lambda: bool(list((large.downloads / "streams").glob("*/spill/*/workbook.xlsx"))), seconds=60)
        reader.close()
        wait_for(lambda: not _writers(large))
        wait_for(lambda: not list((large.downloads / "streams").iterdir()))
        assert not list((tmp_path / "tmp").iterdir())


def test_a_reader_who_takes_nothing_is_given_up(large: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.streaming.STALLED_SECONDS", 0.5)
    with large.running() as app, socket.socket() as reader:
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        cookie = "; ".join(f"{name}={value}" for name, value in app.as_staff().cookies.items())
        host, port = app.url.removeprefix("http://").rstrip("/").split(":")
        reader.connect((host, int(port)))
        reader.sendall(
            f"GET {ALL}?format=parquet&column=notes HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n\r\n".encode()
        )
        wait_for(lambda: bool(_writers(large)))
        wait_for(lambda: not _writers(large))
        wait_for(lambda: not list((large.downloads / "streams").iterdir()))
        reader.settimeout(20)
        got = b""
        while piece := reader.recv(2**20):
            got += piece
        assert got.startswith(b"HTTP/1.1 200")
        assert not got.endswith(b"\r\n0\r\n\r\n")  # the end of a chunked answer


def test_one_that_is_cancelled_while_it_is_written_leaves_nothing_behind(large: Place) -> None:
    with large.running() as app:
        id_ = begin(app.as_staff(), format="xlsx", column=["id", "notes"])
        wait_for(lambda: bool(list((large.downloads / "jobs").glob("*/spill/*/workbook.xlsx"))), seconds=60)
        assert app.as_staff().delete(f"/api/downloads/{id_}").status_code == 204
        wait_for(lambda: not _writers(large))
        wait_for(lambda: not list((large.downloads / "jobs").iterdir()))


def test_nobody_is_sent_more_than_two_at_a_time(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with place.running() as app, ThreadPoolExecutor(2) as pool, place.all_busy():
        asked = {"format": "csv"}
        waiting = [pool.submit(app.as_staff().get, ALL, params=asked) for _ in range(2)]
        wait_for(lambda: any(one.done() for one in waiting) or app.as_staff().get(ALL, params=asked).status_code == 429)
        assert not _writers(place)  # none is started before its turn
        assert {one.result().status_code for one in waiting} == {429}


def test_what_people_wrote_is_read_by_nobody_else_on_the_machine(place: Place) -> None:
    with place.running() as app:
        ready(app.as_staff(), begin(app.as_staff()))
    assert place.downloads.stat().st_mode & 0o077 == 0


def _writers(place: Place) -> list[int]:
    """Processes that write for this server: those that have its snapshot open."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            files = {os.readlink(one) for one in (process / "fd").iterdir()}
        except OSError:
            continue
        if b"downloads.worker" in command and any(str(place.downloads) in file for file in files):
            found.append(int(process.name))
    return found
