"""How the start reads settings, .env too, and stops where one is wrong."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from app import check_start, main
from settings import load_settings

ROOT = Path(__file__).parent.parent.parent


def start(folder: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """python app.py in an empty folder, with these SESSIONS_ settings."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SESSIONS_")}
    given = {f"SESSIONS_{name}": value for name, value in environment.items()}
    return subprocess.run(
        [sys.executable, ROOT / "app.py"], cwd=folder, env=inherited | given,
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip


@dataclass(frozen=True)
class Start:
    returncode: int
    stderr: str


@pytest.fixture
def start_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Start]:
    """What `python app.py` does in an empty folder, within this process: for starts that are to be refused."""

    def run(**environment: str) -> Start:
        monkeypatch.chdir(tmp_path)
        for name, value in environment.items():
            monkeypatch.setenv(f"SESSIONS_{name}", value)
        return Start(main(), capsys.readouterr().err)

    return run


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WEEK_START", "saturday"),
        ("EXPORT", "nowhere"),
        ("EXPORT", "s3:///prefix"),
        ("EXPORT", "s3://key:secret@bucket/prefix"),
        ("HOST", "0.0.0.0"),
        ("DATA_DIR", "/dev/null/data"),
    ],
)
def test_a_start_that_cannot_be_says_why_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(f"SESSIONS_{name}", value)
    assert main() == 2
    printed = capsys.readouterr()
    (line,) = printed.err.splitlines()
    assert line.startswith(f"SESSIONS_{name}: ")
    assert "secret" not in line
    assert printed.out == ""


def test_a_store_that_is_away_does_not_keep_the_server_from_starting(tmp_path: Path) -> None:
    """What it served last goes on, and the health endpoint says what is wrong."""
    check_start(load_settings(data_dir=tmp_path, export="s3://bucket/prefix", export_endpoint="http://127.0.0.1:1"))


def test_the_server_does_not_start_with_a_malformed_setting_and_exits_2(tmp_path: Path) -> None:
    done = start(tmp_path, TIME_ZONE="Berlin")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "SESSIONS_TIME_ZONE: 'Berlin' is not an IANA time zone such as Europe/Berlin\n"
    assert list(tmp_path.iterdir()) == []


def test_dotenv_is_read_and_the_environment_goes_before_it(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# comment\nSESSIONS_PORT=eighty\nSESSIONS_HOST=0.0.0.0\n")
    done = start(tmp_path, PORT="8050")
    assert (done.returncode, done.stderr.partition(":")[0]) == (2, "SESSIONS_HOST")


def test_a_misspelt_setting_is_told(start_here: Callable[..., Start]) -> None:
    done = start_here(OIDC_ISUER="https://id.example", PORT="no number")
    assert "SESSIONS_OIDC_ISUER: no such setting, ignored" in done.stderr
    assert done.returncode == 2


@pytest.mark.parametrize(
    "forgotten",
    [
        {"PUBLIC_URL": "https://studio.example"},
        {"TRUSTED_PROXIES": "10.0.0.1"},
        {"OIDC_ISSUER": "https://id.example"},
    ],
    ids=str,
)
def test_demo_sign_in_behind_a_proxy_stops_the_start(
    start_here: Callable[..., Start], forgotten: dict[str, str]
) -> None:
    """Behind a proxy the server itself listens on loopback only, and would let in whoever the proxy lets through."""
    done = start_here(**forgotten)
    assert done.returncode == 2
    assert done.stderr.startswith("SESSIONS_AUTH: demo sign-in lets anybody in")


@pytest.mark.parametrize("address", ["mysql://u:secret@h/d", "postgresql://u:secret@127.0.0.1:1/d"])
def test_a_store_that_cannot_be_used_stops_the_start_without_telling_the_password(
    start_here: Callable[..., Start], address: str
) -> None:
    done = start_here(DATABASE_URL=address)
    assert done.returncode == 2
    assert done.stderr.startswith("SESSIONS_DATABASE_URL: ")
    assert "secret" not in done.stderr
    assert done.stderr.count("\n") == 1
