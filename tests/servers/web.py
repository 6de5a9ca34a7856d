"""Requests that reach a server exactly as written, and servers that misbehave."""

import http.client
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


def fetch(url: str, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    """Status and body of a GET. The path goes out unchanged; no proxy, no redirect, no credentials."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}", headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@contextmanager
def closed_port() -> Iterator[str]:
    """The address of a port that refuses connections, held so that nothing else takes it."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


@contextmanager
def mute_server() -> Iterator[str]:
    """The address of a server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=16) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@contextmanager
def full_server() -> Iterator[str]:
    """The address of a server that never completes a connection: its queue is full."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener, socket.socket() as queued:
        queued.connect(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@contextmanager
def answering(statuses: Sequence[int]) -> Iterator[str]:
    """The address of a server that gives these statuses in turn, the last for ever; 0 hangs up."""
    rest = list(statuses)

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            status = rest.pop(0) if len(rest) > 1 else rest[0]
            if status:
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class names it so
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
