"""The one endpoint that events are passed on to, and how a request to it is signed."""

import asyncio
import hmac
import json
import time
from collections.abc import Sequence
from enum import Enum, auto

import httpx2

from store.events import Event

ASK_SECONDS = 5.0
TIMESTAMP = "X-Session-History-Timestamp"
SIGNATURE = "X-Session-History-Signature"
REFUSALS = frozenset({400, 413, 422})  # it is the content that is wrong, not the address, the secret or the moment


class Outcome(Enum):
    TAKEN = auto()
    REFUSED = auto()
    FAILED = auto()


class Receiver:
    """Posts events to `url`, signed with `secret`; gives up after ASK_SECONDS, however slowly the answer drips."""

    def __init__(self, url: str, secret: str) -> None:
        self._url = url
        self._secret = secret.encode()
        self._tls = httpx2.create_ssl_context()

    def send(self, events: Sequence[Event]) -> tuple[Outcome, str]:
        """What became of them, and why, in words without values."""
        try:
            status = asyncio.run(self._post(body_of(events)))
        except (TimeoutError, httpx2.HTTPError, OSError) as error:
            return Outcome.FAILED, type(error).__name__
        if 200 <= status < 300:
            return Outcome.TAKEN, str(status)
        return Outcome.REFUSED if status in REFUSALS else Outcome.FAILED, str(status)

    async def _post(self, body: bytes) -> int:
        """The answer's status; its body is not read, and a redirect is not followed."""
        timestamp = str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            TIMESTAMP: timestamp,
            SIGNATURE: signature(self._secret, timestamp, body),
        }
        async with (
            asyncio.timeout(ASK_SECONDS),
            httpx2.AsyncClient(verify=self._tls, trust_env=False, timeout=None) as client,
            client.stream("POST", self._url, content=body, headers=headers) as response,
        ):
            return response.status_code


def body_of(events: Sequence[Event]) -> bytes:
    shown = [
        {
            "id": event.id, "name": event.name, "at": event.at.isoformat(), "viewer_id": event.viewer_id,
            "role": event.role, "data": event.data,
        }
        for event in events
    ]  # fmt: skip
    return json.dumps({"events": shown}, separators=(",", ":")).encode()


def signature(secret: bytes, timestamp: str, body: bytes) -> str:
    return "sha256=" + hmac.new(secret, timestamp.encode() + b"." + body, "sha256").hexdigest()
