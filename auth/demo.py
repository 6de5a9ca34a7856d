"""Demo sign-in: choose who to be. For a look at the page on one's own machine, never for real people."""

import ipaddress
from collections.abc import Callable, Sequence
from typing import Annotated, Protocol
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response
from starlette.templating import Jinja2Templates

from auth.cookie import COOKIE, MAX_AGE_SECONDS, SessionCookie
from auth.middleware import SIGN_IN
from auth.viewer import Role, Viewer

STAFF = {
    Role.OPERATIONS: Viewer("operations", "Operations", Role.OPERATIONS),
    Role.ANALYST: Viewer("analyst", "Analyst", Role.ANALYST),
}


class Creator(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def sessions(self) -> int: ...


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def same_site_path(target: str | None, default: str) -> str:
    """`target` if it is a path of this site, else `default`: sign-in never sends anybody elsewhere."""
    if not target or not target.startswith("/") or target[1:2] in ("/", "\\"):
        return default
    parts = urlsplit(target)
    printable = target.isprintable() and "\\" not in target
    return default if parts.scheme or parts.netloc or not printable else target


def demo_router(
    cookie: SessionCookie, list_creators: Callable[[], Sequence[Creator]], templates: Jinja2Templates, page: str
) -> APIRouter:
    """GET and POST /sign-in, POST /sign-out."""
    router = APIRouter(include_in_schema=False)

    def sign_in_page(request: Request, target: str, error: str | None = None) -> Response:
        context = {"creators": list_creators(), "staff": list(STAFF.values()), "next": target, "error": error}
        return templates.TemplateResponse(request, "sign_in.html", context, status_code=422 if error else 200)

    @router.get(SIGN_IN)
    def show(request: Request, next_: Annotated[str | None, Query(alias="next")] = None) -> Response:
        return sign_in_page(request, same_site_path(next_, page))

    @router.post(SIGN_IN)
    def sign_in(
        request: Request,
        user: Annotated[str, Form()] = "",
        role: Annotated[str, Form()] = "",
        next_: Annotated[str, Form(alias="next")] = "",
    ) -> Response:
        target = same_site_path(next_, page)
        if role not in list(Role):
            return sign_in_page(request, target, f"role: must be one of {', '.join(Role)}")
        viewer = _viewer(user, Role(role), list_creators)
        if viewer is None:
            return sign_in_page(request, target, f"user: no such {role} account")
        response = RedirectResponse(target, 303)
        response.set_cookie(
            COOKIE, cookie.write(viewer), max_age=MAX_AGE_SECONDS, httponly=True, samesite="lax",
            secure=request.url.scheme == "https",
        )  # fmt: skip
        return response

    @router.post("/sign-out")
    def sign_out() -> Response:
        response = RedirectResponse(SIGN_IN, 303)
        response.delete_cookie(COOKIE, httponly=True, samesite="lax")
        return response

    return router


def _viewer(user: str, role: Role, list_creators: Callable[[], Sequence[Creator]]) -> Viewer | None:
    if role in STAFF:
        return STAFF[role] if STAFF[role].id == user else None
    found = next((creator for creator in list_creators() if creator.id == user), None)
    return Viewer(found.id, found.name, role) if found else None
