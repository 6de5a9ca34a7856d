"""All downloads of a server: made, listed, fetched and removed by those who asked for them, until they expire."""

import asyncio
import logging
import os
import re
import secrets
import shutil
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from downloads.job import Asked, JobFolder, Owner, State
from downloads.order import Extract, Table
from downloads.process import start_job
from downloads.slots import free_slot
from downloads.work import Work

log = logging.getLogger(__name__)
SWEEP_SECONDS = 3600
STREAMS_KEPT = timedelta(days=1)
MOST_UNFINISHED = 4
MOST_STREAMS = 2
POLL_SECONDS = 0.2
ID = re.compile("[0-9a-f]{1,64}")
MOST_KEPT = 20


class BusyError(Exception):
    """As many files are being written as may be at once."""


class TooManyDownloadsError(Exception):
    """Somebody has, or all have, as many downloads as there may be."""


@dataclass(frozen=True, slots=True)
class Job:
    """A download as it stands. `rows_done` of `asked.rows` are written; `bytes` and `expires_at` where it is ready."""

    asked: Asked
    state: State
    rows_done: int
    bytes: int | None
    expires_at: datetime | None
    reason: str | None


class Downloads:
    """Folders under `root`, shared by all processes of a server."""

    def __init__(self, root: Path, *, at_once: int, kept: timedelta, most_bytes: int) -> None:
        root = root.resolve()  # for a process in another folder
        self._root = root
        self._jobs, self._streams, self._slots = root / "jobs", root / "streams", root / "slots"
        self._at_once, self._kept, self._most_bytes = at_once, kept, most_bytes
        self._creating = threading.Lock()
        self._streaming: Counter[str] = Counter()

    def start(self, asked: Asked, table: Table, rows: Extract | pa.Table) -> Job:
        """Begin to write it. Raises TooManyDownloadsError, and OSError where the disk takes no more."""
        with self._creating:
            self._check_room(asked.owner)
            job = JobFolder(self._jobs / asked.id)
            self._make_private(job.path)
            lock = job.create(asked)
        try:
            rows = _kept_readable(rows, job.snapshot)
            start_job(Work(table, rows, job.path, self._slots, self._at_once, is_job=True), lock)
        except BaseException:
            lock.close()
            job.remove()
            raise
        return self._as_job(job, asked)

    @asynccontextmanager
    async def streamed(
        self, account: str, table: Table, rows: Extract | pa.Table, wait_seconds: float
    ) -> AsyncIterator[Work]:
        """What to stream, with a slot and a folder for as long as that takes. Raises TooManyDownloadsError where the
        account has as many as one may, BusyError where all slots stay taken."""
        if self._streaming[account] >= MOST_STREAMS:
            raise TooManyDownloadsError(f"{MOST_STREAMS} exports are being sent to you already: wait for one")
        self._streaming[account] += 1
        folder = self._streams / secrets.token_hex(8)
        try:
            self._make_private(folder)
            rows = _kept_readable(rows, folder / "snapshot.duckdb")
            with await self._slot(wait_seconds):
                yield Work(table, rows, folder, self._slots, self._at_once, is_job=False)
        finally:
            self._streaming[account] -= 1
            self._streaming += Counter()  # forgets who has none
            shutil.rmtree(folder, ignore_errors=True)

    async def _slot(self, wait_seconds: float) -> IO[bytes]:
        until = time.monotonic() + wait_seconds
        while True:
            if slot := free_slot(self._slots, self._at_once):
                return slot
            if time.monotonic() > until:
                raise BusyError
            await asyncio.sleep(POLL_SECONDS)

    def _make_private(self, folder: Path) -> None:
        """What people wrote is in it: nobody else on this machine reads it."""
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / "spill").mkdir(parents=True)

    def list_jobs(self, owner: Owner) -> list[Job]:
        """The owner's, the newest first."""
        found = [self._as_job(job, asked) for job, asked in self._all() if asked.owner == owner]
        return sorted(found, key=lambda job: (job.asked.created_at, job.asked.id), reverse=True)

    def find(self, id_: str, owner: Owner) -> Job | None:
        """None where there is none of that id, or it is another's, or one's own with other rights than now."""
        job, asked = self._find(id_, owner)
        return self._as_job(job, asked) if asked else None

    def file(self, id_: str, owner: Owner) -> Path | None:
        """The whole file; None where `find` gives none, or it is not ready."""
        job, asked = self._find(id_, owner)
        return job.file if asked and self._as_job(job, asked).state is State.READY else None

    def remove(self, id_: str, owner: Owner) -> bool:
        """Cancel it, or delete it; False where `find` gives none."""
        job, asked = self._find(id_, owner)
        if asked is None:
            return False
        job.cancel()
        job.remove()
        return True

    def sweep(self, now: datetime) -> None:
        """Remove what has expired, and what a process that was killed has left behind."""
        for job, asked in self._all():
            if not job.is_held() and (self._expires_at(asked, *job.standing()) or now) <= now:
                job.remove()
        not_read = [path for path in _folders(self._jobs) if JobFolder(path).asked() is None]
        for folder in [*_folders(self._streams), *not_read]:
            if now - _written_at(folder) > STREAMS_KEPT:
                shutil.rmtree(folder, ignore_errors=True)

    def _check_room(self, owner: Owner) -> None:
        jobs = self.list_jobs(owner)
        unfinished = sum(job.state in (State.WAITING, State.WRITING) for job in jobs)
        if unfinished >= MOST_UNFINISHED:
            raise TooManyDownloadsError(f"{MOST_UNFINISHED} downloads are being made already: wait or cancel one")
        if len(jobs) >= MOST_KEPT:
            raise TooManyDownloadsError(f"{MOST_KEPT} downloads are kept already: delete one first")
        if sum(_size(job.path) for job, _ in self._all()) > self._most_bytes:
            raise TooManyDownloadsError(
                "downloads take up all the room they may: delete some, or wait until they expire"
            )

    def _find(self, id_: str, owner: Owner) -> tuple[JobFolder, Asked | None]:
        job = JobFolder(self._jobs / (id_ if ID.fullmatch(id_) else "none"))
        asked = job.asked()
        is_theirs = asked is not None and asked.owner == owner
        return job, asked if is_theirs else None

    def _all(self) -> Iterator[tuple[JobFolder, Asked]]:
        for folder in _folders(self._jobs):
            job = JobFolder(folder)
            asked = job.asked()
            if asked:
                yield job, asked

    def _as_job(self, job: JobFolder, asked: Asked) -> Job:
        state, known = job.standing()
        ready = state is State.READY
        return Job(
            asked=asked,
            state=state,
            rows_done=asked.rows if ready else known.get("rows", 0),
            bytes=known["bytes"] if ready else None,
            expires_at=self._expires_at(asked, state, known) if ready else None,
            reason=known.get("reason"),
        )

    def _expires_at(self, asked: Asked, state: State, known: dict[str, Any]) -> datetime | None:
        if state in (State.WAITING, State.WRITING):
            return None
        since = datetime.fromtimestamp(known["at"], UTC) if state is State.READY else asked.created_at
        return since + self._kept


async def sweeping(downloads: Downloads, now: Callable[[], datetime]) -> None:
    """What has expired is gone within the hour, also where nobody asks; until it is cancelled."""
    while True:
        try:
            await asyncio.to_thread(downloads.sweep, now())
        except OSError:
            log.exception("downloads that have expired cannot be removed")
        await asyncio.sleep(SWEEP_SECONDS)


def _kept_readable(rows: Extract | pa.Table, link: Path) -> Extract | pa.Table:
    """The snapshot under a name of its own: it may be replaced, and its file removed, before it is read."""
    if isinstance(rows, pa.Table):
        return rows
    os.link(rows.snapshot, link)
    return replace(rows, snapshot=link)


def _folders(root: Path) -> list[Path]:
    return [path for path in root.iterdir() if path.is_dir()] if root.is_dir() else []


def _size(folder: Path) -> int:
    """Bytes of a download's own; the snapshot's are not."""
    total = 0
    for path in (folder / "data", folder / "data.part"):
        with suppress(FileNotFoundError):
            total += path.stat().st_size
    return total


def _written_at(path: Path) -> datetime:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return datetime.now(UTC)
