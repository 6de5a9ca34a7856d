"""A step that is taken again and again in a thread of its own."""

import logging
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)
AFTER_ERROR_SECONDS = 30.0


class Repeated:
    """Takes `step` until `stop`; `step` gives the seconds to wait until the next. Then `last`, if there is one.

    The thread is a daemon: one that is stuck dies with the process.
    """

    def __init__(self, name: str, step: Callable[[], float], last: Callable[[], None] | None = None) -> None:
        self._step = step
        self._last = last
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, seconds: float) -> None:
        """Waits for the thread's end so long at most."""
        self._stopped.set()
        if self._thread.ident is not None:
            self._thread.join(seconds)

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._stopped.wait(self._safely())
        if self._last:
            self._last()

    def _safely(self) -> float:
        try:
            return self._step()
        except Exception:
            log.exception("%s", self._thread.name)
            return AFTER_ERROR_SECONDS
