import pytest

from recordings.s3 import S3Links
from tests.servers.swift import S3Server, unset_aws


@pytest.fixture(scope="session")
def clip() -> bytes:
    """The body of clip.mp4: 10,240 bytes of which no two neighbours are alike."""
    return bytes(range(256)) * 40


@pytest.fixture(scope="session")
def s3(swift: S3Server, clip: bytes) -> S3Server:
    swift.create_bucket("clips", {"clip.mp4": clip, "other.mp4": b"another clip"})
    return swift


@pytest.fixture(autouse=True)
def no_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    unset_aws(monkeypatch)


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
