"""How much anybody may do to reviews: what they do is kept for good."""

import threading
import time

from cachetools import TTLCache

from auth.viewer import Role, Viewer

MOST_A_MINUTE = {Role.CREATOR: 60, Role.OPERATIONS: 20_000}  # sessions acted on: more than a person does
REMEMBERED = 10_000
MINUTE_SECONDS = 60


class TooOftenError(Exception):
    """Somebody does more in a minute than a person can."""


class Pace:
    """Counts what each person does, in this process."""

    def __init__(self) -> None:
        self._done: TTLCache[tuple[Role, str, int], int] = TTLCache(REMEMBERED, 2 * MINUTE_SECONDS)
        self._lock = threading.Lock()

    def take(self, viewer: Viewer, sessions: int) -> None:
        """Count so many more. Raises TooOftenError where they are too many, and counts none."""
        key = (viewer.role, viewer.account or viewer.id, int(time.monotonic() // MINUTE_SECONDS))
        most = MOST_A_MINUTE.get(viewer.role, 0)
        with self._lock:
            done = self._done.get(key, 0) + sessions
            if done > most:
                raise TooOftenError(f"at most {most} sessions a minute: wait a little")
            self._done[key] = done
