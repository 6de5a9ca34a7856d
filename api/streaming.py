"""A file as the answer to one request, sent while another process writes it."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AsyncExitStack
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from auth.viewer import Viewer
from downloads.folder import Downloads
from downloads.order import MEDIA_TYPES
from downloads.process import stream
from services.downloads.asking import Ordered

log = logging.getLogger(__name__)
HELD_BACK = 2**20  # bytes up to which a file is sent whole, with its length
STALLED_SECONDS = 60  # that a reader may take for a piece; who takes longer holds a place that others wait for
LOOK_SECONDS = 0.5
GONE = 499  # nobody reads it


class FileStream(StreamingResponse):
    """Cut off, without the end that its encoding has, where the file is not whole: nobody takes a part for all."""

    def __init__(self, pieces: AsyncIterator[bytes], opened: AsyncExitStack, **more: Any) -> None:
        super().__init__(pieces, **more)
        self._opened = opened

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._opened:
            try:
                await super().__call__(scope, receive, lambda message: asyncio.wait_for(send(message), STALLED_SECONDS))
            except (TimeoutError, ClientDisconnect):
                log.info("an export was given up: its reader left, or took nothing for %s seconds", STALLED_SECONDS)


async def answer_with_file(
    request: Request,
    downloads: Downloads,
    viewer: Viewer,
    made: Ordered,
    wait_seconds: float,
    headers: Mapping[str, str],
) -> Response:
    """The answer, begun: what goes wrong before a megabyte is written is raised, and a reader who leaves before that
    ends the writing. Raises TooManyDownloadsError, BusyError, WriterError."""
    media_type = MEDIA_TYPES[made.table.format]
    async with AsyncExitStack() as opening:
        account = viewer.account or viewer.id
        work = await opening.enter_async_context(downloads.streamed(account, made.table, made.rows, wait_seconds))
        pieces = stream(work)
        opening.push_async_callback(pieces.aclose)
        held = await _unless_left(request, pieces)
        if held is None:
            return Response(status_code=GONE)
        if len(held) <= HELD_BACK:
            return Response(held, media_type=media_type, headers=headers)
        return FileStream(_after(held, pieces), opening.pop_all(), media_type=media_type, headers=headers)


async def _unless_left(request: Request, pieces: AsyncGenerator[bytes]) -> bytes | None:
    """The first megabyte and a little more, or all there is; None where the reader has left meanwhile."""
    held = asyncio.ensure_future(_held(pieces))
    left = asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait((held, left), return_when=asyncio.FIRST_COMPLETED)
        return held.result() if held.done() else None
    finally:
        held.cancel()
        left.cancel()
        await asyncio.gather(held, left, return_exceptions=True)


async def _held(pieces: AsyncGenerator[bytes]) -> bytes:
    held = bytearray()
    async for piece in pieces:
        held += piece
        if len(held) > HELD_BACK:
            break
    return bytes(held)


async def _left(request: Request) -> None:
    while not await request.is_disconnected():
        await asyncio.sleep(LOOK_SECONDS)


async def _after(held: bytes, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield held
    async for piece in pieces:
        yield piece
