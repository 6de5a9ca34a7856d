"""How a demo is written: the same rows for the same seed, all or nothing, and clips a player can seek in."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from warehouse.demo import write_demo
from warehouse.demo.arrow import ids, scrambled

SEGMENT, CUES, CLUSTER = 0x18538067, 0x1C53BB6B, 0x1F43B675


def digest(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): hashlib.sha256(str(pq.read_table(file).to_pydict()).encode()).hexdigest()
        for file in sorted(folder.rglob("*.parquet"))
    }


def test_the_same_seed_writes_the_same_rows_and_another_seed_others(tmp_path: Path, now: datetime) -> None:
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        write_demo(tmp_path / name, sessions=400, creators=4, seed=seed, now=now)
    assert digest(tmp_path / "a") == digest(tmp_path / "b")
    assert digest(tmp_path / "a") != digest(tmp_path / "c")


def test_the_smallest_demo_has_three_creators_and_six_sessions(tmp_path: Path, now: datetime) -> None:
    write_demo(tmp_path / "demo", sessions=6, creators=3, seed=1, now=now)
    assert sum(pq.read_metadata(file).num_rows for file in (tmp_path / "demo" / "sessions").rglob("*.parquet")) == 6
    with pytest.raises(ValueError, match="3 creators"):
        write_demo(tmp_path / "smaller", sessions=5, creators=3, seed=1, now=now)


def test_a_present_without_a_zone_is_refused(tmp_path: Path, now: datetime) -> None:
    with pytest.raises(ValueError, match="time zone"):
        write_demo(tmp_path / "demo", sessions=6, creators=3, seed=1, now=now.replace(tzinfo=None))


def test_a_demo_replaces_a_demo_but_nothing_else(tmp_path: Path, now: datetime) -> None:
    demo, other = tmp_path / "demo", tmp_path / "other"
    for seed in (1, 2):
        write_demo(demo, sessions=6, creators=3, seed=seed, now=now)
    other.mkdir()
    (other / "users.parquet").touch()
    with pytest.raises(FileExistsError, match="not a demo"):
        write_demo(other, sessions=6, creators=3, seed=1, now=now)
    assert [path.name for path in other.iterdir()] == ["users.parquet"]


def test_a_demo_that_fails_half_way_leaves_nothing(tmp_path: Path, now: datetime) -> None:
    def fail(stage: str, fraction: float) -> None:
        if stage.startswith("writing") and fraction > 0.5:
            raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError, match="disk"):
        write_demo(tmp_path / "demo", sessions=300, creators=3, seed=1, now=now, progress=fail)
    assert list(tmp_path.iterdir()) == []


def test_progress_ends_whole_in_every_stage(tmp_path: Path, now: datetime) -> None:
    heard: dict[str, list[float]] = {}
    write_demo(
        tmp_path / "demo",
        sessions=300,
        creators=3,
        seed=1,
        now=now,
        progress=lambda stage, fraction: heard.setdefault(stage, []).append(fraction),
    )
    assert all(steps == sorted(steps) and steps[-1] == 1 for steps in heard.values())


def test_ids_are_readable_and_scrambling_loses_none() -> None:
    assert ids("ses_", np.array([0, 0xA1B2])).to_pylist() == ["ses_00000000", "ses_0000a1b2"]
    assert ids("enr_", np.array([1, 2]), np.array([True, False])).to_pylist() == ["enr_00000001", None]
    assert len(set(scrambled(np.arange(1 << 16), 16).tolist())) == 1 << 16


@pytest.mark.parametrize("name", ["recap", "exercise", "questions"])
def test_clips_are_small_webm_files_with_an_index_before_the_media(demo: Path, name: str) -> None:
    data = (demo / "recordings" / "demo" / f"{name}.webm").read_bytes()
    assert data[:4] == bytes.fromhex("1a45dfa3")
    assert b"webm" in data[:64]
    assert len(data) < 150_000
    top = dict(elements(data, 0, len(data)))
    parts = [element for element, _ in elements(data, *top[SEGMENT])]
    assert CUES in parts
    assert parts.index(CUES) < parts.index(CLUSTER)


def elements(data: bytes, begin: int, end: int) -> Iterator[tuple[int, tuple[int, int]]]:
    """Each EBML element between two offsets: its id, and where its content begins and ends."""
    while begin < end:
        id_length, size_length = (9 - data[begin].bit_length()), 0
        element = int.from_bytes(data[begin : begin + id_length])
        begin += id_length
        size_length = 9 - data[begin].bit_length()
        size = int.from_bytes(data[begin : begin + size_length]) & ((1 << (7 * size_length)) - 1)
        begin += size_length
        yield element, (begin, begin + size)
        begin += size
