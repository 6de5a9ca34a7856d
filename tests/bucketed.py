"""An export in a bucket of a real S3 server, behind a proxy that can fail."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.servers.faulty import Answer, Fault, FaultyProxy
from tests.servers.swift import S3Server
from warehouse.bucket import Bucket, BucketOptions
from warehouse.contract import ExportError
from warehouse.export import Export
from warehouse.s3 import StoreLimits

# A good store on a busy machine may pause for a second: only tests of one that never answers give it less.
FEW = StoreLimits(attempts=2)
HASTY = replace(FEW, connect_seconds=1, read_seconds=0.5, slow_seconds=0.2, slow_bytes=1000)
NUMBERS = itertools.count()


def quiet(stage: str, fraction: float) -> None:
    pass


@dataclass(frozen=True)
class Place:
    """`bucket` is this test's own; `cache` is where its files are fetched to."""

    server: S3Server
    client: Any
    proxy: FaultyProxy
    bucket: str
    cache: Path
    prefix: str = "exports/now/"

    @property
    def location(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}"

    def source(self, limits: StoreLimits = FEW, cache_bytes: int = 10**9) -> Bucket:
        return Bucket(self.location, self.cache, BucketOptions(self.proxy.url, cache_bytes, limits))

    def put(self, name: str, content: bytes | str) -> None:
        body = content if isinstance(content, bytes) else content.encode()
        self.client.put_object(Bucket=self.bucket, Key=f"{self.prefix}{name}", Body=body)

    def delete(self, name: str) -> None:
        self.client.delete_object(Bucket=self.bucket, Key=f"{self.prefix}{name}")

    def put_folder(self, folder: Path) -> None:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            self.put(path.relative_to(folder).as_posix(), path.read_bytes())

    def fail(self, **fault: Any) -> None:
        self.proxy.faults.append(Fault(**fault))

    def as_it_is(self, name: str, start: int = 0) -> Callable[[], Answer]:
        """What a store answers that does not know If-Match, from `start` on."""

        def answer() -> Answer:
            range_ = {"Range": f"bytes={start}-"} if start else {}
            found = self.client.get_object(Bucket=self.bucket, Key=f"{self.prefix}{name}", **range_)
            told = found["ResponseMetadata"]
            return told["HTTPStatusCode"], told["HTTPHeaders"], found["Body"].read()

        return answer

    def fetched(self, source: Bucket | None = None) -> Export:
        """The export as it is listed now, on this machine."""
        source = source or self.source()
        export = source.look()
        source.fetch(export, quiet)
        return export

    def refused(self, source: Bucket | None = None) -> list[str]:
        """What is said of an export that cannot be looked at or fetched."""
        try:
            self.fetched(source)
        except ExportError as error:
            return [problem.summary() for problem in error.problems]
        raise AssertionError("the export was fetched")

    def gets(self) -> list[str]:
        """The names that were asked for since the last time."""
        keys = self.proxy.gets()
        self.proxy.asked.clear()
        return [key.removeprefix(self.prefix) for key in keys]

    def kept(self, suffix: str = ".parquet") -> list[Path]:
        return sorted(self.cache.glob(f"*{suffix}"))

    def begun(self) -> list[Path]:
        """Files that are here in part."""
        return [path for path in self.kept(".part") if path.stat().st_size]


def contents(export: Export) -> dict[str, bytes]:
    """Each file of a fetched export by its name."""
    return {name: path.read_bytes() for path, name in export.names.items()}
