"""How people sign in, and whose access tokens REST takes, as the settings have it."""

import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.templating import Jinja2Templates

from auth.cookie import SessionCookie
from auth.demo import Creator, SignIns, demo_router
from auth.middleware import AccessTokens, NoTokens
from auth.oidc.begun import BegunCookie
from auth.oidc.claims import ClaimNames
from auth.oidc.provider import Client, Provider
from auth.oidc.routes import OidcDoor
from auth.oidc.tokens import ProviderTokens
from auth.paths import CALLBACK
from auth.viewer import Role
from settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SignInDoors:
    """`look` asks the provider once, at the start; `problem` says what is wrong with it, as far as is known."""

    router: APIRouter
    tokens: AccessTokens
    look: Callable[[], Coroutine[Any, Any, None]]
    problem: Callable[[], str | None]


def sign_in_doors(
    settings: Settings, secret_key: str, cookie: SessionCookie, sign_ins: SignIns,
    list_creators: Callable[[], Sequence[Creator]], templates: Jinja2Templates, page: str,
) -> SignInDoors:  # fmt: skip
    """`list_creators` are those whom demo sign-in offers, and whom the export knows; `page` is where sign-in leads."""
    if settings.auth == "demo":
        router = demo_router(cookie, sign_ins, list_creators, templates, page)
        return SignInDoors(router, NoTokens(), _nothing_to_ask, lambda: None)

    def knows_creator(id_: str) -> bool:
        return any(creator.id == id_ for creator in list_creators())

    public_url, issuer, client_id = settings.public_url, settings.oidc_issuer, settings.oidc_client_id
    assert public_url
    assert issuer
    assert client_id
    secret = settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else None
    provider = Provider(issuer, Client(client_id, secret, public_url + CALLBACK, settings.oidc_scopes))
    names = _claim_names(settings)
    begun = BegunCookie(secret_key, secure=public_url.startswith("https:"))
    door = OidcDoor(provider, names, cookie, begun, sign_ins, templates, page, public_url, knows_creator)
    audience = settings.oidc_audience
    tokens = ProviderTokens(provider, audience, names) if audience else NoTokens()

    def problem() -> str | None:
        return f"sign-in: the provider does not answer as it should: {provider.problem}" if provider.problem else None

    async def look() -> None:
        await provider.look()
        if found := problem():
            log.error("%s", found)

    return SignInDoors(door.router(), tokens, look, problem)


async def _nothing_to_ask() -> None:
    """Demo sign-in has no provider."""


def _claim_names(settings: Settings) -> ClaimNames:
    return ClaimNames(
        roles=settings.oidc_roles_claim,
        creator=settings.oidc_creator_claim,
        name=settings.oidc_name_claim,
        role_names={
            Role.CREATOR: settings.oidc_creator_role,
            Role.OPERATIONS: settings.oidc_operations_role,
            Role.ANALYST: settings.oidc_analyst_role,
        },
        private=settings.oidc_private_role,
    )
