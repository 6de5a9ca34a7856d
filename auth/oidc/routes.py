"""Sign-in at the provider and back, and sign-out here and there."""

import logging
import secrets
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response
from starlette.templating import Jinja2Templates

from auth.cookie import SessionCookie, SignIn
from auth.demo import SignIns
from auth.oidc.claims import ClaimNames, viewer_of
from auth.oidc.kept import ProviderUnavailable
from auth.oidc.provider import Provider, SignInRefused
from auth.paths import CALLBACK, SIGN_IN, SIGN_OUT, SIGNED_OUT, same_site_path
from auth.viewer import ForbiddenError

log = logging.getLogger(__name__)
BEGUN_SECONDS = 600
BEGUN_COOKIE = "session_history_begun_"
DOWN = "The sign-in service does not answer. Whoever is signed in can go on; try again in a moment."
NOT_BEGUN_HERE = "This sign-in was not begun in this browser, or took longer than ten minutes."
REFUSED = "The sign-in service did not confirm who you are."


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in under way, kept in the browser that began it, under its `state`."""

    state: str
    nonce: str
    verifier: str
    target: str

    @classmethod
    def for_target(cls, target: str) -> "Begun":
        return cls(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), target)


class BegunCookie:
    """One cookie for each sign-in under way, so that two tabs do not end each other's."""

    def __init__(self, secret_key: str, *, secure: bool) -> None:
        self._serializer = URLSafeTimedSerializer(secret_key, salt="sign-in-begun")
        self._secure = secure

    def set_on(self, response: Response, begun: Begun) -> None:
        value = self._serializer.dumps([begun.state, begun.nonce, begun.verifier, begun.target])
        response.set_cookie(
            self._name(begun.state), str(value), max_age=BEGUN_SECONDS, path=SIGN_IN,
            httponly=True, samesite="lax", secure=self._secure,
        )  # fmt: skip

    def take(self, request: Request, state: str) -> Begun | None:
        """The sign-in of this state, if this browser began it of late."""
        try:
            content = self._serializer.loads(request.cookies.get(self._name(state), ""), max_age=BEGUN_SECONDS)
            begun = Begun(*map(str, content))
        except (BadSignature, TypeError):
            return None
        return begun if secrets.compare_digest(begun.state.encode(), state.encode()) else None

    def clear_on(self, response: Response, state: str) -> None:
        response.delete_cookie(self._name(state), path=SIGN_IN, httponly=True, samesite="lax", secure=self._secure)

    @staticmethod
    def _name(state: str) -> str:
        return BEGUN_COOKIE + "".join(
            character for character in state[:16] if character.isascii() and character.isalnum()
        )


def oidc_router(
    provider: Provider, names: ClaimNames, cookie: SessionCookie, begun_cookie: BegunCookie, sign_ins: SignIns,
    templates: Jinja2Templates, *, page: str, public_url: str,
) -> APIRouter:  # fmt: skip
    """GET /sign-in, GET /sign-in/callback, POST /sign-out, GET /sign-out/done."""
    router = APIRouter(include_in_schema=False)

    def failed(request: Request, status: int, message: str, target: str = page) -> Response:
        context = {"message": message, "next": target, "is_refusal": status == 403}
        return templates.TemplateResponse(request, "sign_in_failed.html", context, status_code=status)

    @router.get(SIGN_IN)
    async def sign_in(request: Request, next_: Annotated[str | None, Query(alias="next")] = None) -> Response:
        begun = Begun.for_target(same_site_path(next_, page))
        if request.headers.get("sec-fetch-dest") == "iframe":  # providers let nobody frame them
            return templates.TemplateResponse(request, "sign_in_framed.html", {"next": begun.target})
        try:
            url = await provider.authorization_url(state=begun.state, nonce=begun.nonce, verifier=begun.verifier)
        except ProviderUnavailable as error:
            log.error("sign-in: the provider does not answer: %s", error)
            return failed(request, 503, DOWN, begun.target)
        response = RedirectResponse(url, 303)
        begun_cookie.set_on(response, begun)
        return response

    @router.get(CALLBACK)
    async def come_back(
        request: Request, state: str = "", code: str = "", error: str = "", iss: str | None = None
    ) -> Response:
        begun = begun_cookie.take(request, state)
        if begun is None:
            return failed(request, 400, NOT_BEGUN_HERE)
        if error or not code:
            log.warning("sign-in: the provider answered %.60r", error)
            response = failed(request, 403, REFUSED, begun.target)
        else:
            response = await finish(request, begun, code, iss)
        begun_cookie.clear_on(response, state)
        return response

    async def finish(request: Request, begun: Begun, code: str, issuer: str | None) -> Response:
        try:
            signed_in = await provider.redeem(
                code=code, issuer=issuer, nonce=begun.nonce, verifier=begun.verifier, needs=(names.roles, names.creator)
            )
            new = SignIn.of(viewer_of(signed_in.claims, names))
        except ProviderUnavailable as error:
            log.error("sign-in: the provider does not answer: %s", error)
            return failed(request, 503, DOWN, begun.target)
        except SignInRefused as error:
            log.warning("sign-in refused: %s", error)
            return failed(request, 403, REFUSED, begun.target)
        except ForbiddenError as error:
            log.warning("sign-in refused: %s", error)
            return failed(request, 403, f"You are signed in at the sign-in service, but {error}.", begun.target)
        if replaced := cookie.find(request):
            await run_in_threadpool(sign_ins.end, replaced.id)
        await run_in_threadpool(sign_ins.begin, new.id, new.viewer.account, signed_in.id_token)
        return RedirectResponse(begun.target, 303, {"Set-Cookie": cookie.header(new, request)})

    @router.post(SIGN_OUT)
    async def sign_out(request: Request) -> Response:
        """Ends it here whatever the provider says, then leads there by a page: a form may not lead elsewhere."""
        signed_in = cookie.find(request)
        id_token = await run_in_threadpool(sign_ins.end, signed_in.id) if signed_in else None
        try:
            url = await provider.sign_out_url(id_token, public_url + SIGNED_OUT)
        except ProviderUnavailable as error:
            log.warning("sign-out: the provider does not answer: %s", error)
            url = None
        context = {"url": url or SIGNED_OUT}
        return templates.TemplateResponse(
            request, "signing_out.html", context, headers={"Set-Cookie": cookie.cleared(request)}
        )

    @router.get(SIGNED_OUT)
    def signed_out(request: Request) -> Response:
        return templates.TemplateResponse(request, "signed_out.html")

    return router
