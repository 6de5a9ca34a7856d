"""How a snapshot is published, and that a failure publishes nothing."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from tests.exports import AS_OF, ROWS, arrow_table, write_export, write_table
from warehouse.build import build_snapshot
from warehouse.contract import ExportError
from warehouse.limits import Limits
from warehouse.publish import remove_old_snapshots, snapshots_in
from warehouse.source import open_export


def test_only_the_snapshot_is_left_in_the_folder(tmp_path: Path) -> None:
    out = tmp_path / "it's [out]"
    published = build_snapshot(open_export(write_export(tmp_path / "export")), out)
    assert list(out.iterdir()) == [published]


def test_a_failure_while_building_leaves_nothing_behind(tmp_path: Path) -> None:
    export, out = open_export(write_export(tmp_path / "export")), tmp_path / "out"
    published = build_snapshot(export, out)
    with pytest.raises(duckdb.Error):
        build_snapshot(export, out, limits=Limits(memory="1KB"))
    assert list(out.iterdir()) == [published]


def test_a_refused_export_leaves_nothing_behind(tmp_path: Path) -> None:
    export = open_export(write_export(tmp_path / "export", users=[{}]))
    with pytest.raises(ExportError):
        build_snapshot(export, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("table", "column"), [("sessions", "notes"), ("session_assessments", "created_at")])
def test_pages_are_damaged_though_no_rule_reads_them(tmp_path: Path, table: str, column: str) -> None:
    read: dict[str, Any] = {"sessions": [{**row, "notes": "read"} for row in ROWS["sessions"]]}
    export = write_export(tmp_path / "export", **read)
    path = export / f"{table}.parquet"
    chunk = pq.read_metadata(path).row_group(0).column(pq.read_schema(path).names.index(column))
    content = bytearray(path.read_bytes())
    start = chunk.dictionary_page_offset or chunk.data_page_offset
    content[start : start + chunk.total_compressed_size] = b"\xff" * chunk.total_compressed_size
    path.write_bytes(content)
    with pytest.raises(ExportError, match=f"column {column}: cannot be read"):
        build_snapshot(open_export(export), tmp_path / "out")


@pytest.mark.parametrize("column", ["course_id", "student_id", "st_id", "session_id"])
def test_a_row_that_refers_to_nothing_is_told_beside_all_else_that_is_wrong(tmp_path: Path, column: str) -> None:
    table = "session_assessments" if column == "session_id" else "sessions"
    broken: dict[str, Any] = {table: [{**ROWS[table][0], column: "nothing"}, *ROWS[table][1:]]}
    export = write_export(tmp_path / "export", **broken)
    with pytest.raises(ExportError) as refused:
        build_snapshot(open_export(export), tmp_path / "out")
    assert [(problem.column, problem.values) for problem in refused.value.problems] == [(column, ("nothing",))]


@pytest.mark.parametrize("changed", ["rewritten", "added", "removed"])
def test_an_export_that_changes_while_it_is_read_is_not_published(tmp_path: Path, changed: str) -> None:
    folder = write_export(tmp_path / "export", users=None)
    users = arrow_table("users")
    write_table(folder / "users" / "a.parquet", users)
    write_table(folder / "users" / "b.parquet", users.slice(0, 0))

    def change(stage: str, fraction: float) -> None:
        if stage == "building" and fraction == 1:
            if changed == "rewritten":
                os.utime(folder / "users" / "a.parquet", (1, 1))
            elif changed == "added":
                write_table(folder / "users" / "c.parquet", users.slice(0, 0))
            else:
                (folder / "users" / "b.parquet").unlink()

    with pytest.raises(ExportError, match="changed while it was being read"):
        build_snapshot(open_export(folder), tmp_path / "out", change)
    assert not list((tmp_path / "out").glob("*"))


def test_a_build_that_is_killed_publishes_nothing(tmp_path: Path) -> None:
    export, out = write_export(tmp_path / "export"), tmp_path / "out"
    program = (
        "import os, sys; from warehouse.build import *; from pathlib import Path\n"
        "def die(stage, fraction):\n"
        "    if stage == 'building' and fraction == 1: os.kill(os.getpid(), 9)\n"
        "build_snapshot(source_of(sys.argv[1]).look(), Path(sys.argv[2]), die)"
    )
    done = subprocess.run([sys.executable, "-c", program, export, out], capture_output=True, check=False)
    assert done.returncode == -9, done.stderr
    assert {path.suffix for path in out.iterdir()} >= {".duckdb"}
    assert list(out.glob("snapshot-*")) == []


@pytest.mark.parametrize("change", ["size", "time", "name", "table"])
def test_the_fingerprint_changes_with_any_change_of_the_files(tmp_path: Path, change: str) -> None:
    folder = write_export(tmp_path)
    before = open_export(folder).fingerprint
    users = folder / "users.parquet"
    if change == "size":
        times = users.stat()
        write_table(users, arrow_table("users", [{"name": "Another"}]))
        os.utime(users, ns=(times.st_atime_ns, times.st_mtime_ns))
    elif change == "time":
        os.utime(users, ns=(0, users.stat().st_mtime_ns + 1))
    else:
        (folder / "users").mkdir()
        users.rename(folder / "users" / "users.parquet")
        if change == "table":
            write_table(folder / "users" / "zero.parquet", arrow_table("users", []))
    assert open_export(folder).fingerprint != before


def test_as_of_is_when_the_newest_file_was_written(tmp_path: Path) -> None:
    folder = write_export(tmp_path)
    newest = AS_OF + timedelta(hours=3)
    os.utime(folder / "courses.parquet", (newest.timestamp(), newest.timestamp()))
    assert open_export(folder).as_of == newest


def test_all_but_the_newest_snapshots_are_removed(tmp_path: Path) -> None:
    names = [f"snapshot-2026110{day}T000000000000Z-abc.duckdb" for day in (4, 1, 3, 2)]
    for name in (*names, "kept.duckdb", ".building-1.duckdb"):
        (tmp_path / name).touch()
    remove_old_snapshots(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {names[0], names[2], "kept.duckdb", ".building-1.duckdb"}


def test_the_last_published_is_the_newest_though_a_clock_was_ahead(tmp_path: Path) -> None:
    export, out = write_export(tmp_path / "export"), tmp_path / "out"
    first = build_snapshot(open_export(export), out)
    ahead = first.with_name(f"snapshot-29991231T235959999998Z-{first.stem.rpartition('-')[2]}.duckdb")
    first.rename(ahead)
    second, third = (build_snapshot(open_export(export), out, anew=True) for _ in range(2))
    assert snapshots_in(out) == [third, second, ahead]


def test_a_name_is_no_pattern(tmp_path: Path) -> None:
    write_export(tmp_path / "of1", courses=[{"title": "Another"}, {"id": "k2"}])
    write_table(tmp_path / "of[1]" / "courses" / "p-1.parquet", arrow_table("courses", [{"title": "Mine"}]))
    write_table(tmp_path / "of[1]" / "courses" / "p-[1].parquet", arrow_table("courses", [{"id": "k2"}]))
    export = write_export(tmp_path / "of[1]", courses=None)
    with duckdb.connect(str(build_snapshot(open_export(export), tmp_path / "out")), read_only=True) as con:
        assert con.execute("SELECT title FROM courses WHERE id = 'k1'").fetchall() == [("Mine",)]
