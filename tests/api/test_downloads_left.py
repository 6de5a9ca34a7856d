"""Files of which nobody reads on: the process that writes ends, and nothing of it is left."""

import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from random import Random

import pytest

from tests.api.downloading import ALL, Place, begin, writers
from tests.conftest import NOW
from tests.exports import START, session, write_export
from tests.serving import wait_for


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


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
        wait_for(lambda: not writers(large))
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
        wait_for(lambda: not writers(large))
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
        wait_for(lambda: bool(writers(large)))
        wait_for(lambda: not writers(large))
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
        wait_for(lambda: not writers(large))
        wait_for(lambda: not list((large.downloads / "jobs").iterdir()))


def test_nobody_is_sent_more_than_two_at_a_time(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with place.running() as app, ThreadPoolExecutor(2) as pool, place.all_busy():
        asked = {"format": "csv"}
        waiting = [pool.submit(app.as_staff().get, ALL, params=asked) for _ in range(2)]
        wait_for(lambda: any(one.done() for one in waiting) or app.as_staff().get(ALL, params=asked).status_code == 429)
        assert not writers(place)  # none is started before its turn
        assert {one.result().status_code for one in waiting} == {429}
