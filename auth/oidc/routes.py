"""Sign-in at the provider and back, and sign-out here and there."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response
from starlette.templating import Jinja2Templates

from auth.cookie import SessionCookie, SignIn
from auth.demo import SignIns
from auth.oidc.begun import Begun, BegunCookie
from auth.oidc.claims import ClaimNames, claim, missing, viewer_of
from auth.oidc.kept import ProviderUnavailable
from auth.oidc.provider import NotSetUp, Provider, SignedIn, SignInRefused
from auth.paths import CALLBACK, SIGN_IN, SIGN_OUT, SIGNED_OUT, same_site_path
from auth.viewer import ForbiddenError, Role

log = logging.getLogger(__name__)
DOWN = "The sign-in service does not answer. Try again in a moment."
NOT_BEGUN_HERE = "This sign-in was not begun in this browser, or took longer than ten minutes."
CANCELLED = "Sign-in was cancelled."
NOT_SET_UP = "The sign-in service does not know this page. Whoever runs the page must mend how sign-in is set up."
REFUSED = "The sign-in service did not confirm who you are."


@dataclass(frozen=True, slots=True)
class OidcDoor:
    """GET /sign-in, GET /sign-in/callback, POST /sign-out, GET /sign-out/done.

    `page` is where sign-in leads, `public_url` where browsers reach this server; `knows_creator` tells whether the
    export has anything of a creator.
    """

    provider: Provider
    names: ClaimNames
    cookie: SessionCookie
    begun: BegunCookie
    sign_ins: SignIns
    templates: Jinja2Templates
    page: str
    public_url: str
    knows_creator: Callable[[str], bool]

    def router(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route(SIGN_IN, self.sign_in, methods=["GET"])
        router.add_api_route(CALLBACK, self.come_back, methods=["GET"])
        router.add_api_route(SIGN_OUT, self.sign_out, methods=["POST"])
        router.add_api_route(SIGNED_OUT, self.signed_out, methods=["GET"])
        return router

    async def sign_in(self, request: Request, next_: Annotated[str | None, Query(alias="next")] = None) -> Response:
        begun = Begun.for_target(same_site_path(next_, self.page))
        if request.headers.get("sec-fetch-dest") == "iframe":  # providers let nobody frame them
            return self.templates.TemplateResponse(request, "sign_in_framed.html", {"next": begun.target})
        try:
            url = await self.provider.authorization_url(state=begun.state, nonce=begun.nonce, verifier=begun.verifier)
        except ProviderUnavailable as error:
            log.error("sign-in: the provider does not answer as it should: %s", error)
            return self._failed(request, 503, DOWN, begun.target)
        response = RedirectResponse(url, 303)
        self.begun.set_on(response, begun)
        return response

    async def come_back(
        self, request: Request, state: str = "", code: str = "", error: str = "", iss: str | None = None
    ) -> Response:
        begun = self.begun.take(request, state)
        if begun is None:
            return self._failed(request, 400, NOT_BEGUN_HERE, self.page)
        if error or not code:
            log.warning("sign-in: the provider answered %.60r", error)
            said = CANCELLED if error == "access_denied" else REFUSED
            response = self._failed(request, 403, said, begun.target)
        else:
            response = await self._finish(request, begun, code, iss)
        self.begun.clear_on(response, state)
        return response

    async def sign_out(self, request: Request) -> Response:
        """Ends it here whatever the provider says, then leads there by a page: a form may not lead elsewhere."""
        signed_in = self.cookie.find(request)
        id_token = await run_in_threadpool(self.sign_ins.end, signed_in.id) if signed_in else None
        try:
            url = await self.provider.sign_out_url(id_token, self.public_url + SIGNED_OUT) or SIGNED_OUT
        except ProviderUnavailable as error:
            log.warning("sign-out: the provider does not answer as it should: %s", error)
            url = f"{SIGNED_OUT}?only=here"
        context = {"url": url, "is_framed": request.headers.get("sec-fetch-dest") == "iframe"}
        headers = {"Set-Cookie": self.cookie.cleared(request)}
        return self.templates.TemplateResponse(request, "signing_out.html", context, headers=headers)

    def signed_out(self, request: Request, only: str = "") -> Response:
        return self.templates.TemplateResponse(request, "signed_out.html", {"only_here": only == "here"})

    async def _finish(self, request: Request, begun: Begun, code: str, issuer: str | None) -> Response:
        try:
            signed_in = await self.provider.redeem(
                code=code, issuer=issuer, nonce=begun.nonce, verifier=begun.verifier,
                missing=partial(missing, names=self.names),
            )  # fmt: skip
        except ProviderUnavailable as error:
            log.error("sign-in: the provider does not answer as it should: %s", error)
            return self._failed(request, 503, DOWN, begun.target)
        except NotSetUp as error:
            log.error("sign-in: %s", error)
            return self._failed(request, 503, NOT_SET_UP, begun.target)
        except SignInRefused as error:
            log.warning("sign-in refused: %s", error)
            return self._failed(request, 403, REFUSED, begun.target)
        try:
            new = SignIn.of(viewer_of(signed_in.claims, self.names))
        except ForbiddenError as error:
            return self._without_role(request, error, signed_in, begun.target)
        return await run_in_threadpool(self._keep, request, new, signed_in.id_token, begun.target)

    def _keep(self, request: Request, new: SignIn, id_token: str, target: str) -> Response:
        viewer = new.viewer
        if viewer.role is Role.CREATOR and not self.knows_creator(viewer.id):
            log.warning("the export has no course of creator %.200r; SESSIONS_OIDC_CREATOR_CLAIM names them", viewer.id)
        replaced = self.cookie.find(request)
        self.sign_ins.begin(new.id, viewer.account, id_token, replaced.id if replaced else None)
        return RedirectResponse(target, 303, {"Set-Cookie": self.cookie.header(new, request)})

    def _failed(self, request: Request, status: int, message: str, target: str) -> Response:
        context = {"message": message, "next": target, "account": None}
        return self.templates.TemplateResponse(request, "sign_in_failed.html", context, status_code=status)

    def _without_role(self, request: Request, why: ForbiddenError, found: SignedIn, target: str) -> Response:
        """Tells the person which account it is, and the log which claims there were."""
        sources, account = found.claims, found.claims[0]["sub"]
        names = (self.names.roles, self.names.creator)
        claims: dict[str, Any] = {name: [claim(source, name) for source in sources] for name in names}
        log.warning("sign-in refused: %s; account %.200r, claims %.500r", why, account, claims)
        called = next((name for source in sources if (name := claim(source, self.names.name))), account)
        said = str(why)
        context = {"message": f"{said[0].upper()}{said[1:]}.", "next": target, "account": called}
        return self.templates.TemplateResponse(request, "sign_in_failed.html", context, status_code=403)
