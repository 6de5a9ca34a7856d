"""One snapshot of the generated world, shared: nothing can write to it."""

from collections.abc import Iterator

import pytest

from queries.statement import setup_sql
from tests.queries.world import write_world
from warehouse.build import build_snapshot
from warehouse.snapshot import Snapshot
from warehouse.source import open_export


@pytest.fixture(scope="session")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    folder = tmp_path_factory.mktemp("world")
    export = open_export(write_world(folder / "export"))
    snapshot = Snapshot(build_snapshot(export, folder / "snapshots"), setup_sql(), answers_bytes=2**20)
    yield snapshot
    snapshot.close()
