"""Recordings in a bucket: R2, S3 or any store that speaks S3 with SigV4."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from recordings.links import LINK_SECONDS, RecordingUnavailable, SignedLink, UnavailableReason, utc_now

# At DEBUG botocore logs every signature it makes, and a signature is all it takes to watch a recording.
logging.getLogger("botocore").setLevel(logging.INFO)

# Two attempts that hang, and the pause of up to a second between them, stay within six seconds.
_RETRIES = {"mode": "standard", "total_max_attempts": 2}
_LIMITS = {"connect_timeout": 2, "read_timeout": 2.5, "retries": _RETRIES, "max_pool_connections": 32}


class S3Links:
    """Presigned GET links of one bucket, valid for LINK_SECONDS. One instance serves all threads.

    Credentials and region come from the standard AWS variables and files; without a region a store with
    its own `endpoint` is addressed as region "auto", R2's. To tell a missing recording from a refusal,
    the credentials need the right to list the bucket: without it S3 answers 403 to both.
    """

    def __init__(self, *, bucket: str, endpoint: str | None) -> None:
        session = boto3.session.Session()
        addressing = {"addressing_style": "path" if endpoint else "auto"}
        self._bucket = bucket
        self._credentials = session.get_credentials()
        region = session.region_name or ("auto" if endpoint else None)

        def client(signature: Any) -> Any:
            config = Config(signature_version=signature, s3=addressing, **_LIMITS)
            return session.client("s3", endpoint_url=endpoint, region_name=region, config=config)

        self._client = client("s3v4")
        parts = urlsplit(client(UNSIGNED).generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "x"}))
        self.origin = f"{parts.scheme}://{parts.netloc}"

    def sign(self, key: str) -> SignedLink:
        """A link to `key`, computed here; `expires_at` is never later than the link's real end.

        Raises RecordingUnavailable (STORE_DOWN) when there are no credentials to sign with.
        """
        expires_at = utc_now().replace(microsecond=0) + timedelta(seconds=LINK_SECONDS)
        try:
            expires_at = min(expires_at, self._credentials_end())
            target = {"Bucket": self._bucket, "Key": key}
            url = self._client.generate_presigned_url("get_object", Params=target, ExpiresIn=LINK_SECONDS)
        except (BotoCoreError, ClientError) as error:
            raise _store_down(error) from None
        return SignedLink(url=url, expires_at=expires_at)

    def check(self, key: str) -> None:
        """Ask the store for `key`, at most some six seconds a request.

        Raises RecordingUnavailable: MISSING_OBJECT when the bucket is there and the key is not;
        STORE_DOWN for every other failure, a missing bucket and refused credentials among them.
        """
        try:
            self._client.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if _status(error) != 404:
                raise _store_down(error) from None
            self._check_bucket()
            raise RecordingUnavailable(UnavailableReason.MISSING_OBJECT) from None
        except BotoCoreError as error:
            raise _store_down(error) from None

    def _check_bucket(self) -> None:
        """A HEAD has no body, so its 404 does not tell a missing key from a missing bucket.

        Credentials that may read objects only are refused here; that says nothing against the bucket.
        """
        try:
            self._client.head_bucket(Bucket=self._bucket)
        except ClientError as error:
            if _status(error) == 404:
                raise RecordingUnavailable(UnavailableReason.STORE_DOWN, "NoSuchBucket 404") from None
            if _status(error) != 403:
                raise _store_down(error) from None
        except BotoCoreError as error:
            raise _store_down(error) from None

    def _credentials_end(self) -> datetime:
        """When temporary credentials end, and with them each link they signed; else the end of time."""
        if self._credentials is not None:
            self._credentials.get_frozen_credentials()
        end: datetime | None = getattr(self._credentials, "_expiry_time", None)
        return end.astimezone(UTC) if end else datetime.max.replace(tzinfo=UTC)


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _store_down(error: Exception) -> RecordingUnavailable:
    """To be raised `from None`: botocore's messages hold addresses, which a traceback would show."""
    code = error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else ""
    return RecordingUnavailable(UnavailableReason.STORE_DOWN, f"{type(error).__name__} {code}".strip())
