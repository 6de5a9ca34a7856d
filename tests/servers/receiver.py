"""A receiver of events: takes them, refuses them, fails or hangs, as a test wants it to."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[list[str]], int]


@dataclass
class RunningReceiver:
    """`answer` gives the status for the ids of a request: 0 says nothing until `goes_on`."""

    url: str = ""
    answer: Answer = lambda ids: 204
    asked: list[tuple[Message, bytes]] = field(default_factory=list)
    taken: list[dict[str, Any]] = field(default_factory=list)
    goes_on: threading.Event = field(default_factory=threading.Event)

    @property
    def ids(self) -> list[str]:
        """Of the events that it took, in order."""
        return [event["id"] for event in self.taken]


@contextmanager
def receiving() -> Iterator[RunningReceiver]:
    receiver = RunningReceiver()
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            events = json.loads(body)["events"]
            with lock:
                receiver.asked.append((self.headers, body))
            status = receiver.answer([event["id"] for event in events])
            if status == 0:
                receiver.goes_on.wait(20)
                return
            if 200 <= status < 300:
                with lock:
                    receiver.taken += events
            self.send_response(status)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class names it so
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver.url = f"http://127.0.0.1:{server.server_port}/events"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield receiver
        finally:
            receiver.goes_on.set()
            server.shutdown()
            thread.join()
