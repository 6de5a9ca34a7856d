"""A warehouse that watches a small export, for tests: what it serves, and changes of the export."""

from pathlib import Path
from typing import IO

from tests.exports import arrow_table, session, write_table
from warehouse.builder import Order, build_here
from warehouse.contract import Problem
from warehouse.refresh import Warehouse

SESSION_IDS = "SELECT id FROM snapshot.sessions ORDER BY id"


def warehouse_of(folder: Path) -> Warehouse:
    """Looks for a change all the time."""
    return Warehouse(order_of(folder), refresh_seconds=0.02, build=in_this_process)


def order_of(folder: Path) -> Order:
    return Order(str(folder / "export"), folder / "snapshots")


def in_this_process(order: Order, lock: IO[str]) -> tuple[Problem, ...]:
    """What a warehouse builds with, where no test asks for a process of its own: that takes a second to start."""
    return build_here(order)


def ids(warehouse: Warehouse) -> list[str]:
    return [row[0] for row in warehouse.current().query(SESSION_IDS)]


def snapshots(folder: Path) -> list[Path]:
    return sorted((folder / "snapshots").glob("snapshot-*"))


def add_session(folder: Path, number: int, status: str = "completed") -> None:
    rows = [session(1), session(2), session(number, status=status)]
    write_table(folder / "export" / "sessions.parquet", arrow_table("sessions", rows))
