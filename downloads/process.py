"""Processes that write: started for a job and left to themselves, or read from as they write."""

import asyncio
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import IO

from downloads.work import Work
from warehouse.limits import YIELDING

ROOT = Path(__file__).parent.parent
COMMAND = (*YIELDING, sys.executable, "-m", "downloads.worker")
CHUNK = 2**18
ALLOCATOR = {"ARROW_DEFAULT_MEMORY_POOL": "system"}  # gives back what was used: 25 MB less at the peak
# What Python and the system need; no setting and no secret of the server.
PASSED_ON = ("PATH", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "LD_LIBRARY_PATH")


class WriterError(Exception):
    """The process that writes ended before the file was whole."""


def start_job(work: Work, lock: IO[bytes]) -> None:
    """Start it, with the job's lock; it outlives this server."""
    process = subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, cwd=ROOT, env=_environment(),
        process_group=0, pass_fds=(lock.fileno(),),
    )  # fmt: skip
    assert process.stdin
    with lock, process.stdin:
        process.stdin.write(pickle.dumps(work))
    threading.Thread(target=process.wait, name="download", daemon=True).start()  # or it stays as a zombie


async def stream(work: Work) -> AsyncGenerator[bytes]:
    """The file as it is written; the process ends with whoever reads it. Raises WriterError
    where the file is not whole."""
    process = await asyncio.create_subprocess_exec(
        *COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, env=_environment(), limit=2 * CHUNK
    )
    assert process.stdin
    assert process.stdout
    try:
        process.stdin.write(pickle.dumps(work))
        await process.stdin.drain()
        process.stdin.close()
        while chunk := await process.stdout.read(CHUNK):
            yield chunk
        status = await process.wait()
        if status:
            raise WriterError(f"the writer ended with status {status}")
    finally:
        if process.returncode is None:
            process.kill()
            while await process.stdout.read(CHUNK):
                """Until the pipe is empty: asyncio takes a process for ended only then."""
            await process.wait()


def _environment() -> dict[str, str]:
    return {name: os.environ[name] for name in PASSED_ON if name in os.environ} | ALLOCATOR
