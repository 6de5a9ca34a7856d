"""python -m warehouse check and build, as a person calls them."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.exports import session, write_export
from warehouse.__main__ import main
from warehouse.publish import snapshots_in

BAD_ROWS = [{}, session(2, status="lost"), session(3, st_id="t9")]


def test_checking_a_good_export_says_so_and_exits_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(write_export(tmp_path))]) == 0
    assert capsys.readouterr().out == "the export obeys the contract\n"


def test_checking_a_bad_export_prints_a_line_a_problem_and_exits_1(tmp_path: Path) -> None:
    write_export(tmp_path, sessions=BAD_ROWS)
    done = subprocess.run(
        [sys.executable, "-m", "warehouse", "check", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "sessions.parquet, column st_id: refers to no users.id in 1 row: 't9'",
        "sessions.parquet, column status: must be one of scheduled, completed, cancelled, no_show in 1 row: 'lost'",
    ]
    assert done.stderr.splitlines()[-1] == "2 problems found"
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["check", "build"])
def test_a_missing_folder_is_one_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    nowhere = str(tmp_path / "nowhere")
    arguments = [command, nowhere, *(["--out", str(tmp_path / "out")] if command == "build" else [])]
    assert main(arguments) == 1
    printed = capsys.readouterr()
    assert printed.out == f"{nowhere}: no such folder\n"
    assert printed.err == "1 problem found\n"


def test_building_a_good_export_prints_the_snapshot(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export, out = write_export(tmp_path / "export"), tmp_path / "out"
    assert main(["build", str(export), "--out", str(out)]) == 0
    (published,) = snapshots_in(out)
    assert capsys.readouterr().out == f"{published}\n"


def test_building_a_bad_export_prints_its_problems_and_publishes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export, out = write_export(tmp_path / "export", sessions=BAD_ROWS), tmp_path / "out"
    assert main(["build", str(export), "--out", str(out)]) == 1
    assert len(capsys.readouterr().out.splitlines()) == 2
    assert not snapshots_in(out)
