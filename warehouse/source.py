"""Where an export comes from: a local folder of parquet files."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from warehouse.contract import TABLES, ExportError, Problem


@dataclass(frozen=True, slots=True)
class LocalExport:
    """One export as it lies on disk. `files` maps each table to its parquet files, in name order.

    `fingerprint` changes whenever a file is added, removed, resized or rewritten. `as_of` is when the
    newest file was written: the contract carries no time of its own, and what the platform wrote
    last is the latest that the rows can know. `problems` are tables that are missing or given twice.
    """

    root: Path
    files: dict[str, tuple[Path, ...]]
    fingerprint: str
    as_of: datetime
    problems: tuple[Problem, ...]

    def name_of(self, path: str | Path) -> str:
        return Path(path).relative_to(self.root).as_posix()


def open_export(location: str | Path) -> LocalExport:
    """List an export. Raises ExportError where there is no such folder."""
    if str(location).startswith("s3://"):
        raise ExportError([Problem(str(location), None, "exports are read from local folders, not from s3://")])
    root = Path(location).resolve()
    if not root.is_dir():
        raise ExportError([Problem(str(location), None, "no such folder")])
    problems: list[Problem] = []
    files = {table.name: _table_files(root, table.name, problems) for table in TABLES}
    digest, newest = hashlib.sha256(), 0.0
    for path in (path for paths in files.values() for path in paths):
        stat = path.stat()
        digest.update(f"{path.relative_to(root)}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
        newest = max(newest, stat.st_mtime)
    as_of = datetime.fromtimestamp(newest, UTC)
    return LocalExport(root, files, digest.hexdigest()[:16], as_of, tuple(problems))


def _table_files(root: Path, table: str, problems: list[Problem]) -> tuple[Path, ...]:
    single, folder = root / f"{table}.parquet", root / table
    found = tuple(sorted(path for path in folder.rglob("*.parquet") if path.is_file()))
    if single.is_file() and found:
        problems.append(Problem(single.name, None, f"given twice, as a file and as the folder {table}/"))
        return ()
    if not single.is_file() and not found:
        problems.append(Problem(single.name, None, f"missing table, and no parquet files in {table}/ either"))
    return (single,) if single.is_file() else found
