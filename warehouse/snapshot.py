"""A published snapshot, opened for reading: locked down, one cursor a call."""

import pickle
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from threading import Condition
from typing import Any, Protocol, TypeVar

import duckdb
import numpy as np
import pyarrow as pa
from cachetools import LRUCache, cached
from numpy.typing import NDArray

SNAPSHOT_PREFIX = "snapshot-"
SNAPSHOT_SUFFIX = ".duckdb"
MEMORY_LIMIT = "2GB"
SPILL = ".spill"  # of all who read the folder's snapshots: DuckDB removes what those leave who are killed
PARSED_STATEMENTS = 512
KNOWN_CREATORS = 10_000
# One copies the rows once for each grouping: a fifth more for a creator, a tenth for all. The other plans a second scan
# for the columns that are only shown: half a creator's search again; large pages do it by hand.
SLOWER_WITH = ("grouping_sets", "late_materialization")
# Looking for what these might do takes up to a tenth of a small question, all together; with them the largest ones of
# staff take a twentieth less at best.
HARDLY_QUICKER_WITH = (
    "aggregate_function_rewriter", "aggregate_reuse", "common_aggregate", "common_subexpressions", "common_subplan",
    "compressed_materialization", "distinct_aggregate_rewrite", "duplicate_groups", "join_elimination",
    "outer_join_simplification", "partial_aggregate_pushdown", "partitioned_execution", "projection_placement",
    "projection_pullup", "redundant_order_keys", "regex_range", "remote_pushdown", "sampling_pushdown",
    "scalar_fn_pushdown", "type_pushdown", "unnest_rewriter", "window_rewriter", "window_self_join",
)  # fmt: skip
KEPT_BYTES = 64 * 2**20
TABLE_BYTES = 32 * 2**20
ENTRY_BYTES = 300  # what an answer takes up beside its own bytes: key, links, object

Row = tuple[Any, ...]
Columns = tuple[NDArray[Any], ...]
T = TypeVar("T")


class SnapshotError(Exception):
    """A snapshot that cannot be read: not ours, damaged, or laid out by another version."""


@dataclass(frozen=True, slots=True)
class SnapshotInfo:
    """What a snapshot says of itself. Times are aware, in UTC; `last_start` is None without sessions. `sealed` where a
    manifest named the export's files."""

    layout: str
    fingerprint: str
    data_as_of: datetime
    sessions: int
    last_start: datetime | None
    sealed: bool


class Answers(Protocol):
    """What answers one statement with its rows."""

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[Row]: ...

    def kept(self, sql: str, parameters: Mapping[str, Any]) -> list[Row]: ...

    def places_of(self, creator_id: str) -> tuple[int, int]: ...


class Snapshot:
    """Read-only answers from one snapshot file, safe to share between threads.

    The file is attached read-only to an in-memory database that holds the macros in `setup`; after
    that, external access is off and the configuration locked, so no statement can reach another file.
    """

    def __init__(self, path: Path, setup: Sequence[str] = (), answers_bytes: int = 0) -> None:
        self.path = path
        self._con = duckdb.connect()
        answers: LRUCache[Any, bytes] = LRUCache(answers_bytes, getsizeof=_size)
        self._kept_answers = cached(answers, key=_kept_as, condition=Condition())(_weakly(self._read_packed))
        self.keeps_answers = answers_bytes > 0
        columns: LRUCache[Any, Columns] = LRUCache(KEPT_BYTES, getsizeof=_size_of_columns)
        self._kept_columns = cached(columns, key=_kept_as, condition=Condition())(_weakly(self._read_columns))
        tables: LRUCache[Any, pa.Table] = LRUCache(TABLE_BYTES, getsizeof=_size_of_table)
        self._kept_tables = cached(tables, key=_kept_as, condition=Condition())(_weakly(self._read_table))
        self._parsed = lru_cache(PARSED_STATEMENTS)(_weakly(self._parse))
        self._known_places = lru_cache(KNOWN_CREATORS)(_weakly(self._read_places))
        try:
            self._con.execute("SET temp_directory = $dir", {"dir": str(path.parent / SPILL)})
            self._con.execute(f"ATTACH '{str(path).replace(chr(39), chr(39) * 2)}' AS snapshot (READ_ONLY)")
            for statement in setup:
                self._con.execute(statement)
            self._lock_down()
            self.info = self._read_info()
            self._sizes: dict[str | None, int] = dict(self.query("SELECT id, sessions FROM snapshot.creators"))
        except duckdb.Error as error:
            self._con.close()
            raise SnapshotError(f"{path.name}: {error}") from error

    def _lock_down(self) -> None:
        self._con.execute("SET TimeZone = 'UTC'")
        self._con.execute("SET threads = 1")
        self._con.execute(f"SET disabled_optimizers = '{','.join(SLOWER_WITH + HARDLY_QUICKER_WITH)}'")
        self._con.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
        self._con.execute("SET enable_external_access = false")
        self._con.execute("SET lock_configuration = true")

    def _read_info(self) -> SnapshotInfo:
        layout, fingerprint, as_of, sessions, last_start, sealed = self.query(
            "SELECT layout, fingerprint, data_as_of AT TIME ZONE 'UTC', sessions, last_start AT TIME ZONE 'UTC',"
            " sealed FROM snapshot.info"
        )[0]
        return SnapshotInfo(layout, fingerprint, utc(as_of), sessions, utc(last_start) if last_start else None, sealed)

    def sessions_of(self, creator_id: str | None) -> int:
        """How many sessions a creator has, known without a query; 0 for nobody's."""
        return int(self._sizes.get(creator_id, 0))

    def places_of(self, creator_id: str) -> tuple[int, int]:
        """The first and the last rowid of a creator's sessions, looked up once; none lies between 0 and -1. After a
        refresh, rows of others may lie between."""
        return self._known_places(creator_id)

    def warm(self) -> None:
        """Read what every question reads first, which creators each group of rows holds: nobody need wait for it.
        Raises SnapshotError where it cannot be read."""
        try:
            self.places_of("")
        except duckdb.Error as error:
            raise SnapshotError(f"{self.path.name}: {error}") from error

    def _read_places(self, creator_id: str) -> tuple[int, int]:
        ((first, last),) = self.query(
            "SELECT coalesce(min(rowid), 0), coalesce(max(rowid), -1) FROM snapshot.sessions WHERE creator_id = $id",
            {"id": creator_id},
        )
        return first, last

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """All rows of one statement. Instants come naive, in UTC: select them AT TIME ZONE 'UTC'."""
        cursor = self._con.cursor()
        try:
            return self._run(cursor, sql, parameters)
        finally:
            cursor.close()

    def kept(self, sql: str, parameters: Mapping[str, Any]) -> list[Row]:
        """The same of a statement that reads nothing but the snapshot, from the answers that were given before: the
        last used are kept, as bytes, `answers_bytes` in all. Asked twice at a time, it runs once.

        What tells answers apart is the statement and every value bound to it: none can be forgotten, the scope's least.
        """
        if not self.keeps_answers:
            return self.query(sql, parameters)
        read: list[list[Row]] = []
        packed = self._kept_answers(sql, parameters, read)
        return read[0] if read else list(pickle.loads(packed))

    def _read_packed(self, sql: str, parameters: Mapping[str, Any], read: list[list[Row]]) -> bytes:
        read.append(self.query(sql, parameters))
        return pickle.dumps(read[0], pickle.HIGHEST_PROTOCOL)

    @contextmanager
    def transaction(self) -> Iterator[Answers]:
        """Statements that change what the setup keeps beside the snapshot, in memory: all or none. Others who ask
        meanwhile see it as it was before. The snapshot itself cannot be written."""
        cursor = self._con.cursor()
        try:
            cursor.begin()
            yield _Transaction(self, cursor)
            cursor.commit()
        finally:
            cursor.close()  # rolls back what was not committed

    def _run(
        self, cursor: duckdb.DuckDBPyConnection, sql: str, parameters: Mapping[str, Any] | None = None
    ) -> list[Row]:
        return cursor.execute(self._parsed(sql), parameters or {}).fetchall()

    def columns(self, sql: str, parameters: Mapping[str, Any], *, keep: bool = True) -> Columns:
        """What a statement selects that selects numbers alone, none of them null, as places in a table are. Those to
        `keep` that were used last are kept, 64 MB of them: a long list read block by block is sorted once. Asked twice
        at a time, it runs once."""
        return self._kept_columns(sql, parameters) if keep else self._read_columns(sql, parameters)

    def _read_columns(self, sql: str, parameters: Mapping[str, Any]) -> Columns:
        cursor = self._con.cursor()
        try:
            found = cursor.execute(self._parsed(sql), parameters).fetchnumpy().values()
        finally:
            cursor.close()
        return tuple(map(np.asarray, found))

    def table(self, sql: str, parameters: Mapping[str, Any]) -> pa.Table:
        """What a statement selects that reads nothing but the snapshot. Those used last are kept, 32 MB of them: rows
        that many questions show some of take a sixth there of what they take as tuples. Asked twice at a time, it runs
        once."""
        return self._kept_tables(sql, parameters)

    def _read_table(self, sql: str, parameters: Mapping[str, Any]) -> pa.Table:
        cursor = self._con.cursor()
        try:
            return cursor.sql(self._parsed(sql), params=parameters).to_arrow_table()
        finally:
            cursor.close()

    def _parse(self, sql: str) -> duckdb.Statement:
        """Parsed once and executed many times: a typical statement spends a sixth of its time in the parser."""
        (statement,) = self._con.extract_statements(sql)
        return statement

    def close(self) -> None:
        self._con.close()


def _weakly(method: Callable[..., T]) -> Callable[..., T]:
    """The method without a hold on its object: what a snapshot keeps would else keep the snapshot, and with it a file
    that may be gigabytes, until a collection of what is unused."""
    found = weakref.WeakMethod(method)

    def call(*asked: Any) -> T:
        bound = found()
        assert bound  # whoever asks has the object
        return bound(*asked)

    return call


@dataclass(frozen=True, slots=True)
class _Transaction:
    snapshot: Snapshot
    cursor: duckdb.DuckDBPyConnection

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        return self.snapshot._run(self.cursor, sql, parameters)

    def kept(self, sql: str, parameters: Mapping[str, Any]) -> list[Row]:
        return self.query(sql, parameters)

    def places_of(self, creator_id: str) -> tuple[int, int]:
        return self.snapshot.places_of(creator_id)


def _question(sql: str, parameters: Mapping[str, Any]) -> tuple[str, str]:
    return sql, repr(sorted(parameters.items()))


def _kept_as(sql: str, parameters: Mapping[str, Any], read: object = None) -> bytes:
    """The question's digest: statements are long, and a key is kept with each answer."""
    return blake2b(repr(_question(sql, parameters)).encode("utf-8", "surrogatepass"), digest_size=32).digest()


def _size(packed: bytes) -> int:
    return len(packed) + ENTRY_BYTES


def _size_of_columns(columns: Columns) -> int:
    return sum(column.nbytes for column in columns) + ENTRY_BYTES


def _size_of_table(table: pa.Table) -> int:
    return int(table.nbytes) + ENTRY_BYTES


def utc(naive: datetime) -> datetime:
    return naive.replace(tzinfo=UTC)
