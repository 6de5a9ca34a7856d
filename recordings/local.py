"""Recordings in a folder: the stand-in for a bucket in development and demonstrations."""

from datetime import timedelta
from pathlib import Path

from itsdangerous import BadData, URLSafeSerializer

from recordings.links import LINK_SECONDS, RecordingUnavailable, SignedLink, UnavailableReason, utc_now


class BadLink(Exception):
    """The link was altered, was not made here, or is past its time (403)."""


class LocalLinks:
    """Signed links to files below `folder`; the app serves them at `path`/{token} through resolve()."""

    origin = None

    def __init__(self, *, folder: Path, secret_key: str, path: str = "/api/recordings/local") -> None:
        """Raises ValueError for an empty `secret_key`, with which anyone could sign."""
        if not secret_key:
            raise ValueError("secret_key is empty: links signed with it could be forged")
        self._folder = folder
        self._path = path.rstrip("/")
        self._serializer = URLSafeSerializer(secret_key, salt="recordings.local")

    def sign(self, key: str) -> SignedLink:
        """A link to `key`, valid for LINK_SECONDS, whether or not the file exists."""
        expires_at = utc_now().replace(microsecond=0) + timedelta(seconds=LINK_SECONDS)
        token = self._serializer.dumps([key, int(expires_at.timestamp())])
        return SignedLink(url=f"{self._path}/{token}", expires_at=expires_at)

    def check(self, key: str) -> None:
        """Raises RecordingUnavailable when `key` names no file within the folder."""
        self._file(key)

    def resolve(self, token: str) -> Path:
        """The file to which a link's token gives access.

        Raises BadLink for a token that is altered, foreign or expired, RecordingUnavailable when the
        file has gone.
        """
        try:
            key, expires = self._serializer.loads(token)
        except BadData:
            raise BadLink("not a link of this app") from None
        if utc_now().timestamp() >= expires:
            raise BadLink("the link has expired")
        return self._file(key)

    def _file(self, key: str) -> Path:
        if not self._folder.is_dir():
            raise RecordingUnavailable(UnavailableReason.STORE_DOWN, "the folder of recordings is missing")
        folder = self._folder.resolve()
        try:
            file = (folder / key).resolve(strict=True)
        except (OSError, ValueError, RuntimeError):
            raise RecordingUnavailable(UnavailableReason.MISSING_OBJECT) from None
        if not file.is_relative_to(folder) or not file.is_file():
            raise RecordingUnavailable(UnavailableReason.MISSING_OBJECT)
        return file
