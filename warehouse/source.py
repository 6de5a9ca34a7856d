"""Where an export comes from, and what it is made of."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from warehouse.contract import TABLES, ExportError, Problem

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Export:
    """One export: its parquet files on this machine.

    `files` maps each table to its files, in name order; `names` each file to its name within the export, and
    `stamps` each name to what changes whenever that file is rewritten. `as_of` is when the newest file was written:
    the contract carries no time of its own, and what the platform wrote last is the latest that the rows can know.
    `problems` are tables that are missing or given twice.
    """

    location: str
    files: Mapping[str, tuple[Path, ...]]
    names: Mapping[Path, str]
    stamps: Mapping[str, str]
    as_of: datetime
    problems: tuple[Problem, ...]
    fingerprint: str = field(init=False)

    def __post_init__(self) -> None:
        listed = "".join(f"{name}\0{stamp}\n" for name, stamp in self.stamps.items())
        object.__setattr__(self, "fingerprint", hashlib.sha256(listed.encode()).hexdigest()[:16])

    def name_of(self, path: str | Path) -> str:
        return self.names[Path(path)]


class Source(Protocol):
    """A place that exports are written to again and again."""

    def look(self) -> Export:
        """The export as it is listed now; its files need not be on this machine yet. Raises ExportError."""
        ...

    def fetch(self, export: Export, progress: Progress) -> None:
        """Bring its files onto this machine. Raises ExportError where one is no longer what was listed."""
        ...

    def is_current(self, export: Export) -> bool:
        """Whether what was read is what was listed: no file was rewritten meanwhile."""
        ...


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


def source_of(location: str | Path) -> Source:
    """Raises ExportError where exports are not read from such a place."""
    if str(location).startswith("s3://"):
        raise ExportError([Problem(str(location), None, "exports are read from local folders, not from s3://")])
    return Folder(Path(location))


def open_export(location: str | Path) -> Export:
    """List a folder. Raises ExportError where there is none."""
    root = Path(location).resolve()
    if not root.is_dir():
        raise ExportError([Problem(str(location), None, "no such folder")])
    problems: list[Problem] = []
    files = {table.name: _table_files(root, table.name, problems) for table in TABLES}
    names = {path: path.relative_to(root).as_posix() for paths in files.values() for path in paths}
    stats = {path: path.stat() for path in names}
    stamps = {names[path]: f"{stat.st_size}-{stat.st_mtime_ns}" for path, stat in stats.items()}
    as_of = datetime.fromtimestamp(max((stat.st_mtime for stat in stats.values()), default=0.0), UTC)
    return Export(str(location), files, names, stamps, as_of, tuple(problems))


def _table_files(root: Path, table: str, problems: list[Problem]) -> tuple[Path, ...]:
    single, folder = root / f"{table}.parquet", root / table
    found = tuple(sorted(path for path in folder.rglob("*.parquet") if path.is_file()))
    if single.is_file() and found:
        problems.append(Problem(single.name, None, f"given twice, as a file and as the folder {table}/"))
        return ()
    if not single.is_file() and not found:
        problems.append(Problem(single.name, None, f"missing table, and no parquet files in {table}/ either"))
    return (single,) if single.is_file() else found
