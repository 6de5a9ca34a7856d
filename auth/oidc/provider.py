"""The OpenID provider, asked within a time limit."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc.errors import JoseError
from joserfc.jwt import JWTClaimsRegistry, Token

from auth.oidc.claims import Missing
from auth.oidc.kept import Kept, ProviderUnavailable
from auth.oidc.keys import SigningKeys, TokenRefused

ASK_SECONDS = 4.0
LEEWAY_SECONDS = 30
METADATA_FRESH_SECONDS = 3600.0
METADATA_PAUSE_SECONDS = 0.5
MOST_BYTES = 1_000_000
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
ENDPOINTS = (*NEEDED, "userinfo_endpoint", "end_session_endpoint")
DISCOVERY = "/.well-known/openid-configuration"


class SignInRefused(Exception):
    """The provider, or what came back from it, says no; the message is for the log."""


class NotSetUp(SignInRefused):
    """The provider does not know this application, or not by this secret."""


@dataclass(frozen=True, slots=True)
class Client:
    """What the provider knows this application as."""

    id: str
    secret: str | None
    redirect_uri: str
    scopes: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The ID token's claims, then userinfo's where those were needed, and the token itself."""

    claims: list[dict[str, Any]]
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
        self, *, code: str, issuer: str | None, nonce: str, verifier: str,
        missing: Callable[[list[dict[str, Any]]], Missing | None],
    ) -> SignedIn:  # fmt: skip
        """Who signed in, for a code that came back; `issuer` is what came with it, for providers that say it
        (RFC 9207). Userinfo is asked only for what is `missing` in the ID token. Raises SignInRefused.
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
                claims = [self._id_claims(token, nonce, access_token)]
            except OAuthError as error:
                raise _refusal(error) from error
            except (TokenRefused, JoseError, LookupError, ArithmeticError, ValueError, TypeError) as error:
                raise SignInRefused(f"ID token: {type(error).__name__} {error}") from error
            what = missing(claims)
            if what and metadata.get("userinfo_endpoint"):
                try:
                    claims.append(await self._userinfo(metadata["userinfo_endpoint"], access_token, claims[0]["sub"]))
                except ProviderUnavailable:
                    if what is not Missing.NAME:
                        raise
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

    async def look(self) -> None:
        """Ask for the discovery document once; `problem` tells how it went."""
        with suppress(ProviderUnavailable):
            await self._metadata.renew()

    @property
    def problem(self) -> str | None:
        """Why discovery failed when it was last asked for; None if it did not."""
        return self._metadata.failure

    async def _discover(self) -> dict[str, Any]:
        url = self.issuer.rstrip("/") + DISCOVERY
        metadata = await self._get_json(url)
        if metadata.get("issuer") != self.issuer:
            raise ProviderUnavailable(
                f"{url} is of issuer {str(metadata.get('issuer'))[:200]!r}, SESSIONS_OIDC_ISSUER of {self.issuer!r}"
            )
        for name in ENDPOINTS:
            if metadata.get(name) is not None or name in NEEDED:
                self._check_endpoint(name, metadata.get(name))
        return metadata

    def _check_endpoint(self, name: str, url: object) -> None:
        """A browser, or a secret, is sent nowhere else than by https, or by http where the issuer itself is."""
        try:
            parts = urlsplit(str(url)) if httpx2.URL(str(url)).host else None
        except (httpx2.InvalidURL, ValueError):
            parts = None
        if parts is None or parts.scheme not in ("https", urlsplit(self.issuer).scheme) or not parts.hostname:
            raise ProviderUnavailable(f"its discovery document has no usable {name}")

    async def _load_keys(self) -> dict[str, Any]:
        return await self._get_json((await self._metadata.get())["jwks_uri"])

    async def _get_json(self, url: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
        async with _limited(), httpx2.AsyncClient(verify=self._tls, timeout=ASK_SECONDS) as client:
            async with client.stream("GET", url, headers=headers) as response:
                if response.status_code != 200:
                    raise ProviderUnavailable(f"{url} answered {response.status_code}")
                body = b""
                async for part in response.aiter_bytes():
                    body += part
                    if len(body) > MOST_BYTES:
                        raise ProviderUnavailable(f"{url} answered more than {MOST_BYTES} bytes")
            document = json.loads(body)
        if not isinstance(document, dict):
            raise ProviderUnavailable(f"{url} answered something else than a JSON object")
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
    except (ValueError, RecursionError) as error:
        raise ProviderUnavailable(f"its answer cannot be read ({type(error).__name__})") from error


def _refusal(error: OAuthError) -> SignInRefused:
    if error.error in ("invalid_client", "unauthorized_client"):
        return NotSetUp(
            f"{error.error}: SESSIONS_OIDC_CLIENT_ID and SESSIONS_OIDC_CLIENT_SECRET are not the provider's"
        )
    return SignInRefused(f"the code was refused ({error.error})")
