"""The links in a digest's mail that act without sign-in: signed, each for one thing alone."""

from itsdangerous import BadData, URLSafeSerializer, URLSafeTimedSerializer

LINKS_PATH = "/studio/sessions/digests/"
CONFIRM, STOP = "confirm", "stop"
CONFIRM_SECONDS = 7 * 24 * 3600


class DigestLinks:
    def __init__(self, secret_key: str, public_url: str | None) -> None:
        """Raises ValueError for an empty `secret_key`, with which anyone could sign."""
        if not secret_key:
            raise ValueError("secret_key is empty: links signed with it could be forged")
        self.public_url = public_url or ""
        self._confirming = URLSafeTimedSerializer(secret_key, salt="digest.confirm")
        self._stopping = URLSafeSerializer(secret_key, salt="digest.stop")

    def confirm(self, id_: str, address: str) -> str:
        """Holds for a week, and for this address alone."""
        return f"{self.public_url}{LINKS_PATH}{CONFIRM}/{self._confirming.dumps([id_, address])}"

    def stop(self, id_: str) -> str:
        """Holds as long as the digest does."""
        return f"{self.public_url}{LINKS_PATH}{STOP}/{self._stopping.dumps(id_)}"

    def confirmed(self, token: str) -> tuple[str, str] | None:
        """Whose digest to which address; None for a token that is altered, foreign, or too old."""
        try:
            id_, address = self._confirming.loads(token, max_age=CONFIRM_SECONDS)
        except (BadData, ValueError, TypeError):
            return None
        return str(id_), str(address)

    def stopped(self, token: str) -> str | None:
        try:
            return str(self._stopping.loads(token))
        except BadData:
            return None
