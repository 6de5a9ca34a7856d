"""A server whose downloads are followed, for tests: its folders, its clock, and who writes for it."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx2

from auth.viewer import Role, Viewer
from downloads.slots import locked
from tests.conftest import NOW, Served, served
from tests.exports import write_export
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


def writers(place: Place) -> list[int]:
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
