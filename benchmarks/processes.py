"""What processes of this machine hold, as the kernel counts it."""

from contextlib import suppress
from pathlib import Path


def peak_megabytes(said: bytes, where: str) -> list[float]:
    """The most that each process has held resident so far whose `cmdline` or `environ` says that; the most first."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if said in (process / where).read_bytes():
                lines = (process / "status").read_text().splitlines()
                found += [int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")]
    return sorted(found, reverse=True)
