"""Every question to the store's database: in threads of its own, so that nobody who asks waits long."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, TypeVar

from sqlalchemy import Connection, CursorResult, Engine, text
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from store.engine import RefusedError, StoreError, reason, writing

log = logging.getLogger(__name__)
T = TypeVar("T")
DEADLINE_SECONDS = 3.0
REST_SECONDS = 1.0  # after a failure: so long everybody is refused at once
THREADS = 4
REFUSED = (DataError, IntegrityError, UnicodeEncodeError)


class Calls:
    """Runs work on a database that may be locked, full, frozen or gone.

    An answer that does not come within DEADLINE_SECONDS is a failure, and within REST_SECONDS of one nobody else
    waits for another: requests that need the store are refused quickly, all others never notice.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._jobs: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._failed_at = float("-inf")
        self._failure: str | None = None
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []

    def write(self, doing: str, work: Callable[[Connection], T]) -> T:
        """`work` within a transaction; `doing` names it in the error. What is not ready in time is not written: whoever
        was told that it failed may ask for it again. Raises StoreError, or RefusedError where it is the values'
        fault."""
        late = threading.Event()

        def call() -> T:
            with writing(self.engine) as connection:
                answer = _read_to_its_end(work(connection))
                if late.is_set():
                    raise StoreError(doing)
                return answer

        return self._run(doing, call, late)

    def read(self, doing: str, work: Callable[[Connection], T]) -> T:
        """The same without writing. Raises StoreError."""

        def call() -> T:
            with self.engine.begin() as connection:
                return _read_to_its_end(work(connection))

        return self._run(doing, call)

    def problem(self) -> str | None:
        """What is wrong now, in words without values: what failed last, unless a look at the tables succeeds, and a
        write since."""
        try:
            self.read("the store does not answer", lambda found: found.execute(text("SELECT * FROM alembic_version")))
        except StoreError as error:
            return str(error)
        return self._failure

    def close(self) -> None:
        """Ends the threads that are not stuck; those die with the process."""
        for _ in self._threads:
            self._jobs.put(None)
        end = time.monotonic() + DEADLINE_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        self.engine.dispose()

    def _run(self, doing: str, call: Callable[[], T], late: threading.Event | None = None) -> T:
        if time.monotonic() - self._failed_at < REST_SECONDS:
            raise StoreError(f"{doing}: its database failed a moment ago")
        self._start()
        future: Future[T] = Future()
        self._jobs.put((future, call))
        try:
            answer = future.result(DEADLINE_SECONDS)
        except TimeoutError:
            future.cancel()
            if late:
                late.set()
            raise self._failed(doing, "no answer in time") from None
        except REFUSED as error:
            log.error("%s: %s", doing, reason(error, self.engine))
            raise RefusedError(doing) from None
        except SQLAlchemyError as error:
            raise self._failed(doing, reason(error, self.engine)) from None
        if self._failure is not None and self._failure.startswith(doing):
            self._failure = None
        return answer

    def _failed(self, doing: str, why: str) -> StoreError:
        """The reason is for the log: it names servers and files."""
        log.error("%s: %s", doing, why)
        self._failed_at, self._failure = time.monotonic(), doing
        return StoreError(doing)

    def _start(self) -> None:
        with self._lock:
            while len(self._threads) < THREADS:
                thread = threading.Thread(target=self._work, name=f"store-{len(self._threads)}", daemon=True)
                self._threads.append(thread)
                thread.start()

    def _work(self) -> None:
        while job := self._jobs.get():
            future, call = job
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(call())
            except BaseException as error:
                future.set_exception(error)


def _read_to_its_end(answer: T) -> T:
    """A result left open would keep its connection, back in the pool, on an old state of SQLite's file: the next
    write through it is refused at once, as if the database were locked."""
    if isinstance(answer, CursorResult):
        answer.close()
    return answer
