"""Exports: what is asked as a table to write, and the downloads of those who asked."""

from downloads.folder import Downloads
from settings import Settings


def downloads_of(settings: Settings) -> Downloads:
    return Downloads(
        settings.downloads_dir,
        at_once=settings.downloads_at_once,
        kept=settings.downloads_lifetime,
        most_bytes=settings.downloads_gigabytes * 10**9,
    )
