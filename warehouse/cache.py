"""The bounded folder that files of exports in buckets are fetched into."""

import fcntl
import os
import re
import shutil
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

WHOLE, PARTIAL = ".parquet", ".part"
OWN = re.compile(rf"[0-9a-f]{{64}}({re.escape(WHOLE)}|{re.escape(PARTIAL)})")


class FileCache:
    """Files that are named by their content, and therefore never change.

    One process at a time fetches into it. While any process reads an export from it nothing is removed, so it may be
    over its bound for as long; what the wanted export itself needs is never removed. Other files in the folder are
    left alone.
    """

    def __init__(self, folder: Path, bound: int) -> None:
        """`bound` in bytes."""
        self._folder = folder.resolve()
        self._bound = bound
        self._reading: weakref.finalize[Any, Any] | None = None

    def path(self, digest: str) -> Path:
        return self._folder / f"{digest}{WHOLE}"

    def partial(self, path: Path) -> Path:
        return path.with_suffix(PARTIAL)

    def has(self, path: Path, size: int) -> bool:
        """Whether it is here whole; if so, it counts as used now."""
        try:
            if path.stat().st_size != size:
                return False
            os.utime(path)
        except FileNotFoundError:
            return False
        return True

    def free(self) -> int:
        """Bytes that may still be written to its disk."""
        return shutil.disk_usage(self._folder).free

    @contextmanager
    def filling(self) -> Iterator[None]:
        """Nobody else fetches meanwhile, nor removes what is fetched."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / ".fetching").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def make_room(self, wanted: Mapping[Path, int]) -> None:
        """Remove what is not wanted, longest unused first, until both fit the bound; what is half fetched, at once."""
        with (self._folder / ".reading").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            self._remove_unwanted(wanted)

    def drop_partials(self, wanted: Mapping[Path, int]) -> None:
        for path in wanted:
            with suppress(OSError):
                self.partial(path).unlink()

    def hold(self) -> None:
        """Keep all files until `release`, the end of this object or of the process."""
        self.release()
        lock = os.open(self._folder / ".reading", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._reading = weakref.finalize(self, os.close, lock)
        fcntl.flock(lock, fcntl.LOCK_SH)

    def release(self) -> None:
        if self._reading:
            self._reading()

    def _remove_unwanted(self, wanted: Mapping[Path, int]) -> None:
        kept = set(wanted) | {self.partial(path) for path in wanted}
        others = [path for path in self._folder.iterdir() if OWN.fullmatch(path.name) and path not in kept]
        for path in (path for path in others if path.suffix == PARTIAL):
            path.unlink(missing_ok=True)
        whole = {path: path.stat() for path in others if path.suffix == WHOLE}
        over = sum(wanted.values()) + sum(stat.st_size for stat in whole.values()) - self._bound
        for path in sorted(whole, key=lambda path: whole[path].st_mtime_ns):
            if over <= 0:
                return
            path.unlink(missing_ok=True)
            over -= whole[path].st_size
