"""The signed session cookie: who signed in, readable by nobody's script."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import HTTPConnection
from starlette.responses import Response

from auth.viewer import Role, Viewer

COOKIE = "session_history"
HOST_COOKIE = f"__Host-{COOKIE}"
LIFETIME = timedelta(hours=12)
IDLE = timedelta(hours=2)
RENEWED_AFTER = 0.1  # of the idle time


@dataclass(frozen=True, slots=True)
class SignIn:
    """One person's sign-in. `id` names it where it can be ended; `began` and `signed` are Unix seconds, `signed`
    those of the cookie that tells of it."""

    id: str
    viewer: Viewer
    began: int
    signed: int

    @classmethod
    def of(cls, viewer: Viewer) -> "SignIn":
        """A new one, beginning now."""
        now = int(time.time())
        return cls(secrets.token_urlsafe(16), viewer, now, now)


def never_ended(id_: str) -> bool:
    return False


class SessionCookie:
    """Writes and reads the cookie. One that is forged, malformed, unused for `idle`, older than `lifetime` in all,
    or ended by sign-out is nobody's.

    Over TLS its name begins with __Host-, so that no other host of the domain can set it. `always_secure` says that
    there is TLS in front even where a request does not tell.
    """

    def __init__(
        self, secret_key: str, *, lifetime: timedelta = LIFETIME, idle: timedelta = IDLE,
        is_ended: Callable[[str], bool] = never_ended, always_secure: bool = False,
    ) -> None:  # fmt: skip
        self._serializer = URLSafeTimedSerializer(secret_key, salt="session-cookie")
        self._lifetime = int(lifetime.total_seconds())
        self._idle = int(idle.total_seconds())
        self._is_ended = is_ended
        self._always_secure = always_secure

    def write(self, sign_in: SignIn) -> str:
        viewer = sign_in.viewer
        who = [viewer.id, viewer.name, viewer.role.value, viewer.account, viewer.granted_private]
        return str(self._serializer.dumps([sign_in.id, sign_in.began, *who]))

    def read(self, value: str | None) -> SignIn | None:
        if not value:
            return None
        try:
            content, signed = self._serializer.loads(value, max_age=self._idle, return_timestamp=True)
            id_, began, viewer_id, name, role, account, granted = content
            viewer = Viewer(str(viewer_id), str(name), Role(role), str(account), granted is True)
            sign_in = SignIn(str(id_), viewer, int(began), int(signed.timestamp()))
        except (BadSignature, ValueError, TypeError):
            return None
        return sign_in if self.is_live(sign_in) else None

    def is_live(self, sign_in: SignIn) -> bool:
        return time.time() - sign_in.began <= self._lifetime and not self._is_ended(sign_in.id)

    def find(self, connection: HTTPConnection) -> SignIn | None:
        return self.read(connection.cookies.get(self._name(connection)))

    def is_due(self, sign_in: SignIn) -> bool:
        """Whether it is time to give the browser a new one."""
        return time.time() - sign_in.signed > self._idle * RENEWED_AFTER

    def header(self, sign_in: SignIn, connection: HTTPConnection) -> str:
        """The value of Set-Cookie that keeps the sign-in; the browser forgets it when it can be valid no more."""
        left = min(self._idle, sign_in.began + self._lifetime - int(time.time()))
        return self._set(connection, self.write(sign_in), max(left, 0))

    def cleared(self, connection: HTTPConnection) -> str:
        """The value of Set-Cookie that makes the browser forget."""
        return self._set(connection, "", 0)

    def _set(self, connection: HTTPConnection, value: str, max_age: int) -> str:
        secure = self._is_secure(connection)
        response = Response()
        response.set_cookie(
            self._name(connection), value, max_age=max_age, path="/", httponly=True, samesite="lax", secure=secure
        )
        return response.headers["set-cookie"]

    def _name(self, connection: HTTPConnection) -> str:
        return HOST_COOKIE if self._is_secure(connection) else COOKIE

    def _is_secure(self, connection: HTTPConnection) -> bool:
        return self._always_secure or connection.url.scheme == "https"
