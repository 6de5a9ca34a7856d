"""The snapshot that serves now, and the watch that replaces it when the export changes."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import IO

from warehouse.builder import Builder, Order
from warehouse.contract import ExportError, Problem
from warehouse.publish import layout_version, one_builder, snapshots_in
from warehouse.refusals import read_refusal
from warehouse.snapshot import Snapshot, SnapshotError
from warehouse.source import source_of

log = logging.getLogger(__name__)

Build = Callable[[Order, IO[str]], Sequence[Problem]]


class NoSnapshotError(Exception):
    """Nothing can be answered yet: the first snapshot is still being built, or its export is bad."""


class Warehouse:
    """Serves the newest good snapshot of one export; several servers may share its folder, and one of them builds.

    A bad export never replaces a good snapshot: the old one goes on, `problems` says what is wrong.
    A question holds the Snapshot it started with, so one that is replaced meanwhile is read to the end.
    """

    def __init__(
        self, order: Order, *, setup: Sequence[str] = (), refresh_seconds: float = 30, answers_bytes: int = 0,
        build: Build | None = None,
    ) -> None:  # fmt: skip
        """`build` is for those who would build in this process. Raises ExportError for a malformed location."""
        self._order = order
        self._source = source_of(order.location, order.cache, order.options)
        self._setup = setup
        self._answers_bytes = answers_bytes
        self._refresh_seconds = refresh_seconds
        self._builder = Builder()
        self._build = build or self._builder.build
        self._snapshot: Snapshot | None = None
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
        self._builder.stop()
        if self._thread:
            self._thread.join(timeout=10)

    def refresh(self) -> None:
        """Look at the export once and, if it is new, have it built and serve it."""
        try:
            problems = self._follow(self._source.look().fingerprint)
        except ExportError as error:
            problems = error.problems
        except Exception as error:
            log.exception("refresh failed")
            problems = [Problem("export", None, f"could not be looked at ({type(error).__name__})")]
        if problems is not None:
            self._tell(tuple(problems))

    def _follow(self, fingerprint: str) -> Sequence[Problem] | None:
        """What is wrong with the export of that fingerprint; None where that is not known yet."""
        if fingerprint != self._serving():
            self._open_newest()
        if fingerprint == self._serving():
            return ()
        refusal = read_refusal(self._order.out)
        if refusal and refusal.fingerprint == fingerprint:
            return refusal.problems
        with one_builder(self._order.out, wait=False) as lock:
            if lock is None:
                return None
            self._open_newest()
            order = replace(self._order, yields=self._snapshot is not None)
            problems = () if fingerprint == self._serving() else self._build(order, lock)
        self._open_newest()
        return None if self._stop.is_set() else problems

    def _tell(self, problems: tuple[Problem, ...]) -> None:
        if problems and problems != self.problems:
            for problem in problems:
                log.error("export refused: %s", problem)
            log.error("%s", "the last good snapshot goes on serving" if self._snapshot else "nothing to serve yet")
        self.problems = problems

    def _serving(self) -> str | None:
        return self._snapshot.info.fingerprint if self._snapshot else None

    def _watch(self) -> None:
        self.refresh()
        while not self._stop.wait(self._refresh_seconds):
            self.refresh()

    def _open_newest(self) -> None:
        for path in snapshots_in(self._order.out):
            if self._snapshot and path == self._snapshot.path:
                return
            try:
                snapshot = Snapshot(path, self._setup, self._answers_bytes)
                if snapshot.info.layout == layout_version():
                    snapshot.warm()
            except SnapshotError as error:
                log.warning("snapshot passed over: %s", error)
                continue
            if snapshot.info.layout == layout_version():
                self._snapshot = snapshot
                log.info("serving %s, %d sessions", path.name, snapshot.info.sessions)
                return
            snapshot.close()
