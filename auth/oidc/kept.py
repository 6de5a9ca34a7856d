"""A document of the provider's, kept for a while."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

log = logging.getLogger(__name__)
T = TypeVar("T")


class ProviderUnavailable(Exception):
    """The provider does not answer, or not as its standard has it; the message is for the log."""


class Kept(Generic[T]):
    """What `load` gave last. It is asked for once at a time, and not again within `pause` seconds.

    Older than `fresh` seconds it is loaded anew in the background; while that fails, the old one serves.
    """

    def __init__(self, load: Callable[[], Awaitable[T]], *, fresh: float, pause: float) -> None:
        self._load = load
        self._fresh = fresh
        self._pause = pause
        self._value: T | None = None
        self._failure: str | None = None
        self._loaded = self._tried = float("-inf")
        self._lock = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    async def get(self) -> T:
        """What there is. Raises ProviderUnavailable where there never was one."""
        if self._value is None:
            await self.renew()
        elif self._age(self._loaded) > self._fresh and self._age(self._tried) > self._pause:
            self._task = self._task if self._task and not self._task.done() else asyncio.create_task(self._follow())
        assert self._value is not None
        return self._value

    async def renew(self) -> T:
        """It, loaded anew, or within the pause. Raises ProviderUnavailable, also where it just was."""
        async with self._lock:
            if self._age(self._tried) > self._pause:
                await self._try()
        if self._failure is not None:
            raise ProviderUnavailable(self._failure)
        assert self._value is not None
        return self._value

    async def _try(self) -> None:
        self._failure = "it did not answer in time"  # unless it does
        try:
            self._value = await self._load()
            self._loaded, self._failure = time.monotonic(), None
        except ProviderUnavailable as error:
            self._failure = str(error)
        finally:
            self._tried = time.monotonic()

    async def _follow(self) -> None:
        try:
            await self.renew()
        except ProviderUnavailable as error:
            log.warning("the identity provider's documents are kept as they were: %s", error)

    @property
    def failure(self) -> str | None:
        """Why the last try gave nothing; None if it did."""
        return self._failure

    @staticmethod
    def _age(moment: float) -> float:
        return time.monotonic() - moment
