"""Wires the doors to the services, and runs the server."""

import logging
import os
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

import uvicorn
from a2wsgi import WSGIMiddleware
from dotenv import load_dotenv
from fastapi import FastAPI
from starlette.requests import HTTPConnection
from starlette.templating import Jinja2Templates
from starlette.types import ASGIApp
from starlette_compress import CompressMiddleware

from api.health import health_router
from api.problems import add_handlers
from api.recordings import recordings_router
from api.sessions import sessions_router
from auth.cookie import COOKIE, SessionCookie
from auth.demo import demo_router, is_loopback
from auth.middleware import SIGN_IN, ViewerMiddleware
from auth.viewer import CreatorScope, Viewer
from callbacks.page import create_page
from layouts.ids import PAGE_PATH
from layouts.page import ICON
from pages import OPEN_PAGE_PATHS, STATIC_PATHS, TEMPLATES, add_page
from pages.compressed import CompressedFiles
from queries.models import PersonOption
from queries.options import list_creators
from queries.statement import setup_sql
from recordings import recording_links
from services import Services
from settings import Settings, SettingsError, load_settings
from warehouse.__main__ import terminal_progress
from warehouse.demo import write_demo
from warehouse.refresh import Warehouse
from warehouse.snapshot import SNAPSHOT_PREFIX

log = logging.getLogger("session_history")
OPEN_PATHS = (SIGN_IN, "/sign-out", "/api/health", *OPEN_PAGE_PATHS)


def create_app(settings: Settings) -> ASGIApp:
    """The whole application: REST, sign-in and page behind one middleware that says who is asking."""
    secret_key = _secret_key(settings)
    services = Services(
        settings=settings,
        warehouse=Warehouse(
            settings.export_location,
            settings.snapshots_dir,
            setup=setup_sql(),
            refresh_seconds=settings.refresh_seconds,
        ),
        recordings=recording_links(
            bucket=settings.recordings_bucket,
            endpoint=settings.recordings_endpoint,
            local_folder=None if settings.export else settings.demo_dir / "recordings",
            secret_key=secret_key,
        ),
    )
    cookie = SessionCookie(secret_key)
    app = _doors(services, cookie)
    app.state.services = services

    def authenticate(connection: HTTPConnection) -> Viewer | None:
        return cookie.read(connection.cookies.get(COOKIE))

    guarded = ViewerMiddleware(app, authenticate, OPEN_PATHS, PAGE_PATH)
    static = CompressedFiles(guarded, settings.data_dir / "compressed", STATIC_PATHS)
    return CompressMiddleware(static, minimum_size=1000)


def _doors(services: Services, cookie: SessionCookie) -> FastAPI:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        services.warehouse.start()
        yield
        services.warehouse.stop()

    app = FastAPI(
        title="Session History", version="1", lifespan=lifespan,
        openapi_url="/api/openapi.json", docs_url=None, redoc_url=None,
    )  # fmt: skip
    add_handlers(app)
    for router in (health_router(services), sessions_router(services), recordings_router(services)):
        app.include_router(router)
    templates = Jinja2Templates(TEMPLATES)
    templates.env.globals["icon"] = ICON

    def creators() -> list[PersonOption]:
        return list_creators(services.warehouse.current(), CreatorScope(all_creators=True))

    app.include_router(demo_router(cookie, creators, templates, PAGE_PATH))
    page = WSGIMiddleware(create_page(services).server, workers=8)
    add_page(app, page, templates, services.warehouse)
    return app


def _secret_key(settings: Settings) -> str:
    """The setting's, else the demo's own: made once, kept in the data folder, shared by all workers."""
    if settings.secret_key:
        return settings.secret_key.get_secret_value()
    path = settings.data_dir / "secret_key"
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", dir=path.parent, prefix=".secret_key-") as draft:
        draft.write(secrets.token_urlsafe(32))
        draft.flush()
        with suppress(FileExistsError):
            os.link(draft.name, path)  # whole or not at all: no worker reads a key half written
    return path.read_text()


def check_start(settings: Settings) -> None:
    """Refuse what must not be served. Raises SettingsError."""
    if settings.auth == "demo" and not is_loopback(settings.host) and not settings.demo_public:
        raise SettingsError(
            "SESSIONS_HOST: demo sign-in lets anybody in and serves on loopback only"
            " (SESSIONS_DEMO_PUBLIC=true serves it elsewhere all the same)"
        )
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        NamedTemporaryFile(dir=settings.data_dir).close()
    except OSError as error:
        raise SettingsError(f"SESSIONS_DATA_DIR: cannot write to {settings.data_dir} ({error.strerror})") from None
    served_before = any(settings.snapshots_dir.glob(f"{SNAPSHOT_PREFIX}*"))
    if settings.export and not Path(settings.export).is_dir() and not served_before:
        raise SettingsError(f"SESSIONS_EXPORT: no such folder: {settings.export}")


def prepare_demo(settings: Settings) -> None:
    """Write the demo export where none is given and none is there yet."""
    if settings.export is None and not settings.demo_dir.exists():
        write_demo(
            settings.demo_dir, sessions=settings.demo_sessions, creators=25, seed=1, progress=terminal_progress()
        )


def worker_app() -> ASGIApp:
    """What each server process runs, its settings read from the environment."""
    settings = load_settings()
    logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in ("botocore", "urllib3"):  # at debug they log the keys of recordings
        logging.getLogger(name).setLevel(logging.WARNING)
    return create_app(settings)


def main() -> int:
    load_dotenv(".env")
    try:
        settings = load_settings()
        check_start(settings)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    prepare_demo(settings)
    print(f"Session History: http://{settings.host}:{settings.port}{PAGE_PATH}", file=sys.stderr)
    uvicorn.run(
        "app:worker_app", factory=True, host=settings.host, port=settings.port, workers=settings.workers,
        access_log=False, log_level=settings.log_level,
    )  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
