"""Late changes to old sessions, as a platform makes them: a few of an export's partitions, written again."""

import math
import os
from pathlib import Path

import duckdb

from warehouse.source import open_export

OLD = 0.8  # the partitions that are changed are among this share of them, the oldest first
ONE_IN = 10  # rows of a changed partition
LATE = f"hash({{id}} || '{{turn}}') % {ONE_IN} = 0"
REWRITTEN = {
    "sessions": f"""
        dispute_status: CASE WHEN {LATE} THEN 'open' ELSE dispute_status END,
        dispute_reason: CASE WHEN {LATE} THEN 'Opened late, {{turn}}' ELSE dispute_reason END,
        dispute_opened_at: CASE WHEN {LATE} THEN scheduled_end ELSE dispute_opened_at END,
        actual_end: CASE WHEN {LATE} THEN actual_end + INTERVAL 1 MINUTE ELSE actual_end END""",
    "session_assessments": f"rating: CASE WHEN {LATE} THEN 6 - rating ELSE rating END",
}
IDS = {"sessions": "id", "session_assessments": "session_id"}


def linked(source: Path, out: Path) -> Path:
    """The same export at another place, of the same files; none of them changes when one there is written again."""
    for path in source.rglob("*.parquet"):
        link = out / path.relative_to(source)
        link.parent.mkdir(parents=True, exist_ok=True)
        os.link(path, link)
    return out


def change(export: Path, share: float, turn: int) -> int:
    """Write a share of the partitions of sessions again, one at least, with their assessments where these lie in the
    same partitions; how many. The export is `turn` minutes younger afterwards than before the first turn."""
    listed = open_export(export)
    sessions = listed.files["sessions"]
    old = sessions[: max(1, round(len(sessions) * OLD))]
    count = max(1, math.ceil(len(sessions) * share))
    chosen = [old[(index * len(old) // count + 7 * turn) % len(old)] for index in range(count)]
    written = listed.as_of.timestamp() + 60
    root = export.resolve()
    for path in chosen:
        _rewrite("sessions", path, turn, written)
        beside = root / "session_assessments" / path.relative_to(root / "sessions")
        if beside.is_file():
            _rewrite("session_assessments", beside, turn, written)
    return count


def _rewrite(table: str, path: Path, turn: int, written: float) -> None:
    draft = path.with_suffix(".draft")
    columns = [part.split(": ", 1) for part in REWRITTEN[table].strip().split(",\n")]
    late = ", ".join(f"({sql}) AS {name.strip()}" for name, sql in columns).format(id=IDS[table], turn=turn)
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        con.execute(
            f"COPY (SELECT * REPLACE ({late}) FROM read_parquet('{path}', hive_partitioning = false))"
            f" TO '{draft}' (FORMAT parquet, COMPRESSION zstd)"
        )
    os.utime(draft, (written, written))
    draft.rename(path)
