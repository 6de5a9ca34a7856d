"""Signed links: what a recording's link is, and why there may be none."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import NoReturn, Protocol

LINK_SECONDS = 3600

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SignedLink:
    """An address that plays one recording without sign-in until `expires_at` (aware, UTC)."""

    url: str
    expires_at: datetime


class UnavailableReason(StrEnum):
    """Why a recording cannot be played now."""

    NO_RECORDING = "no_recording"
    MISSING_OBJECT = "missing_object"
    STORE_DOWN = "store_down"
    NOT_CONFIGURED = "not_configured"


_LEVELS = {
    UnavailableReason.NO_RECORDING: logging.INFO,
    UnavailableReason.NOT_CONFIGURED: logging.INFO,
    UnavailableReason.MISSING_OBJECT: logging.WARNING,
    UnavailableReason.STORE_DOWN: logging.ERROR,
}


class RecordingUnavailable(Exception):
    """No link can be given; `reason` says why, `detail` names the store's error for the log.

    Its text never holds a key, an address or a signature.
    """

    def __init__(self, reason: UnavailableReason, detail: str = "") -> None:
        super().__init__(f"{reason} ({detail})" if detail else str(reason))
        self.reason = reason
        self.detail = detail


class RecordingLinks(Protocol):
    """A store of recordings, each under its key.

    `origin` is where links lead, for the page to allow no other; None where they stay on this host.
    """

    @property
    def origin(self) -> str | None: ...

    def sign(self, key: str) -> SignedLink:
        """A link valid for LINK_SECONDS, whether or not the recording exists. Asks no store.

        Raises RecordingUnavailable when nothing can be signed.
        """
        ...

    def check(self, key: str) -> None:
        """Ask the store; raises RecordingUnavailable when the recording cannot be played."""
        ...


class NoLinks:
    """Stands in where neither a bucket nor a folder of recordings is configured."""

    origin = None

    def sign(self, key: str) -> NoReturn:
        """Raises RecordingUnavailable (NOT_CONFIGURED), always."""
        raise RecordingUnavailable(UnavailableReason.NOT_CONFIGURED)

    def check(self, key: str) -> NoReturn:
        """Raises RecordingUnavailable (NOT_CONFIGURED), always."""
        raise RecordingUnavailable(UnavailableReason.NOT_CONFIGURED)


def available_link(links: RecordingLinks, session_id: str, key: str | None) -> SignedLink:
    """A link to a recording that the store has just confirmed.

    Raises RecordingUnavailable, and logs its reason with the session: the user is told only that the
    recording is not available. A key of None (or "") is NO_RECORDING.
    """
    try:
        if not key:
            raise RecordingUnavailable(UnavailableReason.NO_RECORDING)
        links.check(key)
        return links.sign(key)
    except RecordingUnavailable as unavailable:
        logger.log(_LEVELS[unavailable.reason], "no recording for session %s: %s", session_id, unavailable)
        raise


def utc_now() -> datetime:
    """The present moment, aware, UTC."""
    return datetime.now(UTC)
