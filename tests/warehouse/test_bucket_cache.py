"""How much is kept of exports in buckets, and what is never removed."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.bucketed import Place, contents, quiet
from warehouse.cache import FileCache

KILO = b"x" * 1000


def digest(number: int) -> str:
    return f"{number:064x}"


def keep(cache: FileCache, number: int, used: int, suffix: str = ".parquet") -> Path:
    """A file of 1000 bytes that was last used at `used`."""
    path = cache.path(digest(number)).with_suffix(suffix)
    path.write_bytes(KILO)
    os.utime(path, (used, used))
    return path


@pytest.fixture
def cache(tmp_path: Path) -> FileCache:
    return FileCache(tmp_path, 3000)


def test_what_is_longest_unused_goes_first_until_all_fits_the_bound(cache: FileCache) -> None:
    old, older, newest = keep(cache, 1, 200), keep(cache, 2, 100), keep(cache, 3, 300)
    cache.make_room({cache.path(digest(4)): 1000})
    assert (old.exists(), older.exists(), newest.exists()) == (True, False, True)
    cache.make_room({cache.path(digest(4)): 1001})
    assert (old.exists(), newest.exists()) == (False, True)


def test_what_is_wanted_is_kept_even_beyond_the_bound(cache: FileCache) -> None:
    wanted = {keep(cache, number, number): 1000 for number in range(5)}
    unwanted = keep(cache, 9, 900)
    cache.make_room(wanted)
    assert all(path.exists() for path in wanted)
    assert not unwanted.exists()


def test_what_is_used_again_counts_as_new(cache: FileCache) -> None:
    first, second = keep(cache, 1, 100), keep(cache, 2, 200)
    assert cache.has(first, 1000)
    cache.make_room({cache.path(digest(4)): 2000})
    assert (first.exists(), second.exists()) == (True, False)


def test_a_file_of_another_size_is_not_had(cache: FileCache) -> None:
    assert not cache.has(keep(cache, 1, 100), 999)
    assert not cache.has(cache.path(digest(2)), 0)


def test_half_fetched_files_go_when_nobody_wants_them(cache: FileCache) -> None:
    wanted, unwanted = keep(cache, 1, 1, ".part"), keep(cache, 2, 2, ".part")
    cache.make_room({cache.path(digest(1)): 2000})
    assert (wanted.exists(), unwanted.exists()) == (True, False)


def test_files_that_are_not_its_own_are_left_alone(cache: FileCache, tmp_path: Path) -> None:
    others = [tmp_path / name for name in ("users.parquet", "notes.part", f"{digest(1)}.txt")]
    for path in others:
        path.write_bytes(KILO * 9)
    cache.make_room({})
    assert all(path.exists() for path in others)


def test_nothing_is_removed_while_somebody_reads(cache: FileCache, tmp_path: Path) -> None:
    reader, read = FileCache(tmp_path, 3000), keep(cache, 1, 1)
    reader.hold()
    cache.make_room({cache.path(digest(2)): 9000})
    assert read.exists()
    reader.release()
    cache.make_room({cache.path(digest(2)): 9000})
    assert not read.exists()


def test_a_reader_that_is_no_more_reads_no_more(cache: FileCache, tmp_path: Path) -> None:
    read = keep(cache, 1, 1)
    reader = FileCache(tmp_path, 3000)
    reader.hold()
    del reader
    cache.make_room({cache.path(digest(2)): 9000})
    assert not read.exists()


@pytest.mark.s3
def test_an_older_export_is_kept_as_far_as_there_is_room(stored: Place) -> None:
    first = contents(stored.fetched())
    size = sum(map(len, first.values()))
    stored.put("users.parquet", KILO)
    changed = size - len(first["users.parquet"]) + len(KILO)
    stored.fetched(stored.source(cache_bytes=size + changed))
    assert len(stored.kept()) == len(first) + 1
    stored.fetched(stored.source(cache_bytes=changed))
    assert len(stored.kept()) == len(first)
    assert stored.gets()[-1] == "users.parquet"


@pytest.mark.s3
def test_an_export_larger_than_the_bound_is_fetched_all_the_same(stored: Place) -> None:
    export = stored.fetched(stored.source(cache_bytes=1))
    assert len(contents(export)) == len(stored.kept()) == 5


@pytest.mark.s3
def test_an_export_that_is_being_read_is_not_removed_by_another_that_is_fetched(stored: Place) -> None:
    reading = stored.source()
    export = stored.fetched(reading)
    before = contents(export)
    other = replace(stored, prefix="other/")
    other.put("users.parquet", KILO)
    other.fetched(other.source(cache_bytes=1))
    assert contents(export) == before
    assert reading.is_current(export)
    other.fetched(other.source(cache_bytes=1))
    assert [path.read_bytes() for path in stored.kept()] == [KILO]


@pytest.mark.s3
def test_a_cached_file_that_lost_its_end_is_fetched_again(stored: Place) -> None:
    export = stored.fetched()
    (path,) = export.files["users"]
    content = path.read_bytes()
    path.write_bytes(content[:-1])
    stored.gets()
    stored.source().fetch(export, quiet)
    assert stored.gets() == ["users.parquet"]
    assert path.read_bytes() == content
