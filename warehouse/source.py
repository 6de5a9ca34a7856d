"""Where an export comes from."""

from pathlib import Path
from typing import Protocol

from warehouse.bucket import Bucket, BucketOptions
from warehouse.export import Export, Progress, SourceError, quiet
from warehouse.folder import Folder, open_export

__all__ = ["BucketOptions", "Export", "Progress", "Source", "SourceError", "open_export", "quiet", "source_of"]


class Source(Protocol):
    """A place that exports are written to again and again.

    One look, one fetch, one reading and one question whether it is current follow one another, from one thread.
    """

    def look(self) -> Export:
        """The export as it is listed now; its files need not be on this machine yet. Raises ExportError."""
        ...

    def fetch(self, export: Export, progress: Progress) -> None:
        """Bring its files onto this machine. Raises SourceError where one is no longer what was listed."""
        ...

    def is_current(self, export: Export) -> bool:
        """Whether what was read is what was listed: no file was rewritten meanwhile."""
        ...


def source_of(location: str | Path, cache: Path | None = None, options: BucketOptions | None = None) -> Source:
    """A folder, or a bucket named s3://bucket/prefix whose files are fetched into the folder `cache`.

    Raises ExportError for a bucket that no bucket can be named as, ValueError for one without a cache.
    """
    if not str(location).startswith("s3://"):
        return Folder(Path(location))
    if cache is None:
        raise ValueError("an export in a bucket needs a folder to be fetched into")
    return Bucket(str(location), cache, options or BucketOptions())
