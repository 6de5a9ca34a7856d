"""Static files are compressed once, as far as they go, and are never served half or changed."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import brotli
import pytest
from starlette.types import Message, Receive, Scope, Send

from pages import compressed
from pages.compressed import CompressedFiles

BODY = b"let sessions = 1;\n" * 5000


class Inner:
    """Answers with BODY and counts how often it is asked."""

    def __init__(
        self, *, cache: str = "public, max-age=31536000", status: int = 200, body: bytes = BODY, etag: str = ""
    ) -> None:
        self.asked = 0
        self.etag = etag
        self.cache, self.status, self.body = cache, status, body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked += 1
        headers = [(b"content-type", b"text/javascript"), (b"cache-control", self.cache.encode())]
        headers += [(b"etag", self.etag.encode())] if self.etag else []
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        half = len(self.body) // 2
        await send({"type": "http.response.body", "body": self.body[:half], "more_body": True})
        await send({"type": "http.response.body", "body": self.body[half:]})


def ask(app: CompressedFiles, path: str = "/static/a.js", encoding: str = "gzip, br", **changed: Any) -> Any:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {
        "type": "http", "method": "GET", "path": path, "query_string": b"v=1",
        "headers": [(b"accept-encoding", encoding.encode())],
    } | changed  # fmt: skip
    with ThreadPoolExecutor(1) as pool:  # a loop of its own, whatever runs in this thread
        pool.submit(lambda: asyncio.run(app(scope, receive, send))).result()
    headers = {key.decode(): value.decode() for key, value in sent[0]["headers"]}
    return headers, b"".join(message.get("body", b"") for message in sent[1:])


def settled(folder: Path) -> None:
    deadline = time.monotonic() + 10
    while not list(folder.glob("*.br")) and time.monotonic() < deadline:
        time.sleep(0.01)


def test_the_first_answer_is_passed_on_and_later_ones_are_compressed(tmp_path: Path) -> None:
    inner = Inner()
    app = CompressedFiles(inner, tmp_path, ("/static/",))
    headers, body = ask(app)
    assert (body, "content-encoding" in headers) == (BODY, False)
    settled(tmp_path)
    headers, body = ask(app)
    assert brotli.decompress(body) == BODY
    assert headers["content-encoding"] == "br"
    assert headers["vary"] == "Accept-Encoding"
    assert headers["cache-control"] == "public, max-age=31536000"
    assert headers["content-type"] == "text/javascript"
    assert int(headers["content-length"]) == len(body)
    assert inner.asked == 1
    assert ask(app, method="HEAD")[1] == b""


def test_a_file_that_is_asked_for_anew_each_time_is_compressed_too_and_not_sent_again(tmp_path: Path) -> None:
    app = CompressedFiles(Inner(cache="no-cache", etag='"a1"'), tmp_path, ("/static/",))
    ask(app)
    settled(tmp_path)
    headers, body = ask(app)
    assert (headers["content-encoding"], headers["etag"], headers["cache-control"]) == ("br", '"a1"', "no-cache")
    assert brotli.decompress(body) == BODY
    accepting = (b"accept-encoding", b"br")
    headers, body = ask(app, headers=[accepting, (b"if-none-match", b'"a1"')])
    assert (body, "content-length" in headers) == (b"", False)
    for known in (b'W/"a1"', b'"a0", "a1"', b"*"):
        assert ask(app, headers=[accepting, (b"if-none-match", known)])[1] == b""
    _, body = ask(app, headers=[accepting, (b"if-none-match", b'"a0"')])
    assert brotli.decompress(body) == BODY


@pytest.mark.parametrize("encoding", ["gzip", "gzip, br;q=0", "br; q=0.0", "vibrant", ""])
def test_brotli_goes_only_to_those_who_read_it(tmp_path: Path, encoding: str) -> None:
    app = CompressedFiles(Inner(), tmp_path, ("/static/",))
    ask(app)
    settled(tmp_path)
    assert "content-encoding" in ask(app, encoding="gzip, br;q=0.5")[0]
    headers, body = ask(app, encoding=encoding)
    assert ("content-encoding" in headers, body) == (False, BODY)


@pytest.mark.parametrize(
    ("inner", "asked"),
    [
        (Inner(cache="no-store"), {}),
        (Inner(status=404), {}),
        (Inner(body=b"small"), {}),
        (Inner(), {"encoding": "gzip"}),
        (Inner(), {"path": "/api/a.js"}),
        (Inner(), {"method": "POST"}),
    ],
    ids=["not to be cached", "not found", "small", "no brotli", "elsewhere", "no GET"],
)
def test_everything_else_is_passed_on_as_it_is(tmp_path: Path, inner: Inner, asked: dict[str, Any]) -> None:
    app = CompressedFiles(inner, tmp_path, ("/static/",))
    for _ in range(2):
        headers, body = ask(app, **asked)
        assert (body, "content-encoding" in headers) == (inner.body, False)
    assert inner.asked == 2
    assert list(tmp_path.iterdir()) == []


def test_another_version_is_another_file(tmp_path: Path) -> None:
    inner = Inner()
    app = CompressedFiles(inner, tmp_path, ("/static/",))
    ask(app)
    settled(tmp_path)
    inner.body = BODY.replace(b"1", b"2")
    assert ask(app, query_string=b"v=2")[1] == inner.body


def test_made_up_addresses_of_one_file_are_one_file(tmp_path: Path) -> None:
    app = CompressedFiles(Inner(), tmp_path, ("/static/",))
    for version in range(20):
        ask(app, query_string=f"v={version}".encode())
    settled(tmp_path)
    assert brotli.decompress(ask(app, query_string=b"v=19")[1]) == BODY
    assert len(list(tmp_path.iterdir())) == 1


def test_addresses_beyond_the_bound_push_out_the_oldest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compressed, "MOST_ADDRESSES", 1)
    inner = Inner()
    app = CompressedFiles(inner, tmp_path, ("/static/",))
    ask(app)
    settled(tmp_path)
    assert "content-encoding" in ask(app)[0]
    ask(app, path="/static/b.js")
    assert "content-encoding" in ask(app, path="/static/b.js")[0]
    assert "content-encoding" not in ask(app)[0]


def test_a_file_that_has_gone_is_asked_for_again(tmp_path: Path) -> None:
    app = CompressedFiles(Inner(), tmp_path, ("/static/",))
    ask(app)
    settled(tmp_path)
    next(tmp_path.glob("*.br")).unlink()
    assert ask(app)[1] == BODY
