"""The real server in a process of its own, and one signed-in reader on a kept-alive connection."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

from settings import Settings

HOST = "127.0.0.1"
START_SECONDS = 60
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
BROWSER = "gzip, deflate, br, zstd"


class Reader:
    """Asks as a browser does, compressed answers included. Its own time is part of every figure.

    http.client, because it adds least: an answer took httpx half a millisecond longer on the same connection.
    """

    def __init__(self, port: int, user: str, role: str) -> None:
        self._connection = HTTPConnection(HOST, port)
        self._connection.request("POST", "/sign-in", urlencode({"user": user, "role": role}), FORM)
        answer = self._connection.getresponse()
        answer.read()
        if answer.status != 303:
            raise RuntimeError(f"{user} could not sign in: {answer.status}")
        self._cookie = answer.headers["Set-Cookie"].partition(";")[0]

    def get(self, path: str, encoding: str = BROWSER) -> bytes:
        """The answer's bytes, compressed where that was asked for."""
        self._connection.request("GET", path, headers={"Cookie": self._cookie, "Accept-Encoding": encoding})
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}: {body[:500]!r}")
        return body

    def post(self, path: str, body: bytes) -> bytes:
        return self._ask("POST", path, body, 200)

    def begin(self, path: str) -> str:
        """Begin a download; its id."""
        return str(json.loads(self._ask("POST", path, b"", 202))["id"])

    def delete(self, path: str) -> None:
        self._ask("DELETE", path, b"", 204)

    def _ask(self, method: str, path: str, body: bytes, status: int) -> bytes:
        headers = {"Cookie": self._cookie, "Content-Type": "application/json"}
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        found = answer.read()
        if answer.status != status:
            raise RuntimeError(f"{path}: {answer.status}: {found[:500]!r}")
        return found

    def answer(self, path: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.get(path, encoding="identity"))
        return found


def _one_process(port: int) -> list[str]:
    return [
        sys.executable, "-m", "uvicorn", "app:worker_app", "--factory", "--host", HOST, "--port", str(port),
        "--no-access-log", "--log-level", "warning", "--timeout-keep-alive", "3600",
    ]  # fmt: skip


@contextmanager
def serve(
    settings: Settings, *, keep_answers: bool = False, workers: int = 1,
    program: Callable[[int], list[str]] = _one_process,
) -> Iterator[int]:  # fmt: skip
    """Run the server on a free port until the block ends; the port. Without `keep_answers` each is worked out anew.
    `program` is the command for one process that serves on a port."""
    port = free_port()
    given = {
        "SESSIONS_EXPORT": settings.export_location,
        "SESSIONS_DATA_DIR": str(settings.data_dir),
        "SESSIONS_PORT": str(port),
        "SESSIONS_LOG_LEVEL": "warning",
        "SESSIONS_REFRESH_SECONDS": str(settings.refresh_seconds),
        **({} if keep_answers else {"SESSIONS_ANSWERS_MEGABYTES": "0"}),  # what is measured is the answering
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SESSIONS_")}
    command = program(port)
    if workers > 1:
        command, given["SESSIONS_WORKERS"] = [sys.executable, "app.py"], str(workers)
    process = subprocess.Popen(command, env=inherited | given)
    try:
        wait_until_healthy(process, port)
        yield port
    finally:
        process.terminate()
        process.wait()


def wait_until_healthy(
    process: subprocess.Popen[bytes], port: int, path: str = "/api/health", within: float = START_SECONDS
) -> None:
    """Until the path answers 200. Raises RuntimeError where the process ends, or takes too long."""
    until = time.monotonic() + within
    while process.poll() is None and time.monotonic() < until:
        connection = HTTPConnection(HOST, port, timeout=5)
        try:
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.1)
    raise RuntimeError("the server did not come up")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
