"""A sign-in under way, kept in the browser that began it."""

import secrets
from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

BEGUN_SECONDS = 600
BEGUN_COOKIE = "session_history_begun_"


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
            self._name(begun.state), str(value), max_age=BEGUN_SECONDS, path="/",
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
        response.delete_cookie(self._name(state), path="/", httponly=True, samesite="lax", secure=self._secure)

    def _name(self, state: str) -> str:
        """Over TLS one that no other host of the domain can set, or it could begin a sign-in of its own here."""
        known = "".join(character for character in state[:16] if character.isascii() and character.isalnum())
        return ("__Host-" if self._secure else "") + BEGUN_COOKIE + known
