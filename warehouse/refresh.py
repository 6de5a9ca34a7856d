"""The snapshot that serves now, and the watch that replaces it when the export changes."""

import fcntl
import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from warehouse.build import build_snapshot
from warehouse.contract import ExportError, Problem
from warehouse.publish import layout_version, remove_old_snapshots
from warehouse.snapshot import SNAPSHOT_PREFIX, SNAPSHOT_SUFFIX, Snapshot, SnapshotError
from warehouse.source import Export, source_of

log = logging.getLogger(__name__)


class NoSnapshotError(Exception):
    """Nothing can be answered yet: the first snapshot is still being built, or its export is bad."""


class Warehouse:
    """Serves the newest good snapshot of one export.

    A bad export never replaces a good snapshot: the old one goes on, `problems` says what is wrong.
    A question holds the Snapshot it started with, so one that is replaced meanwhile is read to the end.
    """

    def __init__(self, export: str, directory: Path, *, setup: Sequence[str] = (), refresh_seconds: float = 30) -> None:
        self._export = export
        self._directory = directory
        self._setup = setup
        self._refresh_seconds = refresh_seconds
        self._snapshot: Snapshot | None = None
        self._refused: str | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.problems: tuple[Problem, ...] = ()

    def current(self) -> Snapshot:
        """The snapshot to answer from. Raises NoSnapshotError before the first."""
        if self._snapshot is None:
            raise NoSnapshotError
        return self._snapshot

    def start(self) -> None:
        """Open the newest snapshot there is, then watch the export from a thread."""
        self._open_newest()
        self._thread = threading.Thread(target=self._watch, name="warehouse-refresh", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread:
            self._thread.join(timeout=10)

    def refresh(self) -> None:
        """Look at the export once and, if it is new, check it, build it and serve it."""
        fingerprint = None
        try:
            export = source_of(self._export).look()
            fingerprint = export.fingerprint
            if fingerprint == self._refused:
                return
            if fingerprint != self._serving():
                self._publish(export)
            self._refused, self.problems = None, ()
        except ExportError as error:
            self._refused = fingerprint
            self._refuse(error.problems)
        except Exception as error:
            log.exception("refresh failed")
            self.problems = (Problem(self._export, None, f"could not be built ({type(error).__name__})"),)

    def _publish(self, export: Export) -> None:
        with self._one_builder():
            self._open_newest()
            if export.fingerprint != self._serving():
                build_snapshot(export, self._directory)
                self._open_newest()
                remove_old_snapshots(self._directory)

    def _refuse(self, problems: list[Problem]) -> None:
        if tuple(problems) == self.problems:
            return
        self.problems = tuple(problems)
        for problem in problems:
            log.error("export refused: %s", problem)
        log.error("%s", "the last good snapshot goes on serving" if self._snapshot else "nothing to serve yet")

    def _serving(self) -> str | None:
        return self._snapshot.info.fingerprint if self._snapshot else None

    def _watch(self) -> None:
        self.refresh()
        while not self._stop.wait(self._refresh_seconds):
            self.refresh()

    def _open_newest(self) -> None:
        for path in sorted(self._directory.glob(f"{SNAPSHOT_PREFIX}*{SNAPSHOT_SUFFIX}"), reverse=True):
            if self._snapshot and path == self._snapshot.path:
                return
            try:
                snapshot = Snapshot(path, self._setup)
            except SnapshotError as error:
                log.warning("snapshot passed over: %s", error)
                continue
            if snapshot.info.layout == layout_version():
                self._snapshot = snapshot
                log.info("serving %s, %d sessions", path.name, snapshot.info.sessions)
                return
            snapshot.close()

    @contextmanager
    def _one_builder(self) -> Iterator[None]:
        self._directory.mkdir(parents=True, exist_ok=True)
        with (self._directory / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
