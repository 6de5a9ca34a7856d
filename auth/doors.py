"""How people sign in, and whose access tokens REST takes, as the settings have it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.templating import Jinja2Templates

from auth.cookie import SessionCookie
from auth.demo import Creator, SignIns, demo_router
from auth.middleware import AccessTokens, NoTokens
from auth.oidc.claims import ClaimNames
from auth.oidc.provider import Client, Provider
from auth.oidc.routes import BegunCookie, oidc_router
from auth.oidc.tokens import ProviderTokens
from auth.paths import CALLBACK
from auth.viewer import Role
from settings import Settings


@dataclass(frozen=True, slots=True)
class SignInDoors:
    router: APIRouter
    tokens: AccessTokens


def sign_in_doors(
    settings: Settings, secret_key: str, cookie: SessionCookie, sign_ins: SignIns,
    list_creators: Callable[[], Sequence[Creator]], templates: Jinja2Templates, page: str,
) -> SignInDoors:  # fmt: skip
    """`list_creators` are those whom demo sign-in offers; `page` is where sign-in leads."""
    if settings.auth == "demo":
        return SignInDoors(demo_router(cookie, sign_ins, list_creators, templates, page), NoTokens())
    public_url, issuer, client_id = settings.public_url, settings.oidc_issuer, settings.oidc_client_id
    assert public_url
    assert issuer
    assert client_id
    secret = settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else None
    provider = Provider(issuer, Client(client_id, secret, public_url + CALLBACK, settings.oidc_scopes))
    names = _claim_names(settings)
    begun = BegunCookie(secret_key, secure=public_url.startswith("https:"))
    router = oidc_router(provider, names, cookie, begun, sign_ins, templates, page=page, public_url=public_url)
    audience = settings.oidc_audience
    return SignInDoors(router, ProviderTokens(provider, audience, names) if audience else NoTokens())


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
