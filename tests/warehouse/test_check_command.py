"""python -m warehouse check and build, as a person calls them."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.bucketed import Place
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


@pytest.fixture
def no_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a command keeps what it fetches, if it keeps it."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


@pytest.mark.s3
def test_an_export_in_a_bucket_is_checked_and_leaves_nothing_here(
    stored: Place, no_temporary_files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", stored.location, "--endpoint", stored.proxy.url]) == 0
    printed = capsys.readouterr()
    assert printed.out == "the export obeys the contract\n"
    assert printed.err.startswith("fetching …\n")
    assert list(no_temporary_files.iterdir()) == []
    stored.put("users.parquet", b"no parquet")
    assert main(["check", stored.location, "--endpoint", stored.proxy.url]) == 1
    assert capsys.readouterr().out.startswith("users.parquet: not a readable parquet file")
    assert list(no_temporary_files.iterdir()) == []


@pytest.mark.s3
def test_an_export_in_a_bucket_is_built_and_its_files_are_kept_where_one_says(
    stored: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SESSIONS_EXPORT_ENDPOINT", stored.proxy.url)
    arguments = ["build", stored.location, "--out", str(tmp_path / "out"), "--cache", str(stored.cache)]
    assert main(arguments) == 0
    assert Path(capsys.readouterr().out.strip()).parent == tmp_path / "out"
    assert len(stored.kept()) == len(stored.gets()) == 5
    assert main(arguments) == 0
    assert stored.gets() == []


@pytest.mark.s3
def test_a_bucket_that_cannot_be_read_is_one_problem(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "s3://no-such-bucket", "--endpoint", place.proxy.url]) == 1
    assert capsys.readouterr().out == "s3://no-such-bucket: no such bucket\n"
