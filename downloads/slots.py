"""How many write at once, over all server processes: a lock on a file is let go by the system when its holder ends."""

import fcntl
from pathlib import Path
from typing import IO


def free_slot(folder: Path, at_once: int) -> IO[bytes] | None:
    """One of so many slots, held as long as the file stays open; None where all are taken."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(at_once):
        slot = locked(folder / f"slot-{number}")
        if slot:
            return slot
    return None


def locked(path: Path) -> IO[bytes] | None:
    """The file, with the one lock there is on it; None where another has it."""
    file = path.open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file
