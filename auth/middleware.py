"""In front of every door: says who the viewer is, and lets nobody in without one."""

from typing import Protocol
from urllib.parse import quote, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from auth.cookie import SessionCookie, SignIn
from auth.paths import SIGN_IN
from auth.viewer import ForbiddenError, Viewer, set_viewer

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
REST = "/api/"


class AccessTokens(Protocol):
    async def viewer(self, token: str) -> Viewer | None:
        """Whose token it is, if it is good. Raises ForbiddenError for somebody who has no role here."""
        ...


class NoTokens:
    """Where nobody issues access tokens, none is good."""

    async def viewer(self, token: str) -> Viewer | None:
        return None


class ViewerMiddleware:
    """Sets the current viewer for each request and refuses those without one, paths in `open_paths` apart.

    REST takes the session cookie or an access token, and never falls back from a bad token to a cookie; all else
    takes the cookie. A path ending in / opens all below it; any other only itself. `pages` lead to sign-in,
    likewise.
    State-changing and REST requests that a browser says come from another site are refused whoever sends them.
    """

    def __init__(
        self, app: ASGIApp, cookie: SessionCookie, tokens: AccessTokens, *,
        open_paths: tuple[str, ...], pages: tuple[str, ...], own_host: str | None = None,
    ) -> None:  # fmt: skip
        self.app = app
        self.cookie = cookie
        self.tokens = tokens
        self.open_paths = open_paths
        self.pages = pages
        self.own_host = own_host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        set_viewer(None)
        connection = HTTPConnection(scope)
        answer: ASGIApp = self.app
        if scope["type"] != "http":
            answer = _refusal(403, "Forbidden", "not served here")
        elif self._acts(scope) and self._from_another_site(connection):
            answer = _refusal(403, "Forbidden", "the request comes from another site")
        elif not self._is_open(scope["path"]):
            answer, send = await self._as_viewer(connection, send)
        await answer(scope, receive, send)

    async def _as_viewer(self, connection: HTTPConnection, send: Send) -> tuple[ASGIApp, Send]:
        """The application for whoever asks, or a refusal; and a `send` that keeps a sign-in in use alive."""
        sign_in = None
        token = _bearer(connection)
        if token is None:
            sign_in = self.cookie.find(connection)
            viewer = sign_in.viewer if sign_in else None
        else:
            try:
                viewer = await self._token_viewer(connection, token)
            except ForbiddenError as error:
                return _refusal(403, "Forbidden", str(error)), send
        if viewer is None:
            return self._sign_in_first(connection.scope), send
        set_viewer(viewer)
        if sign_in and self.cookie.is_due(sign_in):
            send = self._renewing(sign_in, connection, send)
        return self.app, send

    async def _token_viewer(self, connection: HTTPConnection, token: str) -> Viewer | None:
        return await self.tokens.viewer(token) if connection.scope["path"].startswith(REST) else None

    def _renewing(self, sign_in: SignIn, connection: HTTPConnection, send: Send) -> Send:
        async def renew(message: Message) -> None:
            if message["type"] == "http.response.start" and self.cookie.is_live(sign_in):
                MutableHeaders(scope=message).append("Set-Cookie", self.cookie.header(sign_in, connection))
            await send(message)

        return renew

    def _acts(self, scope: Scope) -> bool:
        """Whether it may change something. REST writes the access log: no other site may have that done either."""
        return scope["method"] not in SAFE_METHODS or (
            scope["path"].startswith(REST) and not self._is_open(scope["path"])
        )

    def _is_open(self, path: str) -> bool:
        if "//" in path:
            return False

        def opens(entry: str) -> bool:
            return path.startswith(entry) and path != entry if entry.endswith("/") else path == entry

        return any(map(opens, self.open_paths))

    def _sign_in_first(self, scope: Scope) -> ASGIApp:
        path = scope["path"].rstrip("/")
        if scope["method"] in SAFE_METHODS and self._is_page(path):
            query = scope["query_string"].decode("latin-1")
            wanted = (path or self.pages[0]) + (f"?{query}" if query else "")
            return RedirectResponse(f"{SIGN_IN}?next={quote(wanted, safe='')}", 303)
        return _refusal(401, "Unauthorized", "sign in first", {"WWW-Authenticate": "Bearer"})

    def _is_page(self, path: str) -> bool:
        return path in ("", *self.pages) or any(path.startswith(page) for page in self.pages if page.endswith("/"))

    def _from_another_site(self, connection: HTTPConnection) -> bool:
        site = connection.headers.get("sec-fetch-site")
        if site is not None:
            return site not in ("same-origin", "none")
        origin = connection.headers.get("origin")
        if origin is None:
            return False
        try:
            return urlsplit(origin).netloc not in (connection.headers.get("host"), self.own_host)
        except ValueError:
            return True


def _bearer(connection: HTTPConnection) -> str | None:
    """The access token that is given, "" where several are; None where there is none."""
    given = [value.split(None, 1) for value in connection.headers.getlist("authorization")]
    tokens = [parts[1].strip() if len(parts) > 1 else "" for parts in given if parts and parts[0].lower() == "bearer"]
    return None if not tokens else tokens[0] if len(given) == 1 else ""


def _refusal(status: int, title: str, detail: str, headers: dict[str, str] | None = None) -> JSONResponse:
    problem = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JSONResponse(problem, status, headers, media_type="application/problem+json")
