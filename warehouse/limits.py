"""What a check or a build may take of the machine."""

from dataclasses import dataclass

import duckdb


@dataclass(frozen=True, slots=True)
class Limits:
    """Memory in DuckDB's words, and threads. What does not fit into the memory spills to disk."""

    memory: str = "4GB"
    threads: int = 2


def bound(con: duckdb.DuckDBPyConnection, limits: Limits) -> None:
    con.execute(f"SET memory_limit = '{limits.memory}'")
    con.execute(f"SET threads = {limits.threads}")
