"""Exports in a bucket: what is listed, what is fetched, and what is not fetched again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.bucketed import FEW, Place, contents, quiet
from tests.exports import SCHEMAS, arrow_table, write_export, write_table
from warehouse.check import check_export
from warehouse.contract import ExportError
from warehouse.source import SourceError, source_of

pytestmark = pytest.mark.s3
FILES = sorted(f"{name}.parquet" for name in SCHEMAS)


def test_an_export_in_a_bucket_is_the_same_export(stored: Place, prepared: Path) -> None:
    export = stored.fetched()
    assert contents(export) == {name: (prepared / "export" / name).read_bytes() for name in FILES}
    assert check_export(export) == []
    assert (export.location, export.sealed) == (stored.location, False)


def test_its_tables_may_be_folders_and_other_objects_are_ignored(place: Place, tmp_path: Path) -> None:
    folder = write_export(tmp_path / "export", users=None)
    for name in ("b", "month=2026-11/a", "month=2026-9/a"):
        write_table(folder / "users" / f"{name}.parquet", arrow_table("users", [{"id": name}]))
    place.put_folder(folder)
    for name in ("users/readme.txt", "users_old.parquet", "users/folder.parquet/", "notes/a.parquet"):
        place.put(name, b"not of it")
    place.put("../elsewhere/users.parquet", b"not of it")
    export = place.source().look()
    users = [export.name_of(path) for path in export.files["users"]]
    assert users == ["users/b.parquet", "users/month=2026-11/a.parquet", "users/month=2026-9/a.parquet"]
    assert len(export.names) == len(SCHEMAS) - 1 + 3


@pytest.mark.parametrize("form", ["s3://{bucket}", "s3://{bucket}/", "s3://{bucket}/a/b", "s3://{bucket}/a/b/"])
def test_the_prefix_may_be_none_and_ends_with_a_slash_or_not(place: Place, prepared: Path, form: str) -> None:
    root = replace(place, prefix="a/b/" if "a/b" in form else "")
    root.put_folder(prepared / "export")
    root.put("users2.parquet", b"")
    source = source_of(form.format(bucket=place.bucket), place.cache, place.source()._options)
    assert sorted(source.look().names.values()) == FILES


def test_tables_that_are_missing_or_given_twice_are_problems_as_in_a_folder(stored: Place) -> None:
    stored.delete("courses.parquet")
    stored.put("users/a.parquet", b"")
    assert [str(problem) for problem in stored.source().look().problems] == [
        "users.parquet: given twice, as a file and as the folder users/",
        "courses.parquet: missing table, and no parquet files in courses/ either",
    ]


def test_a_listing_of_many_pages_is_read_to_its_end(place: Place) -> None:
    names = [f"users/{number:04}.parquet" for number in range(23)]
    for name in names:
        place.put(name, name)
    export = place.source(replace(FEW, page_size=5)).look()
    assert [export.name_of(path) for path in export.files["users"]] == names
    assert len(place.proxy.asked) == 5


def test_the_data_is_as_of_the_newest_of_its_objects(stored: Place) -> None:
    before = stored.source().look().as_of
    assert before.tzinfo is not None
    assert abs(datetime.now(UTC) - before) < timedelta(minutes=5)
    heads = [stored.client.head_object(Bucket=stored.bucket, Key=f"{stored.prefix}{name}") for name in FILES]
    newest = max(head["LastModified"] for head in heads)
    assert abs(before - newest) <= timedelta(seconds=1)


def test_only_what_changed_is_fetched_again(stored: Place) -> None:
    source = stored.source()
    first = stored.fetched(source)
    assert stored.gets() == FILES
    assert contents(stored.fetched(source)) == contents(first)
    assert stored.gets() == []

    stored.put("users.parquet", b"other users")
    second = stored.fetched()
    assert stored.gets() == ["users.parquet"]
    assert contents(second) == contents(first) | {"users.parquet": b"other users"}
    assert second.fingerprint != first.fingerprint
    assert contents(first)["users.parquet"] != b"other users"


def test_files_of_the_same_content_under_two_names_are_two_files(stored: Place) -> None:
    stored.delete("users.parquet")
    for name in ("users/a.parquet", "users/b.parquet"):
        stored.put(name, b"the same")
    export = stored.fetched()
    assert len(set(export.files["users"])) == 2
    assert [export.name_of(path) for path in export.files["users"]] == ["users/a.parquet", "users/b.parquet"]


def test_an_object_in_parts_has_an_etag_that_is_no_md5_and_is_fetched_all_the_same(stored: Place) -> None:
    target = {"Bucket": stored.bucket, "Key": f"{stored.prefix}users.parquet"}
    parts = [b"a" * (5 << 20), b"b" * 77]
    upload = stored.client.create_multipart_upload(**target)["UploadId"]
    etags = [
        stored.client.upload_part(**target, UploadId=upload, PartNumber=number, Body=part)["ETag"]
        for number, part in enumerate(parts, start=1)
    ]
    listed = [{"ETag": etag, "PartNumber": number} for number, etag in enumerate(etags, start=1)]
    stored.client.complete_multipart_upload(**target, UploadId=upload, MultipartUpload={"Parts": listed})
    stored.fail(at="users.parquet", cut=3_000_001)
    export = stored.fetched()
    assert "-2" in export.stamps["users.parquet"]
    assert contents(export)["users.parquet"] == b"".join(parts)


def test_progress_is_told_in_bytes_and_ends_whole(stored: Place) -> None:
    source, told = stored.source(), list[tuple[str, float]]()
    source.fetch(source.look(), lambda stage, fraction: told.append((stage, fraction)))
    assert {stage for stage, _ in told} == {"fetching"}
    fractions = [fraction for _, fraction in told]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1


def test_what_was_read_is_what_was_listed_even_if_the_bucket_goes_on(stored: Place) -> None:
    source = stored.source()
    export = stored.fetched(source)
    before = contents(export)
    stored.put("users.parquet", b"other users")
    assert source.is_current(export)
    assert contents(export) == before


@pytest.mark.parametrize(
    "name",
    ["users/../../../x.parquet", "users/./a.parquet", "users//a.parquet", "users/a\\b.parquet", "users/a\nb.parquet"],
)
def test_an_object_whose_name_is_not_plain_is_a_problem_and_never_a_path(stored: Place, name: str) -> None:
    stored.put(name, b"hostile")
    before = set(stored.cache.parent.rglob("*"))
    export = stored.fetched()
    (problem,) = export.problems
    assert "not a plain name" in problem.message
    assert problem.file == name.replace("\n", "\\n")
    assert sorted(export.names.values()) == FILES
    assert {path.parent for path in set(stored.cache.parent.rglob("*")) - before} == {stored.cache, stored.cache.parent}


def test_awkward_names_are_fetched(stored: Place) -> None:
    stored.delete("users.parquet")
    names = [
        f"users/{name}.parquet" for name in ("%2e%2e", "a+b c", "été & <x>", "q?x=1#z", "x" * 200, "month='11'/[a]*")
    ]
    for name in names:
        stored.put(name, name)
    found = {name: content for name, content in contents(stored.fetched()).items() if name.startswith("users/")}
    assert found == {name: name.encode() for name in names}


@pytest.mark.parametrize("location", ["s3://", "s3:///prefix", "s3://key:secret@bucket/x", "s3://b/a b"])
def test_a_location_that_names_no_bucket_is_refused_without_telling_it(tmp_path: Path, location: str) -> None:
    with pytest.raises(ExportError) as caught:
        source_of(location, tmp_path)
    assert str(caught.value) == "s3://…: must be of the form s3://bucket/prefix"


def test_a_bucket_without_a_folder_to_fetch_into_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="needs a folder"):
        source_of("s3://bucket/prefix")


def test_a_rewritten_object_of_the_same_content_is_newer_data_but_not_fetched(stored: Place) -> None:
    first = stored.fetched()
    body = contents(first)["users.parquet"]
    stored.gets()
    while (second := stored.source().look()).as_of == first.as_of:
        stored.put("users.parquet", body)  # until the store's clock, of whole seconds at worst, has gone on
    assert second.stamps == first.stamps
    assert second.fingerprint != first.fingerprint
    stored.source().fetch(second, quiet)
    assert stored.gets() == []


def test_an_export_that_changes_while_it_is_fetched_is_not_taken(stored: Place) -> None:
    stored.fail(at="users.parquet", then=lambda: stored.put("enrollments/b.parquet", b"new"))
    source = stored.source()
    export = source.look()
    with pytest.raises(SourceError) as caught:
        source.fetch(export, quiet)
    assert "enrollments" in str(caught.value)
    assert "changed while the export was being fetched" in str(caught.value)
