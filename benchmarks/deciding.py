"""A thousand sessions decided in one request, beside a bare transaction that inserts the same rows."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.check import DifferenceError
from benchmarks.questions import Asker, Timed
from benchmarks.timing import Work, median_ms, ratio, seconds

BATCH = 1_000
TABLES = ("reviews", "review_entries")


def batch_decided(staff: Asker, repetitions: int) -> Timed:
    """Under review and back again, so that the queue is as it was; only the first of the two is timed."""
    rows = staff.reader.answer(f"/api/reviews?limit={BATCH}")["reviews"]
    versions = {row["id"]: row["version"] for row in rows}
    taken: tuple[list[float], list[float]] = ([], [])
    store = staff.settings.data_dir / "store.sqlite"
    for _ in range(repetitions):
        taken[0].append(seconds(lambda: _decide(staff, "under_review", versions)))
        with _bare_transaction(store, list(versions)) as bare:
            taken[1].append(seconds(bare))
        _decide(staff, "undo", versions)
    medians = {"REST": median_ms(taken[0]), "bare transaction": median_ms(taken[1])}
    return Timed(f"{staff.who}, {len(rows):,} decided at once", ratio(*taken), medians)


def _decide(staff: Asker, action: str, versions: dict[str, int]) -> None:
    items = [{"session_id": id_, "version": version} for id_, version in versions.items()]
    answer = json.loads(staff.reader.post("/api/reviews", json.dumps({"action": action, "items": items}).encode()))
    if len(answer["decided"]) != len(items):
        raise DifferenceError(f"{len(answer['decided'])} of {len(items)} were decided")
    versions.update({one["session_id"]: one["version"] for one in answer["decided"]})


@contextmanager
def _bare_transaction(store: Path, ids: list[str]) -> Iterator[Work]:
    """What was just written about these sessions, to be inserted into empty tables of another SQLite file."""
    with (
        TemporaryDirectory(dir=store.parent) as folder,
        closing(sqlite3.connect(store)) as full,
        closing(sqlite3.connect(Path(folder) / "bare.sqlite", isolation_level=None)) as bare,
    ):
        bare.execute("PRAGMA journal_mode = WAL")
        for table in TABLES:
            for (sql,) in full.execute(f"SELECT sql FROM sqlite_master WHERE tbl_name = '{table}' AND sql IS NOT NULL"):
                bare.execute(sql)
        marks = ", ".join("?" * len(ids))
        heads = f"(SELECT session_id, version FROM reviews WHERE session_id IN ({marks}))"
        newest = f"SELECT * FROM {{}} WHERE (session_id, version) IN {heads}"
        rows = {table: full.execute(newest.format(table), ids).fetchall() for table in TABLES}

        def insert() -> None:
            bare.execute("BEGIN IMMEDIATE")
            for table, found in rows.items():
                bare.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(found[0]))})", found)
            bare.execute("COMMIT")

        yield insert
        for table in TABLES:
            [(count,)] = bare.execute(f"SELECT count(*) FROM {table}")
            if count != len(ids):
                raise DifferenceError(f"{count} of {len(ids)} rows were inserted into {table}")
