"""Days are begun by Python's time zones and counted by DuckDB's: both have to know the same."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import duckdb

from queries.filters import ZONES

INSTANTS = """SELECT unnest(generate_series(
    TIMESTAMPTZ '2020-01-01 00:00:00+00', TIMESTAMPTZ '2032-01-01 00:00:00+00', INTERVAL 29 HOUR)) AS instant"""


def test_python_and_duckdb_know_the_same_zones() -> None:
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        con.execute(f"CREATE TABLE instants AS SELECT epoch(instant)::BIGINT AS second, instant FROM ({INSTANTS})")
        instants = [datetime.fromtimestamp(at, UTC) for (at,) in con.execute("SELECT second FROM instants").fetchall()]
        differing = [zone for zone in sorted(ZONES) if _in_duckdb(con, zone) != _in_python(instants, zone)]
    assert differing == []


def _in_duckdb(con: duckdb.DuckDBPyConnection, zone: str) -> list[int]:
    sql = "SELECT epoch(instant AT TIME ZONE $zone)::BIGINT - second AS ahead FROM instants"
    return [int(ahead) for (ahead,) in con.execute(sql, {"zone": zone}).fetchall()]


def _in_python(instants: list[datetime], zone: str) -> list[int]:
    there = ZoneInfo(zone)
    walls = [instant.astimezone(there).replace(tzinfo=UTC) for instant in instants]
    return [int((wall - instant).total_seconds()) for wall, instant in zip(walls, instants, strict=True)]
