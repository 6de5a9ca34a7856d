"""The OpenID provider, asked within a time limit."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc.errors import JoseError
from joserfc.jwt import JWTClaimsRegistry, Token

from auth.oidc.claims import claim
from auth.oidc.kept import Kept, ProviderUnavailable
from auth.oidc.keys import SigningKeys, TokenRefused

ASK_SECONDS = 4.0
LEEWAY_SECONDS = 30
METADATA_FRESH_SECONDS = 3600.0
METADATA_PAUSE_SECONDS = 0.5
DISCOVERY = "/.well-known/openid-configuration"


class SignInRefused(Exception):
    """The provider, or what came back from it, says no; the message is for the log."""


@dataclass(frozen=True, slots=True)
class Client:
    """What the provider knows this application as."""

    id: str
    secret: str | None
    redirect_uri: str
    scopes: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The ID token's claims, with the provider's further ones, and the token itself."""

    claims: dict[str, Any]
    id_token: str


class Provider:
    """One issuer: discovery, keys, the authorization code flow with PKCE, and access tokens.

    Every method that asks it raises ProviderUnavailable within ASK_SECONDS where it does not answer.
    """

    def __init__(self, issuer: str, client: Client) -> None:
        self.issuer = issuer
        self._client = client
        self._tls = httpx2.create_ssl_context()
        self._metadata = Kept(self._discover, fresh=METADATA_FRESH_SECONDS, pause=METADATA_PAUSE_SECONDS)
        self._keys = SigningKeys(self._load_keys)

    async def authorization_url(self, *, state: str, nonce: str, verifier: str) -> str:
        """Where a browser is sent to sign in, once the provider has just shown that it answers."""
        async with _limited():
            metadata = await self._metadata.renew()
        async with self._oauth() as oauth:
            url, _ = oauth.create_authorization_url(
                metadata["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
            )
        return str(url)

    async def sign_out_url(self, id_token: str | None, back_to: str) -> str | None:
        """Where a browser is sent to end the provider's own session; None where the provider has no such place."""
        async with _limited():
            endpoint = (await self._metadata.renew()).get("end_session_endpoint")
        if not isinstance(endpoint, str):
            return None
        hint = {"id_token_hint": id_token} if id_token else {}
        asked = {**hint, "client_id": self._client.id, "post_logout_redirect_uri": back_to}
        return str(httpx2.URL(endpoint).copy_merge_params(asked))

    async def redeem(
        self, *, code: str, issuer: str | None, nonce: str, verifier: str, needs: tuple[str, ...]
    ) -> SignedIn:
        """Who signed in, for a code that came back; `issuer` is what came with it, for providers that say it
        (RFC 9207). Claims of `needs` that the ID token lacks are asked of the userinfo endpoint. Raises SignInRefused.
        """
        async with _limited():
            metadata = await self._metadata.get()
            says_issuer = metadata.get("authorization_response_iss_parameter_supported") is True
            if issuer != self.issuer and (issuer is not None or says_issuer):
                raise SignInRefused("the answer is another issuer's")
            try:
                async with self._oauth(metadata) as oauth:
                    granted = await oauth.fetch_token(
                        metadata["token_endpoint"], grant_type="authorization_code", code=code, code_verifier=verifier
                    )
                id_token, access_token = str(granted["id_token"]), str(granted.get("access_token", ""))
                token = await self._keys.verified(id_token)
                claims = self._id_claims(token, nonce, access_token)
                if any(claim(claims, name) is None for name in needs) and "userinfo_endpoint" in metadata:
                    claims = await self._userinfo(metadata["userinfo_endpoint"], access_token, claims["sub"]) | claims
            except OAuthError as error:
                raise SignInRefused(f"the code was refused ({error.error})") from error
            except (TokenRefused, JoseError, LookupError, ValueError, TypeError) as error:
                raise SignInRefused(f"ID token: {type(error).__name__} {error}") from error
        return SignedIn(claims, id_token)

    async def access_claims(self, token: str, audience: str) -> dict[str, Any]:
        """The claims of an access token for `audience`. Raises TokenRefused."""
        async with _limited():
            verified = await self._keys.verified(token)
        claims: dict[str, Any] = verified.claims
        kind = str(verified.header.get("typ", "JWT")).lower().removeprefix("application/")
        if kind not in ("jwt", "at+jwt") or "nonce" in claims or "at_hash" in claims:
            raise TokenRefused("not an access token")
        registry = JWTClaimsRegistry(
            now=int(time.time()), leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self.issuer}, aud={"essential": True, "value": audience},
            exp={"essential": True}, sub={"essential": True},
        )  # fmt: skip
        try:
            registry.validate(claims)
        except (JoseError, ValueError, TypeError) as error:
            raise TokenRefused(f"claims: {error}") from error
        return claims

    def _id_claims(self, token: Token, nonce: str, access_token: str) -> dict[str, Any]:
        expected = {
            "iss": {"essential": True, "value": self.issuer},
            "aud": {"essential": True, "value": self._client.id},
            "sub": {"essential": True},
        }
        params = {"nonce": nonce, "client_id": self._client.id, "access_token": access_token}
        claims = CodeIDToken(token.claims, token.header, expected, params)
        claims.validate(now=int(time.time()), leeway=LEEWAY_SECONDS)
        return dict(claims)

    async def _userinfo(self, endpoint: str, access_token: str, subject: str) -> dict[str, Any]:
        found = await self._get_json(endpoint, {"Authorization": f"Bearer {access_token}"})
        if found.get("sub") != subject:
            raise SignInRefused("userinfo is of another person")
        return found

    async def _discover(self) -> dict[str, Any]:
        metadata = await self._get_json(self.issuer.rstrip("/") + DISCOVERY)
        if metadata.get("issuer") != self.issuer:
            raise ProviderUnavailable("its discovery document is of another issuer")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not isinstance(metadata.get(name), str):
                raise ProviderUnavailable(f"its discovery document lacks {name}")
        return metadata

    async def _load_keys(self) -> dict[str, Any]:
        return await self._get_json((await self._metadata.get())["jwks_uri"])

    async def _get_json(self, url: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
        async with _limited(), httpx2.AsyncClient(verify=self._tls, timeout=ASK_SECONDS) as client:
            response = await client.get(url, headers=headers)
            if response.status_code != 200:
                raise ProviderUnavailable(f"it answered {response.status_code}")
            document = response.json()
        if not isinstance(document, dict):
            raise ProviderUnavailable("it answered something else than a JSON object")
        return document

    def _oauth(self, metadata: dict[str, Any] | None = None) -> AsyncOAuth2Client:
        """A public client proves itself by PKCE alone, one with a secret by the secret too."""
        methods = (metadata or {}).get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        basic = "client_secret_basic" if "client_secret_basic" in methods else "client_secret_post"
        return AsyncOAuth2Client(
            self._client.id, self._client.secret, scope=self._client.scopes, redirect_uri=self._client.redirect_uri,
            token_endpoint_auth_method=basic if self._client.secret else "none", code_challenge_method="S256",
            verify=self._tls, timeout=ASK_SECONDS,
        )  # fmt: skip


@asynccontextmanager
async def _limited() -> AsyncIterator[None]:
    """All that is asked within takes ASK_SECONDS at most, however slowly the provider drips."""
    try:
        async with asyncio.timeout(ASK_SECONDS):
            yield
    except (TimeoutError, httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise ProviderUnavailable(type(error).__name__) from error
    except ValueError as error:
        raise ProviderUnavailable(f"its answer cannot be read ({type(error).__name__})") from error
