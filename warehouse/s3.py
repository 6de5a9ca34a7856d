"""What is asked of an S3-compatible store, within limits of time, and what its refusals mean."""

import hashlib
import logging
import os
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
    ReadTimeoutError,
    SSLError,
)
from urllib3.exceptions import HTTPError

from warehouse.contract import Problem
from warehouse.export import SourceError
from warehouse.manifest import bare
from warehouse.names import shown
from warehouse.threads import Stopped

# At DEBUG botocore logs every signature it makes, and a signature is all it takes to read an export.
logging.getLogger("botocore").setLevel(logging.INFO)

STORE_ERRORS = (BotoCoreError, ClientError, HTTPError)
CHUNK = 1 << 20
MD5 = re.compile(r"[0-9a-f]{32}")
CHANGED = "while the export was being fetched"


@dataclass(frozen=True, slots=True)
class StoreLimits:
    """How long a store may take, how often it is asked, and how much at once.

    A request is tried `attempts` times, and so is the rest of an object whose transfer broke; the rest is left to the
    next look. A transfer that brings less than `slow_bytes` in `slow_seconds` is given up: it would never end.
    """

    connect_seconds: float = 5
    read_seconds: float = 30
    attempts: int = 3
    slow_seconds: float = 60
    slow_bytes: int = 60_000
    page_size: int = 1000
    at_once: int = 3


@dataclass(frozen=True, slots=True)
class Object:
    """One object as it was listed; `name` is its key without the prefix."""

    name: str
    size: int
    etag: str


def s3_client(endpoint: str | None, limits: StoreLimits) -> Any:
    """Credentials and region are the standard AWS ones; a store of its own without a region is "auto", R2's.

    Checksums are asked for only where S3 itself requires them: other stores refuse what they do not know.
    """
    session = boto3.session.Session()
    config = Config(
        signature_version="s3v4", s3={"addressing_style": "path" if endpoint else "auto"},
        connect_timeout=limits.connect_seconds, read_timeout=limits.read_seconds,
        retries={"mode": "standard", "total_max_attempts": limits.attempts}, max_pool_connections=limits.at_once + 1,
        request_checksum_calculation="when_required", response_checksum_validation="when_required",
    )  # fmt: skip
    region = session.region_name or ("auto" if endpoint else None)
    return session.client("s3", endpoint_url=endpoint, region_name=region, config=config)


def download(
    client: Any, bucket: str, key: str, wanted: Object, partial: BinaryIO, limits: StoreLimits,
    count: Callable[[int], None], stop: threading.Event,
) -> None:  # fmt: skip
    """Fetch the rest of an object into `partial`, open for appending; on return it is whole and on the disk.

    Raises SourceError where it is not what was listed or its transfer broke too often, Stopped when told to stop,
    and whatever STORE_ERRORS the store's refusal is.
    """
    is_md5 = True
    if partial.tell() > wanted.size:
        _restart(partial)
    for _ in range(limits.attempts):
        if partial.tell() == wanted.size:
            break
        answer = _rest(client, bucket, key, wanted, partial, count)
        is_md5 = answer.get("ServerSideEncryption", "AES256") == "AES256" and "SSECustomerAlgorithm" not in answer
        try:
            _append(answer["Body"], wanted, partial, limits, count, stop)
        except HTTPError:
            continue
        finally:
            answer["Body"].close()
    if partial.tell() != wanted.size:
        raise _refused(wanted, f"its transfer broke {limits.attempts} times; the next look goes on where it stopped")
    _verify(wanted, partial, is_md5)
    partial.flush()
    os.fsync(partial.fileno())


def reason(error: Exception) -> str:
    """Why the store gives nothing, in words without addresses, keys or signatures, which botocore's own may hold."""
    if isinstance(error, ClientError):
        return _answered(_status(error), _code(error))
    for kinds, said in _REASONS:
        if isinstance(error, kinds):
            return said
    return f"the store could not be asked ({type(error).__name__})"


def gone(error: Exception) -> str | None:
    """What became of an object that was listed and is not there, or not the same, any more."""
    if not isinstance(error, ClientError) or _code(error) == "NoSuchBucket":
        return None
    says = {404: f"vanished {CHANGED}", 412: f"was rewritten {CHANGED}", 416: f"was rewritten {CHANGED}"}
    return says.get(_status(error))


_REASONS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    ((NoCredentialsError, PartialCredentialsError), "no credentials for the store, such as AWS_ACCESS_KEY_ID"),
    ((ConnectTimeoutError, ReadTimeoutError), "the store does not answer in time"),
    (SSLError, "the store's certificate is not trusted"),
    (EndpointConnectionError, "the store cannot be reached"),
    ((HTTPClientError, HTTPError), "the connection to the store broke"),
)


def _answered(status: int, code: str) -> str:
    told = f"{status} {code}".strip()
    if code == "NoSuchBucket":
        return "no such bucket"
    if status in (401, 403):
        return f"the store refuses these credentials ({told})"
    if status >= 500 or status == 429:
        return f"the store cannot answer now ({told})"
    return f"the store refuses the request ({told})"


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _code(error: ClientError) -> str:
    """The store's own word for it, if it is one word."""
    code = str(error.response.get("Error", {}).get("Code", ""))
    return code if re.fullmatch("[A-Za-z]{1,60}", code) else ""


def _rest(
    client: Any, bucket: str, key: str, wanted: Object, partial: BinaryIO, count: Callable[[int], None]
) -> dict[str, Any]:
    """Ask for what is missing; a store that does not know ranges sends all, and one that ignores If-Match another."""
    start = partial.tell()
    range_ = {"Range": f"bytes={start}-"} if start else {}
    answer: dict[str, Any] = client.get_object(Bucket=bucket, Key=key, IfMatch=f'"{wanted.etag}"', **range_)
    is_rest = answer.get("ContentRange", "").startswith(f"bytes {start}-")
    if start and not is_rest:
        _restart(partial)
        count(-start)
    size = int(answer["ContentLength"]) + (start if start and is_rest else 0)
    etag = bare(answer.get("ETag", wanted.etag))
    if etag != wanted.etag or size != wanted.size:
        answer["Body"].close()
        _restart(partial)
        said = f"has {size:,} bytes, but was listed with {wanted.size:,}" if size != wanted.size else "was rewritten"
        raise _refused(wanted, f"{said} {CHANGED}")
    return answer


def _append(
    body: Any,
    wanted: Object,
    partial: BinaryIO,
    limits: StoreLimits,
    count: Callable[[int], None],
    stop: threading.Event,
) -> None:
    """What arrives, as it arrives: a whole block at a time would wait for a store that drips for hours."""
    since, arrived = time.monotonic(), 0
    while chunk := body._raw_stream.read1(min(CHUNK, wanted.size - partial.tell()) or 1):
        if stop.is_set():
            raise Stopped
        partial.write(chunk)
        arrived += len(chunk)
        count(len(chunk))
        now = time.monotonic()
        if now - since >= limits.slow_seconds:
            if arrived < limits.slow_bytes:
                raise _refused(wanted, f"arrives too slowly: {arrived:,} bytes in {now - since:.0f} s")
            since, arrived = now, 0


def _restart(partial: BinaryIO) -> None:
    partial.truncate(0)
    partial.seek(0)


def _verify(wanted: Object, partial: BinaryIO, is_md5: bool) -> None:
    """An ETag of 32 hex digits is the MD5 of the content, unless the store encrypts with keys of its customer's."""
    partial.flush()
    if not is_md5 or not MD5.fullmatch(wanted.etag):
        return
    with open(partial.name, "rb") as written:
        found = hashlib.file_digest(written, lambda: hashlib.md5(usedforsecurity=False))
    if found.hexdigest() != wanted.etag:
        _restart(partial)
        raise _refused(wanted, "arrived damaged: its MD5 is not its ETag")


def _refused(wanted: Object, said: str) -> SourceError:
    return SourceError([Problem(shown(wanted.name), None, said)])
