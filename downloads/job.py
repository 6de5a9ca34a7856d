"""A download in the making, as files in a folder of its own: all server processes read it, a restart leaves it."""

import errno
import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import IO, Any, BinaryIO

from downloads.slots import locked

TOLD_EVERY_SECONDS = 0.25


class State(StrEnum):
    WAITING = "waiting"
    WRITING = "writing"
    READY = "ready"
    FAILED = "failed"


class CancelledError(Exception):
    """Nobody wants the file any more."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Who may see and fetch it: the same person with the same rights as when it was asked for."""

    account: str
    viewer_id: str
    role: str
    sees_private: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What a job was asked for. `filters` are words for people, as in the manifest."""

    id: str
    owner: Owner
    table: str
    format: str
    creator: str
    filters: Mapping[str, Any]
    rows: int
    file_name: str
    created_at: datetime


class JobFolder:
    """The files: job.json what was asked; lock, held while somebody writes; progress; then data, and ready last."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = path / "data"
        self.snapshot = path / "snapshot.duckdb"
        self._part = path / "data.part"
        self._lock = path / "lock"
        self._last_told = 0.0

    def create(self, asked: Asked) -> IO[bytes]:
        """The lock that says somebody writes it, to be handed on to the process that does: it is held all along, and
        the system lets it go however that process ends."""
        lock = locked(self._lock)
        assert lock, "nobody else knows of this folder yet"
        self._put("job.json", asdict(asked) | {"created_at": asked.created_at.isoformat()})
        return lock

    def asked(self) -> Asked | None:
        """None where it is not, or no longer, a job; another version's may be none to this one."""
        try:
            found = self._get("job.json")
            if found is None:
                return None
            owner, created = Owner(**found.pop("owner")), datetime.fromisoformat(found.pop("created_at"))
            return Asked(**found, owner=owner, created_at=created)
        except (KeyError, TypeError, ValueError):
            return None

    @contextmanager
    def data(self) -> Iterator[BinaryIO]:
        """Where the bytes go until they are whole: on disk before anybody can take them for that."""
        with self._part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())

    def finish(self) -> None:
        os.rename(self._part, self.file)
        self._put("ready", {"bytes": self.file.stat().st_size, "at": time.time()})
        self._clear()

    def fail(self, error: BaseException) -> None:
        """Say why, after the half written file has made room for it."""
        self._part.unlink(missing_ok=True)
        self._clear()
        is_full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
        with suppress(OSError):
            self._put("failed", {"reason": "full" if is_full or "No space left" in str(error) else "error"})

    def told(self, rows: int) -> None:
        """Note so many rows written, a few times a second. Raises CancelledError."""
        if not self.goes_on():
            raise CancelledError
        if rows == 0 or time.monotonic() - self._last_told > TOLD_EVERY_SECONDS:
            self._put("progress", {"rows": rows})
            self._last_told = time.monotonic()

    def goes_on(self) -> bool:
        return self._lock.exists() and not (self.path / "cancelled").exists()

    def cancel(self) -> None:
        with suppress(FileNotFoundError):
            (self.path / "cancelled").touch()

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)

    def standing(self) -> tuple[State, dict[str, Any]]:
        """The state, and what is known of it: `rows` written, or `bytes` and `at`, or the `reason` of a failure."""
        for name, state in (("ready", State.READY), ("failed", State.FAILED)):
            known = self._get(name)
            if known is not None:
                return state, known
        if not self.is_held():
            known = self._get("ready")  # it may just have ended
            return (State.READY, known) if known is not None else (State.FAILED, {"reason": "interrupted"})
        known = self._get("progress")
        return (State.WAITING, {"rows": 0}) if known is None else (State.WRITING, known)

    def is_held(self) -> bool:
        """Whether a process writes it, or waits to."""
        try:
            with self._lock.open("rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False

    def _clear(self) -> None:
        self.snapshot.unlink(missing_ok=True)
        shutil.rmtree(self.path / "spill", ignore_errors=True)

    def _put(self, name: str, value: Mapping[str, Any]) -> None:
        draft = self.path / f".{name}"
        draft.write_text(json.dumps(value))
        draft.rename(self.path / name)

    def _get(self, name: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = json.loads((self.path / name).read_text())
        except (FileNotFoundError, NotADirectoryError):
            return None
        return found
