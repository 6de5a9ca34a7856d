"""The application itself, as `make run` starts it, in a process of its own."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_app(data_dir: Path, environment: Mapping[str, str] | None = None, port: int | None = None) -> Iterator[str]:
    """Serve with `environment` added; gives the address once a snapshot serves."""
    port = port or free_port()
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("SESSIONS_")}
    settings = {"SESSIONS_DATA_DIR": str(data_dir), "SESSIONS_PORT": str(port), **(environment or {})}
    log = data_dir / "server.log"
    data_dir.mkdir(parents=True, exist_ok=True)
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "app.py"], cwd=ROOT, env=inherited | settings, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(process, address, log)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=15)


def _wait(process: "subprocess.Popen[bytes]", address: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/api/health", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.05)
    raise AssertionError(f"the application did not start:\n{log.read_text()}")
