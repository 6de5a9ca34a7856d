"""What all of them share: routes, and JSON made by pydantic's serialiser, which is written in Rust."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

import uvicorn
from fastapi import FastAPI, Response
from pydantic_core import to_json

Rows = Sequence[Sequence[Any]]
Ranged = Callable[[str, datetime, datetime, datetime], Awaitable[Rows]]
Searched = Callable[[str, str], Awaitable[Rows]]


def serve_rows(port: int, stats: Ranged, page: Ranged, students: Searched, app: FastAPI | None = None) -> None:
    """Serve on loopback until the process is ended."""
    app = app or FastAPI()

    @app.get("/ready")
    async def ready() -> Response:
        return Response("ready")

    @app.get("/stats")
    async def get_stats(creator: str, previous: datetime, start: datetime, end: datetime) -> Response:
        return _json(await stats(creator, previous, start, end))

    @app.get("/page")
    async def get_page(creator: str, previous: datetime, start: datetime, end: datetime) -> Response:
        return _json(await page(creator, previous, start, end))

    @app.get("/students")
    async def get_students(creator: str, q: str) -> Response:
        return _json(await students(creator, q))

    uvicorn.run(app, host="127.0.0.1", port=port, access_log=False, log_level="warning", timeout_keep_alive=3600)


def _json(rows: Rows) -> Response:
    return Response(to_json(rows), media_type="application/json")
