"""Snapshots are built by a process of their own, which may die at any moment."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import psutil
import pytest

from tests.exports import arrow_table, session, write_export, write_table
from tests.processes import yields_to_us
from tests.serving import wait_for
from tests.watched import add_session, ids, order_of, snapshots, warehouse_of
from warehouse.builder import Builder, Order
from warehouse.check import check_export
from warehouse.contract import Problem
from warehouse.limits import Limits
from warehouse.publish import one_builder
from warehouse.refresh import Warehouse

MANY = 3_000
KILLS = 20


@pytest.fixture
def served(folder: Path) -> Iterator[Warehouse]:
    """Serves the first snapshot; builds in a process of its own."""
    made = Warehouse(order_of(folder))
    made.refresh()
    yield made
    made.stop()


def write_sessions(folder: Path, note: str) -> None:
    rows = [session(n % 40, id=f"s{n}", notes=note) for n in range(1, MANY)]
    write_table(folder / "export" / "sessions.parquet", arrow_table("sessions", rows))


def test_a_changed_export_is_built_by_a_process_of_its_own(served: Warehouse, folder: Path) -> None:
    add_session(folder, 3)
    served.refresh()
    assert (ids(served), served.problems) == (["s1", "s2", "s3"], ())
    assert len(snapshots(folder)) == 2
    assert not list((folder / "snapshots").glob(".building*"))


def test_a_builder_yields_to_what_serves_and_hears_no_ctrl_c_of_its_terminal(served: Warehouse, folder: Path) -> None:
    first = served._builder._process
    write_sessions(folder, "long")
    served.start()
    wait_for(lambda: served._builder._process is not first)
    process = served._builder._process
    assert process
    wait_for(lambda: yields_to_us(process.pid))


def test_the_builder_of_the_first_snapshot_which_all_wait_for_yields_to_nobody(folder: Path) -> None:
    write_sessions(folder, "long")
    starting = Warehouse(Order(str(folder / "export"), folder / "none-yet"))
    starting.start()
    wait_for(lambda: starting._builder._process is not None)
    process = starting._builder._process
    assert process
    assert "nice" not in psutil.Process(process.pid).cmdline()
    assert psutil.Process(process.pid).nice() == os.nice(0)
    starting.stop()


def test_what_is_wrong_comes_back_from_that_process(served: Warehouse, folder: Path) -> None:
    add_session(folder, 3, status="lost")
    served.refresh()
    assert [str(problem) for problem in served.problems] == [
        "sessions.parquet, column status: must be one of scheduled, completed, cancelled, no_show in 1 row: 'lost'"
    ]
    assert ids(served) == ["s1", "s2"]


def test_a_builder_killed_at_any_moment_leaves_what_serves_and_the_next_one_goes_on(folder: Path) -> None:
    """Twenty times: whatever was published is whole, and the health says what happened."""
    served = warehouse_of(folder)
    served.refresh()
    chance, told = random.Random(7), set[str]()
    for kill in range(KILLS):
        write_sessions(folder, f"kill {kill}")
        builder = Builder()
        timer = threading.Timer(chance.uniform(0.2, 1.5), lambda builder=builder: _kill(builder))
        timer.start()
        with one_builder(folder / "snapshots", wait=True) as lock:
            assert lock
            told.update(problem.message for problem in builder.build(order_of(folder), lock))
        timer.cancel()
        for path in snapshots(folder):
            with duckdb.connect(str(path), read_only=True) as con:
                assert con.execute("SELECT count(*) = any_value(info.sessions) FROM sessions, info").fetchone() == (
                    True,
                )
        assert served.current().query("SELECT count(*) FROM snapshot.sessions") == [(2,)]
    assert "could not be built (the builder ended with status -9)" in told
    served.refresh()
    assert served.problems == ()
    assert served.current().query("SELECT DISTINCT notes FROM snapshot.sessions") == [(f"kill {KILLS - 1}",)]
    assert [path for path in (folder / "snapshots").iterdir() if path.name.startswith(".building")] == []


def _kill(builder: Builder) -> None:
    process = builder._process
    if process and process.poll() is None:
        os.kill(process.pid, signal.SIGKILL)


def test_a_builder_whose_server_has_died_still_keeps_others_from_building(folder: Path) -> None:
    """The lock is the process's own: it outlives the server's."""
    with one_builder(folder / "snapshots", wait=True) as lock:
        assert lock
        sleeper = subprocess.Popen(["sleep", "60"], pass_fds=(lock.fileno(),))
    add_session(folder, 3)
    other = warehouse_of(folder)
    other.start()
    assert ids(other) == ["s1", "s2"]
    time.sleep(0.1)
    assert len(snapshots(folder)) == 1
    sleeper.kill()
    sleeper.wait()
    wait_for(lambda: ids(other) == ["s1", "s2", "s3"])
    other.stop()


def test_a_server_that_stops_ends_its_builder(folder: Path) -> None:
    write_sessions(folder, "long")
    stopping = Warehouse(order_of(folder))
    stopping.start()
    wait_for(lambda: stopping._builder._process is not None)
    process = stopping._builder._process
    assert process
    stopping.stop()
    assert process.wait(10) is not None
    assert stopping.problems == ()


def test_what_does_not_fit_into_memory_is_told_and_not_held_against_the_export(folder: Path) -> None:
    order = Order(str(folder / "export"), folder / "snapshots", limits=Limits(memory="1KB"))
    add_session(folder, 3)
    poor = Warehouse(order)
    poor.refresh()
    assert [problem.summary() for problem in poor.problems] == ["export: could not be built (OutOfMemoryException)"]
    rich = warehouse_of(folder)
    rich.refresh()
    assert ids(rich) == ["s1", "s2", "s3"]


def test_a_refusal_is_known_to_other_servers_and_after_a_restart(folder: Path, builds: list[str]) -> None:
    add_session(folder, 3, status="lost")
    first, second = warehouse_of(folder), warehouse_of(folder)
    first.refresh()
    second.refresh()
    assert len(builds) == 1
    assert second.problems == first.problems != ()


def test_a_refusal_by_other_rules_is_looked_at_again(
    folder: Path, builds: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    add_session(folder, 3, status="lost")
    warehouse_of(folder).refresh()
    monkeypatch.setattr("warehouse.refusals.layout_version", lambda: "another")
    warehouse_of(folder).refresh()
    assert len(builds) == 2


def test_a_full_disk_is_told_and_what_serves_goes_on(folder: Path) -> None:
    """A limit on the size of files stands for the disk: writing past it fails as on a full one."""
    write_export(folder / "export", sessions=[session(n % 40, id=f"s{n}", notes="x" * 50) for n in range(1, MANY)])
    program = (
        "import resource, sys, signal; from pathlib import Path; from warehouse.builder import Order, build_here\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "print(build_here(Order(sys.argv[1], Path(sys.argv[2])))[0].message)"
    )
    command = [sys.executable, "-c", program, str(folder / "export"), str(folder / "snapshots")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("could not be built (")
    assert len(snapshots(folder)) == 1
    goes_on = warehouse_of(folder)
    goes_on._open_newest()
    assert ids(goes_on) == ["s1", "s2"]


def test_a_file_that_may_not_be_read_is_told_and_tried_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A permission mends without the file being rewritten: the same export must be looked at again."""

    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    add_session(folder, 3)
    served = warehouse_of(folder)
    with monkeypatch.context() as patched:
        patched.setattr("warehouse.check.pq.read_schema", refuse)
        patched.setattr("warehouse.changes.pq.read_metadata", refuse)
        served.refresh()
    assert [problem.message for problem in served.problems] == ["could not be built (Permission denied)"]
    served.refresh()
    assert (ids(served), served.problems) == (["s1", "s2", "s3"], ())


def test_a_bad_export_that_changes_while_it_is_checked_is_not_held_against_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(*asked: Any) -> list[Problem]:
        problems = check_export(*asked)
        os.utime(folder / "export" / "users.parquet", (2, 2))
        return problems

    add_session(folder, 3, status="lost")
    served = warehouse_of(folder)
    with monkeypatch.context() as patched:
        patched.setattr("warehouse.build.check_export", check)
        served.refresh()
    assert [problem.message for problem in served.problems] == ["changed while it was being read"]
    assert not (folder / "snapshots" / "refused.json").exists()
