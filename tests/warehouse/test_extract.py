"""An extract reads one snapshot and nothing else."""

from pathlib import Path

import duckdb
import pytest

from tests.exports import write_export
from warehouse.build import build_snapshot
from warehouse.extract import read_batches
from warehouse.source import open_export


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    return build_snapshot(open_export(write_export(tmp_path / "export")), tmp_path / "snap'shots")


def test_rows_come_in_batches_in_their_order(snapshot: Path, tmp_path: Path) -> None:
    sql = "SELECT number FROM range(120_000) AS numbers(number) ORDER BY number DESC"
    with read_batches(snapshot, [], sql, tmp_path) as batches:
        found = [batch.column(0).to_pylist() for batch in batches]
    assert [number for batch in found for number in batch] == list(range(119_999, -1, -1))
    assert len(found) == 6


def test_a_macro_of_the_setup_can_be_called(snapshot: Path, tmp_path: Path) -> None:
    with read_batches(snapshot, ["CREATE MACRO twice(x) AS 2 * x"], "SELECT twice(21) AS n", tmp_path) as batches:
        assert batches.read_all().to_pylist() == [{"n": 42}]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/hostname'",
        "COPY (SELECT 1) TO '/tmp/never.csv'",
        "SET enable_external_access = true",
        "DELETE FROM snapshot.sessions",
    ],
)
def test_nothing_else_can_be_read_or_written(snapshot: Path, tmp_path: Path, sql: str) -> None:
    with pytest.raises(duckdb.Error), read_batches(snapshot, [], sql, tmp_path) as batches:
        batches.read_all()
