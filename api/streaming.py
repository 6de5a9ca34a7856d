"""A file as the answer to one request, sent while another process writes it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from typing import Any

import pyarrow as pa
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from downloads.folder import Downloads
from downloads.order import MEDIA_TYPES, Extract, Table
from downloads.process import stream

HELD_BACK = 2**20  # bytes up to which a file is sent whole, with its length
STALLED_SECONDS = 60  # that a reader may take for a piece; who takes longer holds a place that others wait for


class FileStream(StreamingResponse):
    """Cut off, without the end that its encoding has, where the file is not whole: nobody takes a part for all."""

    def __init__(self, pieces: AsyncIterator[bytes], opened: AsyncExitStack, **more: Any) -> None:
        super().__init__(pieces, **more)
        self._opened = opened

    @classmethod
    async def of(
        cls,
        downloads: Downloads,
        table: Table,
        rows: Extract | pa.Table,
        wait_seconds: float,
        headers: Mapping[str, str],
    ) -> Response:
        """The answer, begun: what goes wrong before a megabyte is written is raised. Raises BusyError, WriterError."""
        media_type = MEDIA_TYPES[table.format]
        async with AsyncExitStack() as opening:
            work = opening.enter_context(downloads.streamed(table, rows, wait_seconds))
            pieces = stream(work)
            opening.push_async_callback(pieces.aclose)
            held = bytearray()
            async for piece in pieces:
                held += piece
                if len(held) > HELD_BACK:
                    rest = _after(bytes(held), pieces)
                    return cls(rest, opening.pop_all(), media_type=media_type, headers=headers)
            return Response(bytes(held), media_type=media_type, headers=headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._opened:
            await super().__call__(scope, receive, lambda message: asyncio.wait_for(send(message), STALLED_SECONDS))


async def _after(held: bytes, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield held
    async for piece in pieces:
        yield piece
