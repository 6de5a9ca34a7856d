"""The page's place in the server: its routes, third-party files, and what is shown before it can be."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from importlib.util import find_spec
from pathlib import Path

import flask_bootstrap
from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates
from starlette.types import Message, Receive, Scope, Send

from api.problems import problem
from auth.viewer import current_viewer
from callbacks.bundle import bundles
from layouts.ids import CALENDAR_PATH, PAGE_PATH, VENDOR_PATH
from services import Services
from services.digests.subscribing import note_seen
from services.views import default_query
from store.engine import StoreError
from warehouse.refresh import NoSnapshotError

log = logging.getLogger(__name__)
BODY_SECONDS = 10
MOST_BODY_BYTES = 1_000_000
NO_STORE = {"Cache-Control": "no-store"}
KEPT_FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable"}
TEMPLATES = Path(__file__).parent / "templates"
BOOTSTRAP = Path(flask_bootstrap.__file__).parent / "static" / "bootstrap5" / "css"
_found = find_spec("dash_fullcalendar")  # not imported: Dash would have every page load its script at once
assert _found
assert _found.origin
CALENDAR = Path(_found.origin).parent
# Bars need a quarter of plotly.js: its basic bundle, at the address at which Dash has a figure ask for the whole.
PLOTLY = Path(__file__).parent / "plotly"
PLOTLY_PATH = f"{PAGE_PATH}/_dash-component-suites/plotly/package_data"
STATIC_PATHS = (f"{VENDOR_PATH}/", f"{CALENDAR_PATH}/", f"{PAGE_PATH}/_dash-component-suites/")
OPEN_PAGE_PATHS = (
    *STATIC_PATHS,
    f"{PAGE_PATH}/assets/",
    f"{PAGE_PATH}/_favicon.ico",
    "/favicon.ico",
)


class VendorFiles(StaticFiles):
    """Bootstrap's css and the calendar's script from the installed packages, and the page's own files as few; their
    addresses carry the version."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        for bundle in bundles():
            if path == bundle.name:
                return Response(bundle.text, media_type=bundle.media_type, headers=KEPT_FOR_GOOD)
        if Path(path).suffix not in (".css", ".js"):
            raise HTTPException(404)
        response = await super().get_response(path, scope)
        response.headers.update(KEPT_FOR_GOOD)
        return response


class UnversionedFiles(StaticFiles):
    """Files whose address stays when they change: a browser asks each time whether they have."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        return response


async def _body(receive: Receive) -> bytes | None:
    """The request's whole body; None as soon as it is larger than it may be."""
    body: bytes = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MOST_BODY_BYTES:
            return None
        if not message.get("more_body"):
            return body


ASGIApp = Callable[..., Awaitable[None]]


def _not_kept(send: Send) -> Send:
    """The page itself is nothing to go back to after signing out."""

    async def without_cache(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)["Cache-Control"] = "no-store"
        await send(message)

    return without_cache


class Page:
    """Serves the page, at its address without a slash too; says so while there is nothing to show yet."""

    def __init__(self, dash: ASGIApp, templates: Jinja2Templates, services: Services) -> None:
        self.dash = dash
        self.templates = templates
        self.services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].rstrip("/") != PAGE_PATH:
            await self._pass_on(scope, receive, send)
            return
        try:
            self.services.warehouse.current()
        except NoSnapshotError:
            await self.starting(Request(scope))(scope, receive, send)
            return
        query = await run_in_threadpool(self._first_query, bool(scope["query_string"]))
        if query:
            await RedirectResponse(f"{PAGE_PATH}?{query}", 303, NO_STORE)(scope, receive, send)
            return
        await self.dash({**scope, "path": f"{PAGE_PATH}/"}, receive, _not_kept(send))

    def _first_query(self, names_something: bool) -> str | None:
        """Of the view that the page opens with where its address names nothing; without the store it opens plain."""
        viewer = current_viewer()
        try:
            note_seen(self.services, viewer)
            return None if names_something else default_query(self.services, viewer)
        except StoreError:
            return None

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        """To Dash, once the body is whole: a slow sender must not hold one of its few threads."""
        try:
            body = await asyncio.wait_for(_body(receive), BODY_SECONDS)
        except TimeoutError:
            await problem(408, "the request did not arrive in time")(scope, receive, send)
            return
        if body is None:
            await problem(413, f"the request is larger than {MOST_BODY_BYTES} bytes")(scope, receive, send)
            return
        whole = [{"type": "http.request", "body": body, "more_body": False}]

        async def replay() -> Message:
            return whole.pop() if whole else await receive()

        await self.dash(scope, replay, send)

    def starting(self, request: Request) -> Response:
        context = {"failed": bool(self.services.warehouse.problems)}
        return self.templates.TemplateResponse(request, "starting.html", context, status_code=503)


def add_page(app: FastAPI, dash: ASGIApp, templates: Jinja2Templates, services: Services) -> None:
    """Add the page's routes, the way in from /, and pages for addresses that are not ours."""
    page = Page(dash, templates, services)
    app.mount(VENDOR_PATH, VendorFiles(directory=BOOTSTRAP))
    app.mount(CALENDAR_PATH, VendorFiles(directory=CALENDAR))
    app.mount(PLOTLY_PATH, UnversionedFiles(directory=PLOTLY))
    app.router.routes.append(Route(PAGE_PATH, page))
    app.router.routes.append(Route(f"{PAGE_PATH}/{{rest:path}}", page))

    @app.get("/", include_in_schema=False)
    def home() -> Response:
        return RedirectResponse(PAGE_PATH, 307)

    @app.exception_handler(NoSnapshotError)
    async def starting(request: Request, error: NoSnapshotError) -> Response:
        if request.url.path.startswith("/api"):
            return problem(503, "the data is still being prepared")
        return page.starting(request)

    @app.exception_handler(StoreError)
    async def store_down(request: Request, error: StoreError) -> Response:
        log.error("%s", error)
        if request.url.path.startswith("/api"):
            return problem(503, str(error))
        return templates.TemplateResponse(request, "store_down.html", status_code=503)

    @app.exception_handler(404)
    async def not_found(request: Request, error: HTTPException) -> Response:
        if request.url.path.startswith("/api"):
            return problem(404, "no such address")
        return templates.TemplateResponse(request, "not_found.html", {"path": request.url.path}, status_code=404)
