"""The table of sessions, joined and sorted: at once, or some creators' at a time, where it would spill too much."""

from collections.abc import Iterable, Iterator
from datetime import datetime

import duckdb

from warehouse.source import Progress
from warehouse.writing import run, text

SESSIONS_AT_ONCE = 20_000_000  # a join and sort of so many spill some 10 GB, whatever the size of the export
BY_CREATOR = (
    "SELECT creator_id, count(*) FROM sessions JOIN courses ON courses.id = course_id GROUP BY ALL ORDER BY ALL"
)

Slice = tuple[str, str]


def write_sessions(con: duckdb.DuckDBPyConnection, as_of: datetime, progress: Progress) -> None:
    """Create snapshot.sessions from the views of an export, a creator's rows together, in the order of their start.

    Rows and their order are the same in one go and in slices; a session of no known course is in neither.
    """
    create = f"CREATE TABLE snapshot.sessions AS {text('session_rows')}"
    if con.execute("SELECT count(*) <= $most FROM sessions", {"most": SESSIONS_AT_ONCE}).fetchall() == [(True,)]:
        con.execute(create, {"as_of": as_of})
        return
    parts = list(slices(con.execute(BY_CREATOR).fetchall(), SESSIONS_AT_ONCE))
    for done, (first, last) in enumerate(parts):
        run(con, "build_slice", first=first, last=last)
        con.execute(f"INSERT INTO snapshot.sessions {text('session_rows')}" if done else create, {"as_of": as_of})
        progress("building", (done + 1) / len(parts) / 2)
    run(con, "drop_slice")


def slices(sizes: Iterable[tuple[str, int]], most: int) -> Iterator[Slice]:
    """The first and the last creator of each slice, of creators in order with their numbers of sessions: `most`
    sessions a slice, or one creator who has more."""
    first, last, taken = "", "", 0
    for creator, sessions in sizes:
        if taken and taken + sessions > most:
            yield first, last
            taken = 0
        if not taken:
            first = creator
        last, taken = creator, taken + sessions
    if taken:
        yield first, last
