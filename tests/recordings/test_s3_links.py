import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.credentials import RefreshableCredentials

from recordings.links import RecordingUnavailable, UnavailableReason, available_link
from recordings.s3 import S3Links
from tests.servers.swift import S3Server
from tests.servers.web import fetch

AWKWARD_KEYS = [
    "2026/11/session 7.mp4",
    "Übung/été/録画.mp4",
    "a+b.mp4",
    "100%.mp4",
    "%2e%20.mp4",
    "q?x=1&y=2#z.mp4",
    "quote'\"<&>;=@:$,!*()~.mp4",
    "double//slash.mp4",
    "trailing.mp4/",
    "../up.mp4",
    "a/../../b/./c.mp4",
]


def parameters(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def real_end(url: str) -> datetime:
    signed = datetime.strptime(parameters(url)["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return signed + timedelta(seconds=int(parameters(url)["X-Amz-Expires"]))


def with_other_signature(url: str) -> str:
    signature = parameters(url)["X-Amz-Signature"]
    return url.replace(signature, ("1" if signature[0] == "0" else "0") + signature[1:])


@pytest.fixture(scope="module")
def awkward(s3: S3Server) -> str:
    s3.create_bucket("awkward", {key: f"the clip {key}".encode() for key in AWKWARD_KEYS})
    return "awkward"


@pytest.fixture
def signed_ago(monkeypatch: pytest.MonkeyPatch) -> Callable[[S3Links, int], str]:
    """A link to clip.mp4 that was signed the given number of seconds ago."""

    def sign(links: S3Links, seconds: int) -> str:
        then = datetime.now(UTC) - timedelta(seconds=seconds)
        with monkeypatch.context() as patch:
            patch.setattr("botocore.auth.get_current_datetime", lambda: then)
            return links.sign("clip.mp4").url

    return sign


@pytest.mark.s3
def test_a_signed_link_plays_the_clip(links: S3Links, clip: bytes) -> None:
    assert fetch(links.sign("clip.mp4").url) == (200, clip)


@pytest.mark.s3
def test_a_signed_link_plays_from_the_middle(links: S3Links, clip: bytes) -> None:
    url = links.sign("clip.mp4").url

    assert fetch(url, {"Range": "bytes=1000-1999"}) == (206, clip[1000:2000])
    assert fetch(url, {"Range": "bytes=10000-"}) == (206, clip[10000:])


@pytest.mark.s3
def test_without_its_signature_the_clip_is_refused(links: S3Links, clip: bytes) -> None:
    status, body = fetch(links.sign("clip.mp4").url.split("?")[0])

    assert status in {400, 403}
    assert clip not in body


@pytest.mark.s3
def test_a_tampered_signature_is_refused(links: S3Links) -> None:
    status, body = fetch(with_other_signature(links.sign("clip.mp4").url))

    assert status == 403
    assert b"SignatureDoesNotMatch" in body


@pytest.mark.s3
def test_a_signature_opens_no_other_clip(links: S3Links) -> None:
    url = links.sign("clip.mp4").url.replace("/clip.mp4?", "/other.mp4?")

    assert fetch(links.sign("other.mp4").url) == (200, b"another clip")
    assert fetch(url)[0] == 403


@pytest.mark.s3
@pytest.mark.parametrize(
    ("old", "new"), [("X-Amz-Expires=3600", "X-Amz-Expires=86400"), ("X-Amz-Date=2", "X-Amz-Date=3")]
)
def test_the_time_of_a_link_cannot_be_stretched(links: S3Links, old: str, new: str) -> None:
    url = links.sign("clip.mp4").url

    assert old in url
    assert fetch(url.replace(old, new))[0] == 403


@pytest.mark.s3
def test_a_link_plays_for_an_hour_and_no_longer(
    links: S3Links, signed_ago: Callable[[S3Links, int], str], clip: bytes
) -> None:
    assert fetch(signed_ago(links, 3570)) == (200, clip)
    status, body = fetch(signed_ago(links, 3602))
    assert status == 403
    assert b"Request has expired" in body


@pytest.mark.s3
@pytest.mark.parametrize("key", AWKWARD_KEYS)
def test_an_awkward_key_is_signed_and_played(s3: S3Server, s3_credentials: None, awkward: str, key: str) -> None:
    link = available_link(S3Links(bucket=awkward, endpoint=s3.endpoint), "s-1", key)

    assert fetch(link.url) == (200, f"the clip {key}".encode())


@pytest.mark.s3
def test_a_key_with_two_dots_opens_nothing_in_a_client_that_resolves_them(
    s3: S3Server, s3_credentials: None, awkward: str
) -> None:
    url = S3Links(bucket=awkward, endpoint=s3.endpoint).sign("../clips/clip.mp4").url

    assert fetch(url.replace("/awkward/../clips/", "/clips/"))[0] == 403


@pytest.mark.s3
def test_threads_share_one_instance(links: S3Links) -> None:
    def play(number: int) -> tuple[int, int]:
        links.check("clip.mp4")
        status, body = fetch(links.sign("clip.mp4" if number % 2 else "other.mp4").url)
        return status, len(body)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(play, range(40)))

    assert answers == [(200, 10240 if number % 2 else 12) for number in range(40)]


@pytest.mark.usefixtures("some_credentials")
def test_a_link_is_sigv4_for_one_hour() -> None:
    before = datetime.now(UTC)
    link = S3Links(bucket="clips", endpoint="https://store.example").sign("clip.mp4")

    found = parameters(link.url)
    assert (found["X-Amz-Algorithm"], found["X-Amz-Expires"]) == ("AWS4-HMAC-SHA256", "3600")
    assert link.url.startswith("https://store.example/clips/clip.mp4?")
    assert link.expires_at <= real_end(link.url)
    assert link.expires_at > before + timedelta(seconds=3595)
    assert link.expires_at.tzinfo is UTC


@pytest.mark.usefixtures("some_credentials")
@pytest.mark.parametrize(
    ("endpoint", "configured", "region"),
    [
        ("https://store.example", None, "auto"),
        ("https://store.example", "eu-central-1", "eu-central-1"),
        (None, "eu-central-1", "eu-central-1"),
    ],
)
def test_the_region_is_auto_unless_one_is_configured(
    monkeypatch: pytest.MonkeyPatch, endpoint: str | None, configured: str | None, region: str
) -> None:
    if configured:
        monkeypatch.setenv("AWS_DEFAULT_REGION", configured)

    url = S3Links(bucket="clips", endpoint=endpoint).sign("clip.mp4").url

    assert parameters(url)["X-Amz-Credential"].split("/")[2] == region


@pytest.mark.usefixtures("some_credentials")
def test_without_an_endpoint_the_link_leads_to_s3() -> None:
    url = S3Links(bucket="clips", endpoint=None).sign("clip.mp4").url

    assert urlsplit(url).hostname in {"clips.s3.amazonaws.com", "clips.s3.us-east-1.amazonaws.com"}
    assert parameters(url)["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256"


@pytest.mark.parametrize("left", [20, 5, -5])
def test_a_link_promises_no_more_than_its_temporary_credentials(monkeypatch: pytest.MonkeyPatch, left: int) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    renewed = {"access_key": "a", "secret_key": "s", "token": "renewed"}
    renewed["expiry_time"] = (now + timedelta(minutes=30)).isoformat()
    end = now + timedelta(minutes=left)
    temporary = RefreshableCredentials("somebody", "something", "first", end, lambda: renewed, "test")
    monkeypatch.setattr("boto3.session.Session.get_credentials", lambda self: temporary)
    monkeypatch.setattr("botocore.session.Session.get_credentials", lambda self: temporary)

    link = S3Links(bucket="clips", endpoint="https://store.example").sign("clip.mp4")

    assert parameters(link.url)["X-Amz-Security-Token"] == ("first" if left == 20 else "renewed")
    assert link.expires_at == (end if left == 20 else now + timedelta(minutes=30))


def test_without_credentials_nothing_is_signed() -> None:
    links = S3Links(bucket="clips", endpoint="https://store.example")

    with pytest.raises(RecordingUnavailable) as caught:
        links.sign("clip.mp4")

    assert caught.value.reason is UnavailableReason.STORE_DOWN
    assert caught.value.detail == "NoCredentialsError"


@pytest.mark.usefixtures("some_credentials")
def test_botocore_does_not_log_what_it_signs(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    url = S3Links(bucket="clips", endpoint="https://store.example").sign("clip.mp4").url

    assert parameters(url)["X-Amz-Signature"] not in caplog.text
    assert "clip.mp4" not in caplog.text
