import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from recordings.links import RecordingUnavailable, UnavailableReason, available_link
from recordings.local import BadLink, LocalLinks

MISSING = UnavailableReason.MISSING_OBJECT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secret.txt").write_text("not a recording")
    folder = tmp_path / "recordings"
    (folder / "2026").mkdir(parents=True)
    (folder / "2026" / "Übung 100%+é.mp4").write_bytes(b"a clip")
    return folder


@pytest.fixture
def links(folder: Path) -> LocalLinks:
    return LocalLinks(folder=folder, secret_key="key of the tests")


def token_of(links: LocalLinks, key: str) -> str:
    return links.sign(key).url.removeprefix("/api/recordings/local/")


def reason_of(links: LocalLinks, key: str) -> UnavailableReason:
    with pytest.raises(RecordingUnavailable) as caught:
        links.check(key)
    with pytest.raises(RecordingUnavailable) as again:
        links.resolve(token_of(links, key))
    assert caught.value.reason is again.value.reason
    return caught.value.reason


def test_a_local_link_leads_to_its_file(links: LocalLinks, folder: Path) -> None:
    link = available_link(links, "s-1", "2026/Übung 100%+é.mp4")

    assert re.fullmatch(r"/api/recordings/local/[A-Za-z0-9._-]+", link.url)
    assert links.resolve(link.url.rsplit("/", 1)[1]) == folder.resolve() / "2026" / "Übung 100%+é.mp4"


def test_a_local_link_is_served_where_the_app_says(folder: Path) -> None:
    links = LocalLinks(folder=folder, secret_key="key of the tests", path="/clips/")

    assert re.fullmatch(r"/clips/[A-Za-z0-9._-]+", links.sign("x.mp4").url)


def test_a_local_link_works_for_an_hour_and_no_longer(links: LocalLinks, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 11, 24, 12, 0, 0, 900_000, tzinfo=UTC)
    monkeypatch.setattr("recordings.local.utc_now", lambda: now)
    link = links.sign("2026/Übung 100%+é.mp4")
    token = link.url.rsplit("/", 1)[1]
    assert link.expires_at == datetime(2026, 11, 24, 13, 0, 0, tzinfo=UTC)

    monkeypatch.setattr("recordings.local.utc_now", lambda: link.expires_at - timedelta(milliseconds=1))
    assert links.resolve(token).is_file()
    monkeypatch.setattr("recordings.local.utc_now", lambda: link.expires_at)
    with pytest.raises(BadLink, match="expired"):
        links.resolve(token)


@pytest.mark.parametrize("place", [0, 5, -10])
def test_a_tampered_local_link_is_refused(links: LocalLinks, place: int) -> None:
    token = list(token_of(links, "2026/Übung 100%+é.mp4"))
    token[place] = "A" if token[place] != "A" else "B"

    with pytest.raises(BadLink):
        links.resolve("".join(token))


def test_the_signature_of_a_local_link_opens_no_other_file(links: LocalLinks) -> None:
    payload = token_of(links, "other.mp4").rsplit(".", 1)[0]
    signature = token_of(links, "2026/Übung 100%+é.mp4").rsplit(".", 1)[1]

    with pytest.raises(BadLink):
        links.resolve(f"{payload}.{signature}")


@pytest.mark.parametrize("token", ["", ".", "nonsense", "a.b", "é.ü", "../../etc/passwd", "x" * 5000])
def test_what_was_never_a_local_link_is_refused(links: LocalLinks, token: str) -> None:
    with pytest.raises(BadLink):
        links.resolve(token)


def test_a_local_link_of_another_key_is_refused(links: LocalLinks, folder: Path) -> None:
    foreign = LocalLinks(folder=folder, secret_key="another key")

    with pytest.raises(BadLink):
        links.resolve(token_of(foreign, "2026/Übung 100%+é.mp4"))


def test_an_empty_secret_key_signs_nothing(folder: Path) -> None:
    with pytest.raises(ValueError, match="secret_key"):
        LocalLinks(folder=folder, secret_key="")


@pytest.mark.parametrize(
    "key",
    ["../../etc/passwd", "../secret.txt", "2026/../../secret.txt", "/etc/passwd", "..", "../recordings-2/x"],
)
def test_a_key_that_leaves_the_folder_is_missing(links: LocalLinks, folder: Path, key: str) -> None:
    (folder.parent / "recordings-2").mkdir()
    (folder.parent / "recordings-2" / "x").write_text("a neighbour")

    assert reason_of(links, key) is MISSING


def test_a_symbolic_link_that_leaves_the_folder_is_missing(links: LocalLinks, folder: Path) -> None:
    (folder / "file.mp4").symlink_to(folder.parent / "secret.txt")
    (folder / "up").symlink_to(folder.parent)

    assert reason_of(links, "file.mp4") is MISSING
    assert reason_of(links, "up/secret.txt") is MISSING


def test_a_symbolic_link_within_the_folder_is_followed(links: LocalLinks, folder: Path) -> None:
    (folder / "latest.mp4").symlink_to(folder / "2026" / "Übung 100%+é.mp4")

    assert links.resolve(token_of(links, "latest.mp4")).read_bytes() == b"a clip"


def test_a_folder_reached_by_a_symbolic_link_serves_its_files(folder: Path) -> None:
    (folder.parent / "alias").symlink_to(folder)
    links = LocalLinks(folder=folder.parent / "alias", secret_key="key of the tests")

    assert links.resolve(token_of(links, "2026/Übung 100%+é.mp4")).read_bytes() == b"a clip"


@pytest.mark.parametrize("key", ["gone.mp4", "2026", "", ".", "nul\0.mp4", "n" * 300, "loop"])
def test_a_key_without_a_file_is_missing(links: LocalLinks, folder: Path, key: str) -> None:
    (folder / "loop").symlink_to(folder / "loop")

    assert reason_of(links, key) is MISSING


def test_a_pipe_is_no_recording(links: LocalLinks, folder: Path) -> None:
    os.mkfifo(folder / "pipe.mp4")

    assert reason_of(links, "pipe.mp4") is MISSING


def test_without_its_folder_the_store_is_down(tmp_path: Path) -> None:
    links = LocalLinks(folder=tmp_path / "nowhere", secret_key="key of the tests")

    assert reason_of(links, "clip.mp4") is UnavailableReason.STORE_DOWN
