from collections.abc import Iterator

import pytest

from recordings.s3 import S3Links
from tests.servers.swift import S3Server, missing, swift_s3


@pytest.fixture(scope="session")
def clip() -> bytes:
    """The body of clip.mp4: 10,240 bytes of which no two neighbours are alike."""
    return bytes(range(256)) * 40


@pytest.fixture(scope="session")
def s3(clip: bytes) -> Iterator[S3Server]:
    if reason := missing():
        pytest.fail(reason, pytrace=False)
    with swift_s3() as server:
        server.create_bucket("clips", {"clip.mp4": clip, "other.mp4": b"another clip"})
        yield server


@pytest.fixture(autouse=True)
def no_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of this machine's own AWS configuration reaches a test."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY", raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def some_credentials(monkeypatch: pytest.MonkeyPatch, no_aws: None) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "somebody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "something")


@pytest.fixture
def s3_credentials(s3: S3Server, monkeypatch: pytest.MonkeyPatch, no_aws: None) -> None:
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def links(s3: S3Server, s3_credentials: None) -> S3Links:
    return S3Links(bucket="clips", endpoint=s3.endpoint)
