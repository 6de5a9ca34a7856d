"""Static files of the page, compressed as far as brotli can, once: plotly.min.js is 1.2 MB, and 0.3 MB so."""

import hashlib
import logging
import os
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import brotli
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.answer import is_known

log = logging.getLogger(__name__)
LEAST_BYTES = 4096
MOST_ADDRESSES = 1000
KEPT_HEADERS = ("content-type", "cache-control", "etag")


class CompressedFiles:
    """Serves files below `prefixes` from `folder` once they lie there compressed.

    The first request of an address is passed on and its answer compressed in the background (seconds
    for the largest). Files are kept by their content, so that made-up addresses of one file cost nothing.
    """

    def __init__(self, app: ASGIApp, folder: Path, prefixes: tuple[str, ...]) -> None:
        self.app = app
        self.folder = folder
        self.prefixes = prefixes
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="compress")
        self._known: OrderedDict[str, tuple[Path, dict[str, str]]] = OrderedDict()
        self._begun: set[Path] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._applies(scope):
            await self.app(scope, receive, send)
            return
        address = scope["path"] + "?" + scope["query_string"].decode("latin-1")
        kept = self._kept(address)
        if kept is None:
            await self.app(scope, receive, self._keeping(address, send))
            return
        headers, body = kept
        etag = Headers(raw=headers).get("etag")
        unchanged = etag is not None and is_known(Headers(scope=scope), etag)
        if unchanged:
            headers = [(key, value) for key, value in headers if key != b"content-length"]
        await send({"type": "http.response.start", "status": 304 if unchanged else 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if unchanged or scope["method"] == "HEAD" else body})

    def _applies(self, scope: Scope) -> bool:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return False
        return scope["path"].startswith(self.prefixes) and _accepts_brotli(Headers(scope=scope))

    def _kept(self, address: str) -> tuple[list[tuple[bytes, bytes]], bytes] | None:
        if address not in self._known:
            return None
        file, headers = self._known[address]
        try:
            body = file.read_bytes()
        except OSError:
            self._begun.discard(file)
            return None
        given = {**headers, "content-encoding": "br", "vary": "Accept-Encoding", "content-length": str(len(body))}
        return [(key.encode(), value.encode()) for key, value in given.items()], body

    def _keeping(self, address: str, send: Send) -> Send:
        """A send that also collects a whole, cacheable answer and has it compressed."""
        headers: dict[str, str] = {}
        parts: list[bytes] = []

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                found = Headers(raw=message["headers"])
                is_cacheable = "max-age" in found.get("cache-control", "") or "etag" in found
                if is_cacheable and "content-encoding" not in found:
                    headers.update({key: found[key] for key in KEPT_HEADERS if key in found})
            elif message["type"] == "http.response.body" and headers:
                parts.append(message.get("body", b""))
                if not message.get("more_body"):
                    self._keep(address, headers, b"".join(parts))
            await send(message)

        return keep

    def _keep(self, address: str, headers: dict[str, str], body: bytes) -> None:
        if len(body) < LEAST_BYTES:
            return
        file = self.folder / f"{hashlib.sha256(body).hexdigest()[:32]}.br"
        self._known[address] = (file, headers)
        while len(self._known) > MOST_ADDRESSES:
            self._known.popitem(last=False)
        if file not in self._begun:
            self._begun.add(file)
            self._pool.submit(self._compress, file, body)

    def _compress(self, file: Path, body: bytes) -> None:
        """Renamed into place, so that what is half there is not served."""
        if file.exists():
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            unfinished = file.with_suffix(f".{os.getpid()}")
            unfinished.write_bytes(brotli.compress(body))
            unfinished.rename(file)
        except OSError:
            log.exception("a static file could not be kept compressed")


def _accepts_brotli(headers: Headers) -> bool:
    for part in headers.get("accept-encoding", "").split(","):
        coding, _, weight = part.replace(" ", "").partition(";q=")
        if coding.lower() == "br":
            return weight.strip("0.") != "" or not weight
    return False
