"""A small export that is watched, with its first snapshot."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import warehouse.builder
from tests.bucketed import NUMBERS, Place
from tests.exports import write_export
from tests.servers.faulty import FaultyProxy, faulty_proxy
from tests.servers.swift import S3Server, unset_aws
from tests.watched import ids, warehouse_of
from warehouse.build import build_snapshot
from warehouse.refresh import Warehouse
from warehouse.source import Export


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A valid export and its first snapshot, to be copied."""
    folder = tmp_path_factory.mktemp("prepared")
    write_export(folder / "export")
    warehouse_of(folder).refresh()
    return folder


@pytest.fixture
def folder(prepared: Path, tmp_path: Path) -> Path:
    """Holds an export in export/ and its snapshot in snapshots/."""
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture
def warehouse_(folder: Path) -> Warehouse:
    """Serves the first snapshot; the export is looked at when a test says so."""
    made = warehouse_of(folder)
    made.refresh()
    assert ids(made) == ["s1", "s2"]
    return made


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The fingerprints that were built, in order."""
    seen: list[str] = []

    def build(export: Export, out: Path, **more: Any) -> Path:
        seen.append(export.fingerprint)
        return build_snapshot(export, out, **more)

    monkeypatch.setattr(warehouse.builder, "build_snapshot", build)
    return seen


@pytest.fixture
def proxy(swift: S3Server) -> Iterator[FaultyProxy]:
    with faulty_proxy(swift.endpoint) as running:
        yield running


@pytest.fixture
def place(swift: S3Server, proxy: FaultyProxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A bucket with nothing in it, and this machine's rights to read it."""
    unset_aws(monkeypatch)
    for name, value in swift.environment.items():
        monkeypatch.setenv(name, value)
    bucket = f"place-{next(NUMBERS)}"
    swift.create_bucket(bucket)
    return Place(swift, swift.client(), proxy, bucket, tmp_path / "cache")


@pytest.fixture
def stored(place: Place, prepared: Path) -> Place:
    """The small export in that bucket."""
    place.put_folder(prepared / "export")
    return place
