"""Some things at a time, until one of them fails."""

import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


class Stopped(Exception):
    """Another one failed, so this one need not go on."""


def in_threads(work: Callable[[T, threading.Event], None], items: Iterable[T], at_once: int) -> list[Exception]:
    """Do `work` for each item; what failed, when all have ended. After the first failure no item is begun, and those
    under way are told by the event.

    The threads are daemons, for a process that ends must not wait for a slow store.
    """
    waiting, stop, failures = deque(items), threading.Event(), list[Exception]()

    def run() -> None:
        while not stop.is_set():
            try:
                item = waiting.popleft()
            except IndexError:
                return
            try:
                work(item, stop)
            except Exception as error:
                failures.append(error)
                stop.set()

    threads = [threading.Thread(target=run, daemon=True) for _ in range(min(at_once, len(waiting)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures
