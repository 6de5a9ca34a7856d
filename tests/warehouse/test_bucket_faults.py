"""Stores that fail: what is tried again, what goes on where it stopped, what is refused and what is said of it."""

import hashlib
import logging
import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.bucketed import FEW, HASTY, Place, contents, quiet
from tests.exports import SCHEMAS
from tests.servers.web import closed_port
from warehouse.bucket import Bucket, BucketOptions
from warehouse.contract import ExportError
from warehouse.source import SourceError

pytestmark = pytest.mark.s3
BIG = random.Random(3).randbytes(300_000)


@pytest.fixture
def big(stored: Place) -> Place:
    """users.parquet is of a size that does not arrive at once."""
    stored.put("users.parquet", BIG)
    return stored


@pytest.mark.parametrize("cut", [0, 1, 77, 123_456, len(BIG) - 1])
def test_a_transfer_that_is_cut_goes_on_where_it_stopped(big: Place, cut: int) -> None:
    big.fail(at="users.parquet", cut=cut)
    assert contents(big.fetched())["users.parquet"] == BIG
    first, second = [asked for asked in big.proxy.asked if "users.parquet" in asked.path]
    assert (first.range_, first.sent) == (None, cut)
    assert (second.range_, second.sent) == (f"bytes={cut}-" if cut else None, len(BIG) - cut)


def test_an_object_is_asked_for_by_the_etag_that_was_listed_at_every_try(big: Place) -> None:
    big.fail(at="users.parquet", cut=1000)
    big.fetched()
    asked = [asked.if_match for asked in big.proxy.asked if "users.parquet" in asked.path]
    assert asked == [f'"{hashlib.md5(BIG).hexdigest()}"'] * 2


def test_a_transfer_that_is_cut_again_and_again_goes_on_at_the_next_look(big: Place) -> None:
    big.fail(at="users.parquet", cut=50_000, times=5)
    assert big.refused() == ["users.parquet: its transfer broke 2 times; the next look goes on where it stopped"]
    assert [path.stat().st_size for path in big.begun()] == [100_000]
    assert len(big.refused()) == 1
    assert contents(big.fetched())["users.parquet"] == BIG
    ranges = [asked.range_ for asked in big.proxy.asked if "users.parquet" in asked.path]
    assert ranges == [None, *(f"bytes={cut}-" for cut in (50_000, 100_000, 150_000, 200_000, 250_000))]
    assert big.kept(".part") == []


def test_a_transfer_that_stalls_is_given_up_in_time_and_goes_on(big: Place) -> None:
    big.fail(at="users.parquet", stall=70_000)
    assert contents(big.fetched(big.source(HASTY)))["users.parquet"] == BIG


def test_a_store_that_drips_is_given_up(big: Place) -> None:
    big.fail(at="users.parquet", drip=True)
    (said,) = big.refused(big.source(HASTY))
    assert said.startswith("users.parquet: arrives too slowly: ")


def test_a_store_that_knows_no_ranges_is_asked_for_all_again(big: Place) -> None:
    big.fail(at="users.parquet", cut=70_000)
    big.fail(at="users.parquet", answer=big.as_it_is("users.parquet"))
    assert contents(big.fetched())["users.parquet"] == BIG


def test_a_partial_file_longer_than_its_object_is_begun_anew(big: Place) -> None:
    big.fail(at="users.parquet", cut=1000, times=2)
    big.refused()
    (partial,) = big.begun()
    partial.write_bytes(b"x" * 400_000)
    assert contents(big.fetched())["users.parquet"] == BIG


def test_a_damaged_partial_file_is_found_by_the_md5_and_fetched_anew(big: Place) -> None:
    big.fail(at="users.parquet", cut=1000, times=2)
    big.refused()
    (partial,) = big.begun()
    partial.write_bytes(bytes(2000))
    assert big.refused() == ["users.parquet: arrived damaged: its MD5 is not its ETag"]
    assert contents(big.fetched())["users.parquet"] == BIG


def test_an_object_that_arrives_with_other_content_is_refused(big: Place) -> None:
    big.fail(at="users.parquet", body=BIG[::-1])
    assert big.refused() == ["users.parquet: arrived damaged: its MD5 is not its ETag"]
    assert all(path.read_bytes() != BIG[::-1] for path in big.kept())


@pytest.mark.parametrize("header", ["x-amz-server-side-encryption", "x-amz-server-side-encryption-customer-algorithm"])
def test_the_etag_of_what_a_customers_key_encrypts_is_no_md5(big: Place, header: str) -> None:
    whole = big.as_it_is("users.parquet")

    def answer() -> tuple[int, dict[str, str], bytes]:
        status, headers, body = whole()
        return status, headers | {header: "aws:kms"}, body[::-1]

    big.fail(at="users.parquet", answer=answer)
    assert contents(big.fetched())["users.parquet"] == BIG[::-1]


def test_an_object_that_vanished_is_told(stored: Place) -> None:
    stored.fail(at="courses.parquet", then=lambda: stored.delete("courses.parquet"))
    assert stored.refused() == ["courses.parquet: vanished while the export was being fetched"]


@pytest.mark.parametrize("knows", [True, False], ids=["If-Match", "no If-Match"])
@pytest.mark.parametrize("cut", [0, 70_000], ids=["before", "midway"])
def test_an_object_that_was_swapped_is_told_even_by_a_store_without_if_match(big: Place, knows: bool, cut: int) -> None:
    if cut:
        big.fail(at="users.parquet", cut=cut)
    answer = None if knows else big.as_it_is("users.parquet", cut)
    big.fail(at="users.parquet", answer=answer, then=lambda: big.put("users.parquet", BIG[::-1]))
    assert big.refused() == ["users.parquet: was rewritten while the export was being fetched"]
    assert contents(big.fetched())["users.parquet"] == BIG[::-1]


def test_an_object_that_was_truncated_is_told(big: Place) -> None:
    big.fail(at="users.parquet", cut=70_000)
    big.fail(at="users.parquet", then=lambda: big.put("users.parquet", BIG[:1000]))
    assert big.refused() == ["users.parquet: was rewritten while the export was being fetched"]


def test_an_object_that_is_shorter_than_listed_is_told_with_both_sizes(big: Place) -> None:
    big.fail(at="users.parquet", body=BIG[:1000])
    said = "has 1,000 bytes, but was listed with 300,000 while the export was being fetched"
    assert big.refused() == [f"users.parquet: {said}"]


@pytest.mark.parametrize("at", ["list-type", "users.parquet"])
def test_one_503_is_tried_again(stored: Place, at: str) -> None:
    stored.fail(at=at, status=503)
    assert len(contents(stored.fetched())) == len(SCHEMAS)


@pytest.mark.parametrize("at", ["list-type", "users.parquet"])
@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        (503, "SlowDown", "the store cannot answer now (503 SlowDown)"),
        (500, "<script>", "the store cannot answer now (500)"),
        (403, "AccessDenied", "the store refuses these credentials (403 AccessDenied)"),
        (400, "BadDigest", "the store refuses the request (400 BadDigest)"),
        (404, "NoSuchBucket", "no such bucket"),
    ],
)
def test_a_store_that_refuses_is_told_of_once_and_what_is_here_stays(
    stored: Place, at: str, status: int, code: str, said: str
) -> None:
    kept = contents(stored.fetched())
    stored.put("users.parquet", b"other users")
    stored.fail(at=at, status=status, code=code, times=None)
    assert stored.refused() == [f"{stored.location}: {said}"]
    assert {path.read_bytes() for path in stored.kept()} >= set(kept.values())
    stored.proxy.faults.clear()
    assert contents(stored.fetched()) == kept | {"users.parquet": b"other users"}


@pytest.mark.parametrize("at", ["list-type", "users.parquet"])
def test_a_store_that_never_answers_is_given_up(stored: Place, at: str) -> None:
    stored.fail(at=at, mute=True, times=None)
    assert stored.refused(stored.source(HASTY)) == [f"{stored.location}: the store does not answer in time"]


def test_what_is_no_store_is_told_as_a_store_that_fails(stored: Place) -> None:
    stored.fail(at="list-type", body=b"<html><body>Welcome to the <b>network", times=None)
    assert stored.refused() == [f"{stored.location}: the store cannot answer now (500)"]


def test_a_store_that_cannot_be_reached_is_told(place: Place) -> None:
    with closed_port() as address:
        source = Bucket(place.location, place.cache, BucketOptions(address, limits=FEW))
        assert place.refused(source) == [f"{place.location}: the store cannot be reached"]


def test_a_bucket_that_is_not_there_is_told(place: Place) -> None:
    nowhere = replace(place, bucket="no-such-bucket")
    assert nowhere.refused() == [f"{nowhere.location}: no such bucket"]


@pytest.mark.parametrize("name", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
def test_wrong_credentials_are_told_without_them(
    stored: Place, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv(name, "wrong-ones")
    (said,) = stored.refused()
    assert said.startswith(f"{stored.location}: the store refuses these credentials (403 ")
    assert "wrong-ones" not in said
    assert not [word for word in ("wrong-ones", "Signature=", "AWS4-HMAC") if word in caplog.text]


def test_missing_credentials_are_told(stored: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert stored.refused() == [f"{stored.location}: no credentials for the store, such as AWS_ACCESS_KEY_ID"]


def test_no_error_keeps_what_botocore_said_of_it(stored: Place) -> None:
    """Its messages hold addresses and parts of requests, which a traceback in the log would show."""
    stored.fail(at="users.parquet", status=403, times=None)
    with pytest.raises(SourceError) as caught:
        stored.fetched()
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def partial_of_users(place: Place) -> Path:
    (path,) = place.source().look().files["users"]
    place.cache.mkdir(exist_ok=True)
    return path.with_suffix(".part")


def test_a_full_disk_is_told_and_nothing_half_is_left(big: Place) -> None:
    partial_of_users(big).symlink_to("/dev/full")
    assert big.refused() == [f"{big.location}: cannot be kept on this machine: No space left on device"]
    assert big.kept(".part") == []
    assert contents(big.fetched())["users.parquet"] == BIG


def test_a_disk_that_is_full_before_the_end_is_told_in_a_process_of_its_own(big: Place) -> None:
    """The kernel refuses any byte above the limit."""
    script = (
        "import resource, sys; from pathlib import Path; from tests.bucketed import FEW, quiet;"
        "from warehouse.source import BucketOptions, SourceError, source_of;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000));"
        "source = source_of(sys.argv[1], Path(sys.argv[2]), BucketOptions(sys.argv[3], limits=FEW));"
        "export = source.look()\n"
        "try: source.fetch(export, quiet)\n"
        "except SourceError as error: print(error)"
    )
    command = [sys.executable, "-c", script, big.location, str(big.cache), big.proxy.url]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | {"PYTHONPATH": "."})
    assert done.stdout == f"{big.location}: cannot be kept on this machine: File too large\n"
    assert big.kept(".part") == []


def test_what_does_not_fit_on_the_disk_is_not_begun(big: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = [int(stamp.partition("-")[0]) for stamp in big.source().look().stamps.values()]
    monkeypatch.setattr("warehouse.cache.FileCache.free", lambda cache: sum(sizes) - 1)
    needed = f"{sum(sizes):,} bytes are needed, {sum(sizes) - 1:,} are free"
    assert big.refused() == [f"{big.location}: cannot be kept on this machine: {needed}"]
    assert big.gets() == []


def test_a_cache_that_cannot_be_written_is_told(big: Place) -> None:
    big.cache.write_text("not a folder")
    assert big.refused() == [f"{big.location}: cannot be kept on this machine: File exists"]


def test_a_failure_stops_the_others_and_keeps_what_they_have(place: Place) -> None:
    for number in range(30):
        place.put(f"users/{number:02}.parquet", BIG[: 1000 + number])
    place.fail(at="users/04.parquet", status=403, times=None)
    limits = replace(FEW, at_once=1)
    assert len(place.refused(place.source(limits))) == 1
    assert len(set(place.gets())) == 5
    place.proxy.faults.clear()
    place.fetched(place.source(limits))
    assert len(place.gets()) == 26


def test_the_cache_holds_an_object_under_no_name_of_its_own(big: Place) -> None:
    big.fetched()
    assert all(len(path.stem) == len(hashlib.sha256().hexdigest()) for path in big.kept())
    with pytest.raises(ExportError):
        replace(big, bucket="no-such-bucket").fetched()
    big.source().fetch(big.source().look(), quiet)
