"""How often somebody did something lately, in this process."""

import threading
import time
from collections.abc import Hashable

from cachetools import TTLCache

REMEMBERED = 10_000


class Often:
    """Counts by key in spans of `seconds`."""

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self._done: TTLCache[tuple[Hashable, int], int] = TTLCache(REMEMBERED, 2 * seconds)
        self._lock = threading.Lock()

    def take(self, key: Hashable, most: int) -> bool:
        """Count one more; False, and none is counted, where there were `most` in this span."""
        span = (key, int(time.monotonic() // self._seconds))
        with self._lock:
            done = self._done.get(span, 0)
            if done >= most:
                return False
            self._done[span] = done + 1
            return True
