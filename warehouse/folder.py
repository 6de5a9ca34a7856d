"""Exports in a folder of this machine."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from warehouse.contract import TABLES, ExportError, Problem
from warehouse.export import Export, Listed, Progress, export_of
from warehouse.manifest import MANIFEST, MOST_BYTES, Manifest, read_manifest, too_large


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of this machine. Its files are read where they lie."""

    root: Path

    def look(self) -> Export:
        return open_export(self.root)

    def fetch(self, export: Export, progress: Progress) -> None:
        """Nothing is to be done."""

    def is_current(self, export: Export) -> bool:
        return self.look().fingerprint == export.fingerprint


def open_export(location: str | Path) -> Export:
    """List a folder. Raises ExportError where there is none, or where its manifest says that it is not whole."""
    root = Path(location).resolve()
    if not root.is_dir():
        raise ExportError([Problem(str(location), None, "no such folder")])
    manifest = _manifest(root)
    return export_of(str(location), _listed(root, manifest), manifest, root.joinpath)


def _listed(root: Path, manifest: Manifest | None) -> dict[str, Listed]:
    """The files that the manifest names, else the contract's."""
    if manifest:
        paths = [root / name for name in manifest.names]
    else:
        paths = [root / f"{table.name}.parquet" for table in TABLES]
        paths += [path for table in TABLES for path in (root / table.name).rglob("*.parquet")]
    stats = {path.relative_to(root).as_posix(): path.stat() for path in paths if path.is_file()}
    return {
        name: Listed(stat.st_size, datetime.fromtimestamp(stat.st_mtime, UTC), f"{stat.st_size}-{stat.st_mtime_ns}")
        for name, stat in stats.items()
    }


def _manifest(root: Path) -> Manifest | None:
    path = root / MANIFEST
    if not path.is_file():
        return None
    if path.stat().st_size > MOST_BYTES:
        raise too_large()
    return read_manifest(path.read_bytes())
