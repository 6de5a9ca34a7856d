"""A small export that is watched, with its first snapshot."""

import shutil
from pathlib import Path

import pytest

import warehouse.refresh
from tests.exports import write_export
from tests.watched import ids, warehouse_of
from warehouse.build import build_snapshot
from warehouse.refresh import Warehouse
from warehouse.source import Export


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A valid export and its first snapshot, to be copied."""
    folder = tmp_path_factory.mktemp("prepared")
    write_export(folder / "export")
    Warehouse(str(folder / "export"), folder / "snapshots").refresh()
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

    def build(export: Export, out: Path) -> Path:
        seen.append(export.fingerprint)
        return build_snapshot(export, out)

    monkeypatch.setattr(warehouse.refresh, "build_snapshot", build)
    return seen
