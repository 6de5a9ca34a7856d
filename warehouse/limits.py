"""What a check or a build may take of the machine."""

from dataclasses import dataclass

import duckdb

# What a process of its own begins with: it yields to the server from its first import on, and still gets a tenth of
# what a busy process gets. It stays in the server's session, for Linux may weigh sessions alike (autogroups), and a
# niceness then counts among processes of one only.
YIELDING = ("nice", "-n", "10")


@dataclass(frozen=True, slots=True)
class Limits:
    """Memory in DuckDB's words, and threads. What does not fit into the memory spills to disk."""

    memory: str = "4GB"
    threads: int = 2


def bound(con: duckdb.DuckDBPyConnection, limits: Limits) -> None:
    con.execute(f"SET memory_limit = '{limits.memory}'")
    con.execute(f"SET threads = {limits.threads}")
