"""The application on a real server, in a thread of the test."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from tests.watched import in_this_process


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """The address at which `app` is served while the block runs; its lifespan runs too."""
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, log_config=None, timeout_graceful_shutdown=2, proxy_headers=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        wait_for(lambda: server.started or not thread.is_alive())
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=20)


@contextmanager
def client_of(app: ASGIApp) -> Iterator[httpx2.Client]:
    """A client of `app`, signed in as nobody, that follows no redirects."""
    # It speaks plain HTTP: to read whom it would trust takes 20 ms
    with serving(app) as url, httpx2.Client(base_url=url, trust_env=False, timeout=20, verify=False) as client:
        yield client


@contextmanager
def ready_client_of(app: ASGIApp) -> Iterator[httpx2.Client]:
    """The same once the first snapshot serves, which is built in this process."""
    fastapi_of(app).state.services.warehouse._build = in_this_process
    with client_of(app) as client:
        wait_for(lambda: client.get("/api/health").status_code == 200)
        yield client


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Poll until it holds. Raises TimeoutError."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.01)


def fastapi_of(app: Any) -> FastAPI:
    """The FastAPI application behind compression and the middleware."""
    while not isinstance(app, FastAPI):
        app = app.app
    return app
