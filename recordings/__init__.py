"""Signed links to session recordings, for one hour each."""

from pathlib import Path

from recordings.links import NoLinks, RecordingLinks
from recordings.local import LocalLinks
from recordings.s3 import S3Links


def recording_links(
    *, bucket: str | None, endpoint: str | None, local_folder: Path | None, secret_key: str
) -> RecordingLinks:
    """The store of recordings that the settings name: a bucket before a folder, else none."""
    if bucket:
        return S3Links(bucket=bucket, endpoint=endpoint or None)
    if local_folder:
        return LocalLinks(folder=local_folder, secret_key=secret_key)
    return NoLinks()
