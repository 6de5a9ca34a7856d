"""A proxy in front of a real store, which can be told to fail: for what a good store does only on a bad day."""

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

ERROR = b"<?xml version='1.0'?><Error><Code>%s</Code><Message>secret</Message></Error>"
Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Fault:
    """What happens to the next `times` requests with `at` in their address, or to all where that is None.

    One of: `status`, answered with an S3 error of the code `code`; `cut`, the connection closed after so many bytes of
    the body; `stall`, nothing more after so many bytes; `drip`, a byte at a time for ever; `mute`, no answer at all;
    `body` in place of the store's; `answer`, the whole answer in place of the store's (a request cannot be changed on
    its way: it is signed). `then` is done before the store is asked.
    """

    at: str = ""
    times: int | None = 1
    status: int = 0
    code: str = "SlowDown"
    cut: int | None = None
    stall: int | None = None
    drip: bool = False
    mute: bool = False
    body: bytes | None = None
    answer: Callable[[], Answer] | None = None
    then: Callable[[], object] | None = None


@dataclass(frozen=True)
class Asked:
    """A request: its address, decoded, its Range and If-Match, and the bytes of the body that were sent."""

    path: str
    range_: str | None
    if_match: str | None
    sent: int


@dataclass
class FaultyProxy:
    url: str
    faults: list[Fault] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def gets(self) -> list[str]:
        """The keys of the objects that were asked for, in order of name."""
        return sorted(asked.path.split("/", 2)[2] for asked in self.asked if "list-type" not in asked.path)

    def fault_at(self, path: str) -> Fault:
        with self.lock:
            for fault in self.faults:
                if fault.at in path and fault.times != 0:
                    fault.times = fault.times - 1 if fault.times else None
                    return fault
        return Fault()


@contextmanager
def faulty_proxy(upstream: str) -> Iterator[FaultyProxy]:
    """A proxy of the store at `upstream`; signatures hold, for the store sees the Host that was signed."""
    host = urlsplit(upstream).netloc

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            fault = proxy.fault_at(unquote(self.path))
            if fault.then:
                fault.then()
            if fault.mute:
                self._hang()
            elif fault.status:
                self._answer(fault.status, {}, ERROR % fault.code.encode(), fault)
            else:
                self._answer(*(fault.answer or self._ask)(), fault)

        def _ask(self) -> Answer:
            connection = http.client.HTTPConnection(host, timeout=20)
            try:
                connection.putrequest("GET", self.path, skip_host=True, skip_accept_encoding=True)
                for name, value in self.headers.items():
                    connection.putheader(name, value)
                connection.endheaders()
                answer = connection.getresponse()
                return answer.status, dict(answer.getheaders()), answer.read()
            finally:
                connection.close()

        def _answer(self, status: int, headers: dict[str, str], body: bytes, fault: Fault) -> None:
            body = body if fault.body is None else fault.body
            self.send_response_only(status)
            for name, value in headers.items():
                if name.lower() not in {"content-length", "transfer-encoding"}:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            cut = next((size for size in (fault.cut, fault.stall) if size is not None), len(body))
            sent = body[: 0 if fault.drip else cut]
            proxy.asked.append(Asked(unquote(self.path), self.headers["Range"], self.headers["If-Match"], len(sent)))
            self.wfile.write(sent)
            if fault.drip:
                self._drip(body)
            elif fault.stall is not None:
                self._hang()
            elif fault.cut is not None:
                self.close_connection = True

        def _drip(self, body: bytes) -> None:
            """Until the other side hangs up, or all is sent."""
            self.close_connection = True
            for byte in body:
                if proxy.closing.wait(0.02):
                    return
                try:
                    self.wfile.write(bytes([byte]))
                except OSError:
                    return

        def _hang(self) -> None:
            self.wfile.flush()
            proxy.closing.wait()
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class names it so
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        proxy = FaultyProxy(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield proxy
        finally:
            proxy.closing.set()
            server.shutdown()
            thread.join()
