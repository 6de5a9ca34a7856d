"""An application whose recordings play, and what its access log holds."""

from pathlib import Path
from typing import Any

from tests.conftest import NOW, Served
from tests.exports import write_export
from tests.two_creators import TABLES

LOG = "/api/access-log"
Entry = dict[str, Any]


def export_with_clips(folder: Path) -> None:
    """Creators `anna` and `bela`, and a recording of each that plays."""
    export = write_export(folder / "demo-export", as_of=NOW, **TABLES)
    for mark in ("a", "secret"):
        clip = export / "recordings" / "recordings" / f"{mark}-0.webm"
        clip.parent.mkdir(parents=True, exist_ok=True)
        clip.write_bytes(b"clip")


def entries(app: Served, **params: str) -> list[Entry]:
    found: list[Entry] = app.as_staff().get(LOG, params=params).json()["entries"]
    return found


def told(entry: Entry) -> tuple[Any, ...]:
    return tuple(entry[name] for name in ("account", "role", "action", "creator_id", "session_id"))
