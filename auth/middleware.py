"""In front of every door: says who the viewer is, and lets nobody in without one."""

from collections.abc import Callable
from urllib.parse import quote, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from auth.viewer import Viewer, set_viewer

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SIGN_IN = "/sign-in"

Authenticate = Callable[[HTTPConnection], Viewer | None]


class ViewerMiddleware:
    """Sets the current viewer for each request and refuses those without one, paths in `open_paths` apart.

    A path ending in / opens all below it; any other only itself. State-changing requests that a
    browser says come from another site are refused whoever sends them.
    """

    def __init__(self, app: ASGIApp, authenticate: Authenticate, open_paths: tuple[str, ...], page: str) -> None:
        self.app = app
        self.authenticate = authenticate
        self.open_paths = open_paths
        self.page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        viewer = self.authenticate(connection)
        set_viewer(viewer)
        answer: ASGIApp = self.app
        if scope["type"] != "http":
            answer = _refusal(403, "Forbidden", "not served here")
        elif scope["method"] not in SAFE_METHODS and _from_another_site(connection):
            answer = _refusal(403, "Forbidden", "the request comes from another site")
        elif viewer is None and not self._is_open(scope["path"]):
            answer = self._sign_in_first(scope)
        await answer(scope, receive, _with_headers(send))

    def _is_open(self, path: str) -> bool:
        def opens(entry: str) -> bool:
            return path.startswith(entry) and path != entry if entry.endswith("/") else path == entry

        return any(map(opens, self.open_paths))

    def _sign_in_first(self, scope: Scope) -> ASGIApp:
        if scope["method"] in SAFE_METHODS and scope["path"].rstrip("/") in (self.page, ""):
            query = scope["query_string"].decode("latin-1")
            wanted = self.page + (f"?{query}" if query else "")
            return RedirectResponse(f"{SIGN_IN}?next={quote(wanted, safe='')}", 303)
        return _refusal(401, "Unauthorized", "sign in first")


def _with_headers(send: Send) -> Send:
    """Nothing that a viewer gets is kept by a cache unless its own answer says so, nor guessed at by a browser."""

    async def add(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.setdefault("Cache-Control", "private, no-cache")
            headers.setdefault("X-Content-Type-Options", "nosniff")
            headers.setdefault("X-Frame-Options", "SAMEORIGIN")
            headers.setdefault("Referrer-Policy", "same-origin")
        await send(message)

    return add


def _refusal(status: int, title: str, detail: str) -> JSONResponse:
    problem = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JSONResponse(problem, status, media_type="application/problem+json")


def _from_another_site(connection: HTTPConnection) -> bool:
    site = connection.headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = connection.headers.get("origin")
    if origin is None:
        return False
    try:
        return urlsplit(origin).netloc != connection.headers.get("host")
    except ValueError:
        return True
