"""What an export is made of, wherever it lies."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from warehouse.contract import TABLES, ExportError, Problem
from warehouse.manifest import Manifest
from warehouse.names import is_plain, shown

Progress = Callable[[str, float], None]
EPOCH = datetime.fromtimestamp(0, UTC)


def quiet(stage: str, fraction: float) -> None:
    """A progress callback that shows nothing."""


class SourceError(ExportError):
    """An export could not be had, or not whole: that says nothing against it, and the next try may go well."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One file as its place lists it: `stamp` changes when its content does, `etag` is what the store calls it."""

    size: int
    written: datetime
    stamp: str
    etag: str | None = None


@dataclass(frozen=True, slots=True)
class Export:
    """One export: its parquet files on this machine.

    `files` maps each table to its files, in name order; `names` each file to its name within the export, and
    `stamps` each name to what changes whenever that file is rewritten. `as_of` is when it was written: as its manifest
    says, else when the newest file was, for what the platform wrote last is the latest that the rows can know.
    `problems` are tables that are missing or given twice, and names that are not plain. `sealed` where a
    manifest vouches that these are all of its files.
    """

    location: str
    files: Mapping[str, tuple[Path, ...]]
    names: Mapping[Path, str]
    stamps: Mapping[str, str]
    as_of: datetime
    problems: tuple[Problem, ...]
    sealed: bool = False
    fingerprint: str = field(init=False)

    def __post_init__(self) -> None:
        listed = "".join(f"{name}\0{stamp}\n" for name, stamp in self.stamps.items())
        content = f"{listed}{self.as_of.isoformat()}"
        object.__setattr__(self, "fingerprint", hashlib.sha256(content.encode()).hexdigest()[:16])

    def name_of(self, path: str | Path) -> str:
        return self.names[Path(path)]


def export_of(
    location: str, listed: Mapping[str, Listed], manifest: Manifest | None, path_of: Callable[[str], Path]
) -> Export:
    """The export of the files listed by name, or of those its manifest names; `path_of` says where each lies here.

    Raises SourceError where a file that the manifest names is not there as it says.
    """
    if manifest:
        complaints = manifest.complaints({name: (file.size, file.etag) for name, file in listed.items()})
        if complaints:
            raise SourceError(complaints)
        listed = {name: listed[name] for name in manifest.names}
    tables, problems = tables_of(listed)
    names = {path_of(name): name for named in tables.values() for name in named}
    files = {table: tuple(map(path_of, named)) for table, named in tables.items()}
    stamps = {name: listed[name].stamp for name in names.values()}
    newest = max((listed[name].written for name in stamps), default=EPOCH)
    as_of = manifest.written_at if manifest and manifest.written_at else newest
    return Export(location, files, names, stamps, as_of, tuple(problems), sealed=manifest is not None)


def tables_of(names: Iterable[str]) -> tuple[dict[str, tuple[str, ...]], list[Problem]]:
    """Which of these names are which table's, in name order, and what is wrong with that."""
    known, problems = sorted(names, key=lambda name: name.split("/")), []
    tables: dict[str, tuple[str, ...]] = {}
    for table in (table.name for table in TABLES):
        single = f"{table}.parquet"
        found = [name for name in known if name.startswith(f"{table}/") and name.endswith(".parquet")]
        for name in (name for name in found if not is_plain(name)):
            problems.append(
                Problem(shown(name), None, "not a plain name: it must print, without backslashes, empty parts or ..")
            )
        found = [name for name in found if is_plain(name)]
        if single in known and found:
            problems.append(Problem(single, None, f"given twice, as a file and as the folder {table}/"))
        elif single not in known and not found:
            problems.append(Problem(single, None, f"missing table, and no parquet files in {table}/ either"))
        tables[table] = () if single in known and found else (single,) if single in known else tuple(found)
    return tables, problems
