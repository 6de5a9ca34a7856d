"""Headers of every answer: what a browser may do with it, run in it, and who may frame it."""

from collections.abc import Iterable, Sequence

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HSTS = "max-age=31536000"


def content_security_policy(
    *, inline_scripts: Iterable[str] = (), media: Iterable[str] = (), frame_ancestors: str = "'self'"
) -> str:
    """Scripts are the page's own files and the `inline_scripts` of these hashes, and none is made from text.

    Styles stay inline: the components set them on their elements. Pictures are the platform's, wherever it keeps
    its avatars; `media` are the origins of recordings.
    """
    directives = {
        "default-src": ["'self'"],
        "script-src": ["'self'", *inline_scripts],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "https:", "http:"],
        "font-src": ["'self'", "data:"],
        "media-src": ["'self'", *media],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": [frame_ancestors],
    }
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())


class SecurityHeaders:
    """Adds them to whatever is answered, static files and refusals included.

    Nothing that a viewer gets is kept by a cache unless its own answer says so.
    """

    def __init__(self, app: ASGIApp, policy: str, frame_ancestors: str = "'self'", *, behind_tls: bool = False) -> None:
        self.app = app
        self._behind_tls = behind_tls
        self._headers: Sequence[tuple[str, str]] = (
            ("Content-Security-Policy", policy),
            ("Cache-Control", "private, no-cache"),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "same-origin"),
            *_frame_options(frame_ancestors),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        over_tls = self._behind_tls or scope["scheme"] == "https"

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers:
                    headers.setdefault(name, value)
                if over_tls:
                    headers.setdefault("Strict-Transport-Security", HSTS)
            await send(message)

        await self.app(scope, receive, add)


def _frame_options(frame_ancestors: str) -> list[tuple[str, str]]:
    """The old header says what the policy says, where it can: it knows no list of hosts."""
    known = {"'self'": "SAMEORIGIN", "'none'": "DENY"}
    return [("X-Frame-Options", known[frame_ancestors])] if frame_ancestors in known else []
