"""How many write at once, over all server processes: a lock on a file is let go by the system when its holder ends."""

import fcntl
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

POLL_SECONDS = 0.2


def take_slot(folder: Path, at_once: int, may_wait: Callable[[], bool]) -> IO[bytes] | None:
    """One of so many slots, held as long as the file stays open; None where all are taken and waiting is over."""
    folder.mkdir(parents=True, exist_ok=True)
    while True:
        for number in range(at_once):
            slot = locked(folder / f"slot-{number}")
            if slot:
                return slot
        if not may_wait():
            return None
        time.sleep(POLL_SECONDS)


def locked(path: Path) -> IO[bytes] | None:
    """The file, with the one lock there is on it; None where another has it."""
    file = path.open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file
