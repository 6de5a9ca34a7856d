import logging
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from recordings.links import RecordingUnavailable, available_link
from recordings.s3 import S3Links
from tests.servers.swift import S3Server
from tests.servers.web import answering, closed_port, full_server, mute_server

Failure = Callable[[S3Links, str], str]


@pytest.fixture
def failure(caplog: pytest.LogCaptureFixture) -> Failure:
    """What is logged when the session's recording is asked for, in one line, with nothing secret in it."""

    def ask(links: S3Links, key: str) -> str:
        caplog.set_level(logging.DEBUG)
        with pytest.raises(RecordingUnavailable) as caught:
            available_link(links, "s-42", key)
        shown = without_requests(caplog) + "".join(traceback.format_exception(caught.value))
        assert not [word for word in (key, "://") if word in shown]
        assert not [word for word in ("X-Amz", "Signature", "AWS4") if word in shown + caplog.text]
        (line,) = [record for record in caplog.records if record.name.startswith("recordings")]
        return f"{line.levelname} {line.getMessage()}"

    return ask


def without_requests(caplog: pytest.LogCaptureFixture) -> str:
    """The log without urllib3's lines, which at DEBUG name the path of each (unsigned) request."""
    return "\n".join(r.getMessage() for r in caplog.records if not r.name.startswith("urllib3"))


@pytest.mark.s3
def test_a_clip_that_is_gone_is_missing(links: S3Links, failure: Failure) -> None:
    links.check("clip.mp4")

    assert failure(links, "gone.mp4") == "WARNING no recording for session s-42: missing_object"


@pytest.mark.s3
@pytest.mark.usefixtures("s3_credentials")
def test_a_bucket_that_is_gone_is_a_store_down(s3: S3Server, failure: Failure) -> None:
    links = S3Links(bucket="no-such-bucket", endpoint=s3.endpoint)

    assert failure(links, "clip.mp4") == "ERROR no recording for session s-42: store_down (NoSuchBucket 404)"


@pytest.mark.s3
@pytest.mark.usefixtures("s3_credentials")
@pytest.mark.parametrize("name", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
def test_wrong_credentials_are_a_store_down(
    s3: S3Server, failure: Failure, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "wrong")
    links = S3Links(bucket="clips", endpoint=s3.endpoint)

    assert failure(links, "clip.mp4") == "ERROR no recording for session s-42: store_down (ClientError 403)"


def test_missing_credentials_are_a_store_down(failure: Failure) -> None:
    with closed_port() as endpoint:
        line = failure(S3Links(bucket="clips", endpoint=endpoint), "clip.mp4")

    assert line == "ERROR no recording for session s-42: store_down (NoCredentialsError)"


@pytest.mark.usefixtures("some_credentials")
def test_a_store_that_refuses_connections_is_down(failure: Failure) -> None:
    started = time.monotonic()
    with closed_port() as endpoint:
        line = failure(S3Links(bucket="clips", endpoint=endpoint), "clip.mp4")

    assert line == "ERROR no recording for session s-42: store_down (EndpointConnectionError)"
    assert time.monotonic() - started < 2


@pytest.mark.usefixtures("some_credentials")
def test_a_store_that_hangs_is_given_up_within_six_seconds() -> None:
    def give_up(endpoint: str) -> tuple[str, float]:
        links = S3Links(bucket="clips", endpoint=endpoint)
        started = time.monotonic()
        with pytest.raises(RecordingUnavailable) as caught:
            available_link(links, "s-42", "clip.mp4")
        return str(caught.value), time.monotonic() - started

    with mute_server() as mute, full_server() as full, ThreadPoolExecutor(2) as pool:
        answers = dict(pool.map(give_up, (mute, full)))

    assert set(answers) == {"store_down (ReadTimeoutError)", "store_down (ConnectTimeoutError)"}
    assert max(answers.values()) < 6.5


@pytest.mark.usefixtures("some_credentials")
@pytest.mark.parametrize("status", [500, 503, 403, 400])
def test_a_store_that_errs_is_down(failure: Failure, status: int) -> None:
    with answering([status]) as endpoint:
        line = failure(S3Links(bucket="clips", endpoint=endpoint), "clip.mp4")

    assert line == f"ERROR no recording for session s-42: store_down (ClientError {status})"


@pytest.mark.usefixtures("some_credentials")
def test_one_passing_fault_of_the_store_is_tried_again() -> None:
    with answering([503, 200]) as endpoint:
        assert available_link(S3Links(bucket="clips", endpoint=endpoint), "s-42", "clip.mp4")


@pytest.mark.usefixtures("some_credentials")
def test_a_store_that_will_not_speak_of_its_bucket_only_misses_the_clip(failure: Failure) -> None:
    with answering([404, 403]) as endpoint:
        line = failure(S3Links(bucket="clips", endpoint=endpoint), "clip.mp4")

    assert line == "WARNING no recording for session s-42: missing_object"


@pytest.mark.usefixtures("some_credentials")
@pytest.mark.parametrize(("status", "cause"), [(500, "ClientError 500"), (0, "ConnectionClosedError")])
def test_a_store_that_fails_at_the_second_question_is_down(failure: Failure, status: int, cause: str) -> None:
    with answering([404, status]) as endpoint:
        line = failure(S3Links(bucket="clips", endpoint=endpoint), "clip.mp4")

    assert line == f"ERROR no recording for session s-42: store_down ({cause})"
