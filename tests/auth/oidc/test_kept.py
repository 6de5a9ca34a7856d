"""A document of the provider's: asked for once at a time, not too often, and kept while it cannot be had."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from auth.oidc.kept import Kept, ProviderUnavailable


class Source:
    """Gives 1, 2, 3…, each once `open` is set; or fails."""

    def __init__(self) -> None:
        self.asked = 0
        self.fails = False
        self.open = asyncio.Event()
        self.open.set()

    async def load(self) -> int:
        self.asked += 1
        number = self.asked
        await self.open.wait()
        if self.fails:
            raise ProviderUnavailable("down")
        return number


def run(test: Callable[[Source], Awaitable[None]]) -> None:
    async def within() -> None:
        await test(Source())

    asyncio.run(within())


def test_what_is_fresh_is_not_asked_for_again() -> None:
    async def test(source: Source) -> None:
        kept = Kept(source.load, fresh=100, pause=0)
        assert [await kept.get(), await kept.get()] == [1, 1]

    run(test)


def test_many_at_once_ask_once() -> None:
    async def test(source: Source) -> None:
        kept = Kept(source.load, fresh=100, pause=100)
        source.open.clear()
        asking = [asyncio.create_task(kept.get()) for _ in range(20)]
        await asyncio.sleep(0)
        source.open.set()
        assert set(await asyncio.gather(*asking)) == {1}
        assert source.asked == 1

    run(test)


def test_within_the_pause_nothing_is_asked_however_many_want_it_new() -> None:
    async def test(source: Source) -> None:
        kept = Kept(source.load, fresh=100, pause=100)
        assert {await kept.renew() for _ in range(50)} == {1}
        assert source.asked == 1

    run(test)


def test_what_is_old_serves_while_the_new_one_is_on_its_way() -> None:
    async def test(source: Source) -> None:
        kept = Kept(source.load, fresh=-1, pause=-1)
        await kept.renew()
        source.open.clear()
        assert [await kept.get(), await kept.get()] == [1, 1]
        await asyncio.sleep(0.01)
        assert source.asked == 2
        source.open.set()
        await asyncio.sleep(0.01)
        assert await kept.get() == 2

    run(test)


def test_what_is_old_serves_while_there_is_no_new_one() -> None:
    async def test(source: Source) -> None:
        kept = Kept(source.load, fresh=-1, pause=-1)
        await kept.renew()
        source.fails = True
        for _ in range(3):
            assert await kept.get() == 1
            await asyncio.sleep(0.01)
        assert source.asked > 1

    run(test)


def test_whoever_wants_it_new_is_told_that_it_cannot_be_had_and_within_the_pause_at_once() -> None:
    async def test(source: Source) -> None:
        kept = Kept(source.load, fresh=100, pause=100)
        source.fails = True
        for _ in range(3):
            with pytest.raises(ProviderUnavailable):
                await kept.renew()
            with pytest.raises(ProviderUnavailable):
                await kept.get()
        assert source.asked == 1

    run(test)


def test_one_who_gives_up_does_not_leave_it_locked() -> None:
    async def test(source: Source) -> None:
        kept = Kept(source.load, fresh=100, pause=-1)
        source.open.clear()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await kept.get()
        source.open.set()
        assert await kept.get() == 2

    run(test)
