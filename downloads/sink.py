"""Where an export's bytes go, and what is told of them on the way."""

import hashlib
import io
from typing import Any, Protocol


class Sink(Protocol):
    """What takes bytes, in order; nothing is ever read back or written twice."""

    def write(self, data: bytes) -> object: ...


class Told(Protocol):
    """Is told how many rows are written, again and again. Raises what ends the writing, as where it was cancelled."""

    def __call__(self, rows: int, /) -> None: ...


class Digest(io.RawIOBase):
    """Passes bytes on to a sink and keeps their SHA-256. A file as far as pyarrow needs one."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._hash = hashlib.sha256()
        self._at = 0

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._hash.update(piece)
        self._sink.write(piece)
        self._at += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._at

    def writable(self) -> bool:
        return True

    def hexdigest(self) -> str:
        """Of what was written so far."""
        return self._hash.hexdigest()
