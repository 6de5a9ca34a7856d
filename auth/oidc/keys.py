"""Signatures of the provider's tokens, with the keys that it publishes."""

from collections.abc import Awaitable, Callable
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, OctKey, OKPKey, RSAKey

from auth.oidc.kept import Kept, ProviderUnavailable

KEYS_FRESH_SECONDS = 600.0
KEYS_PAUSE_SECONDS = 5.0
RSA_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
CURVE_ALGORITHMS = {
    "P-256": ("ES256",),
    "P-384": ("ES384",),
    "P-521": ("ES512",),
    "Ed25519": ("EdDSA", "Ed25519"),
    "Ed448": ("EdDSA", "Ed448"),
}


class TokenRefused(Exception):
    """The token is not one of the provider's for us, or not any more; the message is for the log."""


class SigningKeys:
    """The provider's public keys; one not known yet is looked for again, for keys are rotated."""

    def __init__(self, load: Callable[[], Awaitable[dict[str, Any]]]) -> None:
        async def load_keys() -> list[Key]:
            return _signing_keys(await load())

        self._keys = Kept(load_keys, fresh=KEYS_FRESH_SECONDS, pause=KEYS_PAUSE_SECONDS)

    async def verified(self, token: str) -> jwt.Token:
        """The token, once its signature holds; nothing is said of its claims.

        The algorithm is one that the key is for, never the token's choice alone, and none but public-key ones.
        Raises TokenRefused, and ProviderUnavailable where no keys could be had.
        """
        try:
            kid = jws.extract_compact(token.encode()).headers().get("kid")
        except (JoseError, ValueError, TypeError) as error:
            raise TokenRefused("not a signed token") from error
        key = await self._find(kid)
        algorithms = _algorithms(key)
        try:
            return jwt.decode(token, key, algorithms=algorithms, registry=jws.JWSRegistry(algorithms=algorithms))
        except (JoseError, ValueError, TypeError) as error:
            raise TokenRefused(f"signature or form ({type(error).__name__})") from error

    async def _find(self, kid: object) -> Key:
        key = _of_id(await self._keys.get(), kid)
        if key is None:
            await self._keys.renew()
            key = _of_id(await self._keys.get(), kid)
        if key is None:
            raise TokenRefused("no such key")
        return key


def _of_id(keys: list[Key], kid: object) -> Key | None:
    """A token may leave out its key's id only where there is one key."""
    if kid is None:
        return keys[0] if len(keys) == 1 else None
    return next((key for key in keys if key.kid == kid), None)


def _signing_keys(document: dict[str, Any]) -> list[Key]:
    """Those that can be read and are for signatures; others, of kinds yet to come, are left out (RFC 7517, 5)."""
    given = document.get("keys")
    keys = [key for key in map(_key, given if isinstance(given, list) else []) if key is not None]
    if not keys:
        raise ProviderUnavailable("it publishes no keys that can be read")
    return [key for key in keys if key.get("use", "sig") == "sig" and _algorithms(key)]


def _key(given: Any) -> Key | None:
    try:
        return KeySet.import_key_set({"keys": [given]}).keys[0]
    except (JoseError, LookupError, ValueError, TypeError, AttributeError, UnsupportedAlgorithm):
        return None


def _algorithms(key: Key) -> list[str]:
    """What a signature by this key may be made with; nothing for a shared secret."""
    match key:
        case RSAKey():
            possible: tuple[str, ...] = RSA_ALGORITHMS
        case ECKey() | OKPKey():
            possible = CURVE_ALGORITHMS.get(str(key.get("crv")), ())
        case OctKey():
            possible = ()
    return [name for name in possible if key.alg in (None, name)]
