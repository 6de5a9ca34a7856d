"""The signed session cookie: who signed in, readable by nobody's script and valid for half a day."""

from itsdangerous import BadSignature, URLSafeTimedSerializer

from auth.viewer import Role, Viewer

COOKIE = "session_history"
MAX_AGE_SECONDS = 12 * 3600


class SessionCookie:
    """Writes and reads the cookie's value. A value that is forged, old or malformed is nobody's."""

    def __init__(self, secret_key: str) -> None:
        self._serializer = URLSafeTimedSerializer(secret_key, salt="session-cookie")

    def write(self, viewer: Viewer) -> str:
        return str(self._serializer.dumps([viewer.id, viewer.name, viewer.role.value]))

    def read(self, value: str | None) -> Viewer | None:
        if not value:
            return None
        try:
            id_, name, role = self._serializer.loads(value, max_age=MAX_AGE_SECONDS)
            return Viewer(str(id_), str(name), Role(role))
        except (BadSignature, ValueError, TypeError):
            return None
