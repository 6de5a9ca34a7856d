"""A watched bucket: the last good snapshot serves throughout, whatever becomes of the store."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.bucketed import FEW, HASTY, Place
from tests.exports import arrow_table, session, write_table
from tests.watched import ids
from warehouse.builder import Order, build_here
from warehouse.refresh import Warehouse
from warehouse.s3 import StoreLimits

pytestmark = pytest.mark.s3


def watching(stored: Place, folder: Path, limits: StoreLimits = FEW) -> Warehouse:
    """Serves the small export of the bucket; it is looked at when a test says so."""
    order = Order(stored.location, folder / "snapshots", stored.cache, stored.source(limits)._options)
    made = Warehouse(order, build=lambda order, lock: build_here(order))
    made.refresh()
    assert (ids(made), made.problems) == (["s1", "s2"], ())
    return made


@pytest.fixture
def watched(stored: Place, tmp_path: Path) -> Warehouse:
    return watching(stored, tmp_path)


def add_session(place: Place, folder: Path) -> None:
    rows = arrow_table("sessions", [session(1), session(2), session(3)])
    place.put("sessions.parquet", write_table(folder / "more.parquet", rows).read_bytes())


def test_a_changed_object_is_served_and_nothing_else_is_fetched(
    watched: Warehouse, stored: Place, tmp_path: Path
) -> None:
    stored.gets()
    watched.refresh()
    assert len(stored.proxy.asked) == 1
    add_session(stored, tmp_path)
    watched.refresh()
    assert (ids(watched), watched.problems) == (["s1", "s2", "s3"], ())
    assert stored.gets() == ["sessions.parquet"]


@pytest.mark.parametrize("at", ["list-type", "sessions.parquet"])
@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"status": 503}, "the store cannot answer now (503 SlowDown)"),
        ({"status": 403, "code": "AccessDenied"}, "the store refuses these credentials (403 AccessDenied)"),
        ({"mute": True}, "the store does not answer in time"),
    ],
    ids=["503", "403", "mute"],
)
def test_a_store_that_fails_is_told_and_followed_again_when_it_recovers(
    stored: Place, tmp_path: Path, at: str, fault: dict[str, Any], said: str
) -> None:
    watched = watching(stored, tmp_path, HASTY)
    add_session(stored, tmp_path)
    stored.fail(at=at, times=None, **fault)
    for _ in range(2):
        watched.refresh()
        assert ids(watched) == ["s1", "s2"]
        assert [problem.summary() for problem in watched.problems] == [f"{stored.location}: {said}"]
    stored.proxy.faults.clear()
    watched.refresh()
    assert (ids(watched), watched.problems) == (["s1", "s2", "s3"], ())


def test_an_export_that_is_still_being_written_is_waited_for(
    watched: Warehouse, stored: Place, tmp_path: Path, prepared: Path
) -> None:
    add_session(stored, tmp_path)
    sizes = {path.name: path.stat().st_size for path in (prepared / "export").glob("*.parquet")}
    sizes["sessions.parquet"] = (tmp_path / "more.parquet").stat().st_size
    files = [{"name": name, "size": size} for name, size in sizes.items()]
    stored.put("manifest.json", json.dumps({"files": [*files, {"name": "users/more.parquet", "size": 9}]}))
    watched.refresh()
    assert ids(watched) == ["s1", "s2"]
    assert [problem.summary() for problem in watched.problems] == [
        "manifest.json: names users/more.parquet, which is not there: the export is still being written"
    ]
    stored.put("manifest.json", json.dumps({"files": files}))
    watched.refresh()
    assert (ids(watched), watched.problems) == (["s1", "s2", "s3"], ())
