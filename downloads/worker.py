"""python -m downloads.worker: writes one file, with what it is told on standard input, and ends.

A process of its own: it may take a minute of processor time and 500 MB without the server feeling it, and is ended
without a trace.
"""

import os
import pickle
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO

import pyarrow as pa

from downloads.job import CancelledError, JobFolder
from downloads.order import Extract
from downloads.sink import Told
from downloads.slots import free_slot
from downloads.work import GONE, Work
from downloads.write import write
from warehouse.extract import BATCH_ROWS, read_batches

WATCH_SECONDS = 0.3


def main() -> int:
    work: Work = pickle.load(sys.stdin.buffer)  # from the server that started this process
    tempfile.tempdir = str(work.folder / "spill")  # gone with the folder, however this ends
    return _job(work) if work.is_job else _stream(work)


def _stream(work: Work) -> int:
    with os.fdopen(1, "wb", buffering=0) as out:
        _write(work, out, lambda rows: None)
    return 0


def _job(work: Work) -> int:
    job = JobFolder(work.folder)
    threading.Thread(target=_end_when_cancelled, args=(job,), daemon=True).start()
    try:
        with _slot(work, job), job.data() as out:
            _write(work, out, job.told)
        job.finish()
    except CancelledError:
        return GONE
    except BaseException as error:
        if not job.goes_on():  # its folder is gone
            return GONE
        job.fail(error)
        raise
    return 0


def _slot(work: Work, job: JobFolder) -> IO[bytes]:
    while job.goes_on():
        if slot := free_slot(work.slots, work.at_once):
            return slot
        time.sleep(WATCH_SECONDS)
    raise CancelledError


def _end_when_cancelled(job: JobFolder) -> None:
    """Also in the middle of a sort, which hears of nothing."""
    while job.goes_on():
        time.sleep(WATCH_SECONDS)
    os._exit(GONE)


def _write(work: Work, out: BinaryIO, told: Told) -> None:
    with _rows(work) as reader:
        write(reader, reader.schema, work.table, out, told)


@contextmanager
def _rows(work: Work) -> Iterator[pa.RecordBatchReader]:
    if isinstance(work.rows, pa.Table):
        yield work.rows.to_reader(BATCH_ROWS)
        return
    rows: Extract = work.rows
    with read_batches(rows.snapshot, rows.setup, rows.sql, work.folder / "spill") as reader:
        yield reader


if __name__ == "__main__":
    sys.exit(main())
