"""Exports in a bucket: R2, S3 or any store that speaks S3 with SigV4."""

import hashlib
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from warehouse.cache import FileCache
from warehouse.contract import ExportError, Problem
from warehouse.export import Export, Listed, Progress, SourceError, export_of
from warehouse.manifest import MANIFEST, MOST_BYTES, Manifest, bare, read_manifest, too_large
from warehouse.names import shown
from warehouse.s3 import STORE_ERRORS, Object, StoreLimits, download, gone, reason, s3_client
from warehouse.threads import Stopped, in_threads

LOCATION = re.compile(r"s3://(?P<bucket>[A-Za-z0-9][A-Za-z0-9._-]{1,254})(/(?P<prefix>[^\s]*))?")
SHOWN_CHANGES = 5


@dataclass(frozen=True, slots=True)
class BucketOptions:
    """How to speak to a store: its address where it is not AWS, the most bytes kept of exports, and its limits.

    Credentials and region come from the standard AWS variables and files.
    """

    endpoint: str | None = None
    cache_bytes: int = 20 * 10**9
    limits: StoreLimits = field(default_factory=StoreLimits)


class Bucket:
    """The objects below a prefix. Each is fetched once for each content that it has had, into a bounded folder.

    `fetch` brings exactly what was listed, as far as ETags tell: each object is asked for by its ETag, and where no
    manifest vouches for the whole it is listed once more. Files that are here never change, so what was read is what
    was listed.
    """

    def __init__(self, location: str, cache: Path, options: BucketOptions) -> None:
        """Raises ExportError for a malformed location."""
        parts = LOCATION.fullmatch(location)
        if not parts:
            raise ExportError([Problem("s3://…", None, "must be of the form s3://bucket/prefix")])
        self._location = location
        self._bucket = parts["bucket"]
        prefix = (parts["prefix"] or "").strip("/")
        self._prefix = f"{prefix}/" if prefix else ""
        self._options = options
        self._cache = FileCache(cache, options.cache_bytes)

    def look(self) -> Export:
        """The objects as they are listed now, `files` being where each lies or will lie.

        Raises SourceError where the store does not answer or the export is still being written, ExportError for a
        manifest that is none.
        """
        self._cache.release()
        return self._look()

    def fetch(self, export: Export, progress: Progress) -> None:
        """Fetch what is not here yet; what was begun goes on where it stopped. Raises SourceError."""
        sizes = {path: _object(export, path).size for path in export.names}
        try:
            with self._cache.filling():
                self._cache.make_room(sizes)
                self._fetch(export, sizes, progress)
                self._cache.hold()
        except OSError as error:
            self._cache.drop_partials(sizes)
            raise self._error(f"cannot be kept on this machine: {error.strerror}") from None
        if not export.sealed:
            self._refuse_changed(export)

    def is_current(self, export: Export) -> bool:
        """True: what was read are copies of what was listed."""
        self._cache.release()
        return True

    @cached_property
    def _client(self) -> Any:
        return s3_client(self._options.endpoint, self._options.limits)

    def _look(self) -> Export:
        try:
            listed = {name: file for name, file in self._list() if name}
            manifest = self._manifest(listed[MANIFEST]) if MANIFEST in listed else None
        except STORE_ERRORS as error:
            raise self._error(reason(error)) from None

        def path_of(name: str) -> Path:
            """Digests are safe names of files, whatever the object's is."""
            key = "\0".join((self._options.endpoint or "", self._bucket, self._prefix, name, listed[name].stamp))
            return self._cache.path(hashlib.sha256(key.encode()).hexdigest())

        return export_of(self._location, listed, manifest, path_of)

    def _list(self) -> Iterator[tuple[str, Listed]]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=self._prefix, PaginationConfig={"PageSize": self._options.limits.page_size}
        )
        for page in pages:
            for found in page.get("Contents", ()):
                size, etag = int(found["Size"]), bare(found["ETag"])
                listed = Listed(size, found["LastModified"], f"{size}-{etag}", etag)
                yield found["Key"].removeprefix(self._prefix), listed

    def _manifest(self, listed: Listed) -> Manifest:
        if listed.size > MOST_BYTES:
            raise too_large()
        try:
            answer = self._client.get_object(
                Bucket=self._bucket, Key=self._prefix + MANIFEST, IfMatch=f'"{listed.etag}"'
            )
            return read_manifest(answer["Body"].read())
        except STORE_ERRORS as error:
            if said := gone(error):
                raise SourceError([Problem(MANIFEST, None, said)]) from None
            raise

    def _fetch(self, export: Export, sizes: dict[Path, int], progress: Progress) -> None:
        missing = [path for path, size in sizes.items() if not self._cache.has(path, size)]
        begun = {path: _size(self._cache.partial(path)) for path in missing}
        needed, free = sum(sizes[path] - begun[path] for path in missing), self._cache.free()
        if needed > free:
            raise self._error(f"cannot be kept on this machine: {needed:,} bytes are needed, {free:,} are free")
        arrived, total = sum(begun.values()), sum(sizes[path] for path in missing) or 1
        counting = threading.Lock()

        def count(more: int) -> None:
            nonlocal arrived
            with counting:
                arrived += more
                progress("fetching", max(0.0, min(arrived / total, 1.0)))

        def one(path: Path, stop: threading.Event) -> None:
            wanted = _object(export, path)
            try:
                with self._cache.partial(path).open("ab") as partial:
                    key = self._prefix + wanted.name
                    download(self._client, self._bucket, key, wanted, partial, self._options.limits, count, stop)
                self._cache.partial(path).rename(path)
            except STORE_ERRORS as error:
                said = gone(error)
                raise SourceError(
                    [Problem(shown(wanted.name), None, said)] if said else self._error(reason(error)).problems
                ) from None

        failures = in_threads(one, missing, self._options.limits.at_once)
        if failures:
            raise _together(failures)

    def _refuse_changed(self, export: Export) -> None:
        """Without a manifest, only a listing that stands still says that nobody was writing."""
        now = self._look()
        differing = {name for name, _ in now.stamps.items() ^ export.stamps.items()}
        if differing or now.sealed:
            named = sorted(differing)[:SHOWN_CHANGES] or [MANIFEST]
            raise SourceError([Problem(name, None, "changed while the export was being fetched") for name in named])

    def _error(self, said: str) -> SourceError:
        return SourceError([Problem(self._location, None, said)])


def _object(export: Export, path: Path) -> Object:
    name = export.names[path]
    size, _, etag = export.stamps[name].partition("-")
    return Object(name, int(size), etag)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _together(failures: list[Exception]) -> Exception:
    """All that is wrong with the export, unless something else went wrong."""
    for failure in failures:
        if not isinstance(failure, SourceError | Stopped):
            return failure
    problems = [problem for failure in failures if isinstance(failure, SourceError) for problem in failure.problems]
    return SourceError(list(dict.fromkeys(problems)))
