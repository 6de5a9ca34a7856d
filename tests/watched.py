"""A warehouse that watches a small export, for tests: what it serves, and changes of the export."""

from pathlib import Path

from tests.exports import arrow_table, session, write_table
from warehouse.builder import Order, build_here
from warehouse.refresh import Warehouse

SESSION_IDS = "SELECT id FROM snapshot.sessions ORDER BY id"


def warehouse_of(folder: Path) -> Warehouse:
    """Builds in this process: that is quicker, and a test may look into it."""
    order = Order(str(folder / "export"), folder / "snapshots")
    return Warehouse(order, refresh_seconds=0.02, build=lambda order, lock: build_here(order))


def ids(warehouse: Warehouse) -> list[str]:
    return [row[0] for row in warehouse.current().query(SESSION_IDS)]


def snapshots(folder: Path) -> list[Path]:
    return sorted((folder / "snapshots").glob("snapshot-*"))


def add_session(folder: Path, number: int, status: str = "completed") -> None:
    rows = [session(1), session(2), session(number, status=status)]
    write_table(folder / "export" / "sessions.parquet", arrow_table("sessions", rows))
