import logging
from pathlib import Path

import pytest

from recordings import recording_links
from recordings.links import NoLinks, RecordingUnavailable, UnavailableReason, available_link
from recordings.local import LocalLinks
from recordings.s3 import S3Links


@pytest.mark.parametrize("key", [None, ""])
def test_a_session_without_a_key_has_no_recording(caplog: pytest.LogCaptureFixture, key: str | None) -> None:
    caplog.set_level(logging.INFO)

    with pytest.raises(RecordingUnavailable) as caught:
        available_link(NoLinks(), "s-7", key)

    assert caught.value.reason is UnavailableReason.NO_RECORDING
    assert caplog.messages == ["no recording for session s-7: no_recording"]


def test_without_a_store_every_recording_is_unconfigured(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    with pytest.raises(RecordingUnavailable) as caught:
        available_link(NoLinks(), "s-7", "clip.mp4")
    with pytest.raises(RecordingUnavailable) as signing:
        NoLinks().sign("clip.mp4")

    assert caught.value.reason is signing.value.reason is UnavailableReason.NOT_CONFIGURED
    assert caplog.messages == ["no recording for session s-7: not_configured"]


@pytest.mark.usefixtures("some_credentials")
@pytest.mark.parametrize(
    ("bucket", "folder", "kind"),
    [
        ("clips", None, S3Links),
        ("clips", Path("/clips"), S3Links),
        (None, Path("/clips"), LocalLinks),
        ("", Path("/clips"), LocalLinks),
        (None, None, NoLinks),
    ],
)
def test_a_bucket_comes_before_a_folder(bucket: str | None, folder: Path | None, kind: type) -> None:
    links = recording_links(bucket=bucket, endpoint="", local_folder=folder, secret_key="key of the tests")

    assert type(links) is kind


@pytest.mark.usefixtures("some_credentials")
def test_the_endpoint_of_the_settings_is_the_one_signed_for() -> None:
    links = recording_links(
        bucket="clips", endpoint="https://store.example", local_folder=None, secret_key="key of the tests"
    )

    assert links.sign("clip.mp4").url.startswith("https://store.example/clips/clip.mp4?")
