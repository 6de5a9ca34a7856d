"""Demo sign-in: choose who to be. For a look at the page on one's own machine, never for real people."""

from collections.abc import Callable, Sequence
from typing import Annotated, Protocol

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response
from starlette.templating import Jinja2Templates

from auth.cookie import SessionCookie, SignIn
from auth.paths import SIGN_IN, SIGN_OUT, same_site_path
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


class SignIns(Protocol):
    """Where sign-ins are kept, so that they can be ended."""

    def begin(self, id_: str, account: str, id_token: str | None = None, replaces: str | None = None) -> None: ...
    def end(self, id_: str) -> str | None: ...


def demo_router(
    cookie: SessionCookie, sign_ins: SignIns, list_creators: Callable[[], Sequence[Creator]],
    templates: Jinja2Templates, page: str,
) -> APIRouter:  # fmt: skip
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
        begun = SignIn.of(viewer)
        replaced = cookie.find(request)
        sign_ins.begin(begun.id, viewer.id, replaces=replaced.id if replaced else None)
        return RedirectResponse(target, 303, {"Set-Cookie": cookie.header(begun, request)})

    @router.post(SIGN_OUT)
    def sign_out(request: Request) -> Response:
        if signed_in := cookie.find(request):
            sign_ins.end(signed_in.id)
        return RedirectResponse(SIGN_IN, 303, {"Set-Cookie": cookie.cleared(request)})

    return router


def _viewer(user: str, role: Role, list_creators: Callable[[], Sequence[Creator]]) -> Viewer | None:
    if role in STAFF:
        return STAFF[role] if STAFF[role].id == user else None
    found = next((creator for creator in list_creators() if creator.id == user), None)
    return Viewer(found.id, found.name, role) if found else None
