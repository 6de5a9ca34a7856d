"""Wires the doors to the services, and runs the server."""

import asyncio
import gc
import logging
import os
import secrets
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from a2wsgi import WSGIMiddleware
from dash import Dash
from dotenv import load_dotenv
from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.templating import Jinja2Templates
from starlette.types import ASGIApp
from starlette_compress import CompressMiddleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.supervisors import Multiprocess

from api.access_log import access_log_router
from api.calendar import calendar_router
from api.digests import digests_router
from api.events import events_router
from api.exports import exports_router
from api.health import health_router
from api.openapi import describe_access
from api.problems import add_handlers
from api.recordings import recordings_router
from api.reviews import reviews_router
from api.sessions import sessions_router
from api.views import views_router
from auth.cookie import SessionCookie
from auth.doors import SignInDoors, sign_in_doors
from auth.headers import SecurityHeaders, content_security_policy
from auth.middleware import AccessTokens, ViewerMiddleware
from auth.paths import CALLBACK, SIGN_IN, SIGN_OUT, SIGNED_OUT
from auth.viewer import CreatorScope
from callbacks.page import create_page
from downloads.folder import sweeping
from layouts.ids import ACCESS_LOG_PATH, DIGEST_PATH, PAGE_PATH
from layouts.language import LanguageError, read_language, speaking
from layouts.page import ICON
from layouts.theme import css_variables
from pages import OPEN_PAGE_PATHS, STATIC_PATHS, TEMPLATES, add_page
from pages.access_log import access_log_page
from pages.compressed import CompressedFiles
from pages.digests import digest_links_page, digest_page, digest_sender
from pages.wording import InLanguage, template_words
from queries.models import PersonOption
from queries.options import list_creators
from services import Services
from services.digests.links import LINKS_PATH, DigestLinks
from services.digests.sender import DigestSender
from services.feeds import FEEDS_PATH
from services.opening import build_order, open_services, store_of
from settings import Settings, SettingsError, is_loopback, load_settings, unknown_settings
from store.engine import StoreError
from warehouse.__main__ import terminal_progress
from warehouse.contract import ExportError
from warehouse.demo import write_demo
from warehouse.snapshot import SNAPSHOT_PREFIX
from warehouse.source import source_of

log = logging.getLogger("session_history")
STARTING_SECONDS = 60  # a process that has not imported all of this by then is taken for dead, and another started
OPEN_PATHS = (SIGN_IN, CALLBACK, SIGN_OUT, SIGNED_OUT, "/api/health", FEEDS_PATH, LINKS_PATH, *OPEN_PAGE_PATHS)


def create_app(settings: Settings) -> ASGIApp:
    """The whole application: REST, sign-in and page behind one middleware that says who is asking."""
    secret_key = _secret_key(settings)
    services = open_services(settings, secret_key)
    sign_ins = services.store.sign_ins
    cookie = SessionCookie(
        secret_key, lifetime=settings.sign_in_lifetime, idle=timedelta(minutes=settings.idle_minutes),
        is_ended=sign_ins.is_ended, always_secure=(settings.public_url or "").startswith("https:"),
    )  # fmt: skip
    language = read_language(settings.language, settings.locales_dir)
    with speaking(language):
        dash = create_page(services)
    templates = Jinja2Templates(TEMPLATES)
    templates.env.globals.update(icon=ICON, colours=css_variables(), **template_words())

    def creators() -> list[PersonOption]:
        return list_creators(services.warehouse.current(), CreatorScope(all_creators=True))

    doors = sign_in_doors(settings, secret_key, cookie, sign_ins, creators, templates, PAGE_PATH)
    links = DigestLinks(secret_key, settings.public_url)
    app = _doors(services, doors, dash, templates, links, digest_sender(services, templates, links, language))
    app.state.services = services
    return InLanguage(_guarded(app, services, cookie, doors.tokens, dash.csp_hashes()), language)


def _guarded(
    app: FastAPI, services: Services, cookie: SessionCookie, tokens: AccessTokens, inline_scripts: list[str]
) -> ASGIApp:
    """The application behind everything that every request goes through, the outermost last."""
    settings = services.settings
    public = urlsplit(settings.public_url or "")
    guarded: ASGIApp = ViewerMiddleware(
        app,
        cookie,
        tokens,
        open_paths=OPEN_PATHS,
        pages=(PAGE_PATH, ACCESS_LOG_PATH, f"{DIGEST_PATH}/"),
        own_host=public.netloc or None,
    )
    guarded = CompressedFiles(guarded, settings.data_dir / "compressed", STATIC_PATHS)
    origin = services.recordings.origin
    policy = content_security_policy(
        inline_scripts=inline_scripts,
        media=[origin] if origin else [],
        frame_ancestors=settings.frame_ancestors,
    )
    if settings.auth == "demo" and not settings.demo_public:
        guarded = TrustedHostMiddleware(guarded, allowed_hosts=_own_names(settings), www_redirect=False)
    guarded = SecurityHeaders(guarded, policy, settings.frame_ancestors, behind_tls=public.scheme == "https")
    guarded = CompressMiddleware(guarded, minimum_size=1000)
    if not settings.proxies:
        return guarded
    proxied: Any = ProxyHeadersMiddleware
    believed: ASGIApp = proxied(guarded, trusted_hosts=settings.proxies)
    return believed


def _own_names(settings: Settings) -> list[str]:
    """What a browser may call a demo's host: another name that leads here is another site's trick (DNS rebinding)."""
    public = urlsplit(settings.public_url or "").hostname
    return ["localhost", "127.0.0.1", "[::1]", "::1", settings.host, *([public] if public else [])]


def _doors(
    services: Services, sign_in: SignInDoors, dash: Dash, templates: Jinja2Templates, links: DigestLinks,
    sender: DigestSender | None,
) -> FastAPI:  # fmt: skip
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        services.store.sign_ins.start()
        services.warehouse.start()
        services.events.start()
        services.decisions.start()
        if sender:
            sender.start()
        tasks = [asyncio.create_task(sign_in.look()), asyncio.create_task(sweeping(services.downloads, services.now))]
        yield
        for task in tasks:
            task.cancel()
        services.warehouse.stop()
        services.events.stop()
        services.decisions.stop()
        if sender:
            sender.stop()
        services.store.close()

    app = FastAPI(
        title="Session History", version="1", lifespan=lifespan,
        openapi_url="/api/openapi.json", docs_url=None, redoc_url=None,
    )  # fmt: skip
    add_handlers(app)
    rest = (
        exports_router(services, PAGE_PATH),  # before the sessions, one of which it would be taken for
        sessions_router(services),
        recordings_router(services),
        access_log_router(services),
        calendar_router(services, PAGE_PATH),
        events_router(services),
        reviews_router(services),
        views_router(services),
        digests_router(services),
    )
    health = health_router(services, sign_in.problem)
    pages = (
        access_log_page(services, templates), digest_page(services, templates),
        digest_links_page(services, links, templates),
    )  # fmt: skip
    for router in (health, *rest, sign_in.router, *pages):
        app.include_router(router)
    describe_access(app)
    add_page(app, WSGIMiddleware(dash.server, workers=8), templates, services)
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
    public_host = urlsplit(settings.public_url or "http://localhost").hostname or ""
    is_behind = bool(settings.proxies or settings.oidc_issuer) or not is_loopback(public_host)
    if settings.auth == "demo" and is_behind and not settings.demo_public:
        raise SettingsError(
            "SESSIONS_AUTH: demo sign-in lets anybody in, and the settings speak of a provider, a proxy or a public"
            " address: set it to oidc (SESSIONS_DEMO_PUBLIC=true serves the demo all the same)"
        )
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        NamedTemporaryFile(dir=settings.data_dir).close()
    except OSError as error:
        raise SettingsError(f"SESSIONS_DATA_DIR: cannot write to {settings.data_dir} ({error.strerror})") from None
    try:
        read_language(settings.language, settings.locales_dir)
    except LanguageError as error:
        raise SettingsError(f"SESSIONS_LANGUAGE: {error}") from None
    try:
        store_of(settings).close()
    except StoreError as error:
        raise SettingsError(f"SESSIONS_DATABASE_URL: {error}") from None
    served_before = any(settings.snapshots_dir.glob(f"{SNAPSHOT_PREFIX}*"))
    try:
        order = build_order(settings)
        source_of(order.location, order.cache)
    except ExportError as error:
        raise SettingsError(f"SESSIONS_EXPORT: {error.problems[0].message}") from None
    is_folder = settings.export and not settings.is_export_in_bucket
    if is_folder and not Path(settings.export_location).is_dir() and not served_before:
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
    for name in ("botocore", "urllib3", "alembic", "httpx2"):  # at debug they log keys of recordings, or chatter
        logging.getLogger(name).setLevel(logging.WARNING)
    app = create_app(settings)
    gc.freeze()  # or each full collection holds all answers up to look through it
    return app


def main() -> int:
    load_dotenv(".env")
    for name in unknown_settings(os.environ):
        print(f"{name}: no such setting, ignored", file=sys.stderr)
    try:
        settings = load_settings()
        check_start(settings)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    if settings.auth == "oidc" and settings.export is None:
        print("SESSIONS_EXPORT: not set, so a demo export is served", file=sys.stderr)
    prepare_demo(settings)
    print(f"Session History: http://{settings.host}:{settings.port}{PAGE_PATH}", file=sys.stderr)
    served: dict[str, Any] = {
        "app": "app:worker_app", "factory": True, "host": settings.host, "port": settings.port,
        "workers": settings.workers, "access_log": False, "log_level": settings.log_level, "proxy_headers": False,
        "timeout_worker_healthcheck": STARTING_SECONDS,
    }  # fmt: skip
    if settings.workers == 1:
        uvicorn.run(**served)
    else:
        config = uvicorn.Config(**served)
        Multiprocess(config, sockets=[shared_socket(config)]).run()
    return 0


def shared_socket(config: uvicorn.Config) -> socket.socket:
    """What several processes listen on. Its connections send at once: asyncio sees to that for sockets of its own
    making alone, and an answer in two pieces would wait 40 ms for the browser to acknowledge the first."""
    bound = config.bind_socket()
    bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return bound


if __name__ == "__main__":
    sys.exit(main())
