"""manifest.json: what it says, what it may say, and that an export is not read before it says so."""

import json
import re
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bucketed import Place, contents
from tests.exports import AS_OF, write_export
from warehouse.contract import ExportError
from warehouse.manifest import MOST_BYTES, Manifest, read_manifest
from warehouse.source import SourceError, open_export

ENTRY = {"name": "users.parquet", "size": 12}
OUTSIDE = ["/etc/passwd", "../x.parquet", "users/../../x", "users/./a", "users//a", "", "users/", "a\\b", "a\nb", "."]
PLAIN = st.text(st.characters(codec="utf-8"), min_size=1).filter(
    lambda name: name.isprintable() and "\\" not in name and not {"", ".", ".."} & set(name.split("/"))
)


def manifest_of(folder: Path, **more: Any) -> dict[str, Any]:
    """What the platform would write of the parquet files in a folder."""
    paths = sorted(folder.rglob("*.parquet"))
    entries = [{"name": path.relative_to(folder).as_posix(), "size": path.stat().st_size} for path in paths]
    return {"files": entries} | more


def seal(folder: Path, **more: Any) -> dict[str, Any]:
    manifest = manifest_of(folder, **more)
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return manifest


def said_of(content: Any) -> list[str]:
    """What is wrong with a manifest, given as JSON or as bytes."""
    with pytest.raises(ExportError) as caught:
        read_manifest(content if isinstance(content, bytes) else json.dumps(content).encode())
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"size": 1}, "files[1].name: Field required"),
        ({"name": "a"}, "files[1].size: Field required"),
        (ENTRY | {"size": -1}, "files[1].size: Input should be greater than or equal to 0"),
        (ENTRY | {"size": "12"}, "files[1].size: Input should be a valid integer"),
        (ENTRY | {"size": 12.0}, "files[1].size: Input should be a valid integer"),
        (ENTRY | {"size": True}, "files[1].size: Input should be a valid integer"),
        (ENTRY | {"name": 3}, "files[1].name: Input should be a valid string"),
        (ENTRY | {"etag": 3}, "files[1].etag: Input should be a valid string"),
        (ENTRY | {"etags": "x"}, "files[1].etags: Extra inputs are not permitted"),
        ("users.parquet", "files[1]: Input should be an object"),
        *((ENTRY | {"name": name}, "files[1].name: must name a file below the export's root") for name in OUTSIDE),
    ],
)
def test_an_entry_that_is_not_as_it_must_be_is_named_by_its_field(entry: Any, said: str) -> None:
    (problem,) = said_of({"files": [ENTRY | {"name": "courses.parquet"}, entry]})
    assert problem.startswith(f"manifest.json: {said}")


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        ({}, "files: Field required"),
        ({"files": None}, "files: Input should be a valid array"),
        ({"files": [ENTRY, ENTRY]}, "files: names users.parquet twice"),
        ({"files": [ENTRY], "writen_at": "x"}, "writen_at: Extra inputs are not permitted"),
        ({"files": [], "written_at": "2026-11-24T12:00:00"}, "written_at: Input should have timezone info"),
        ({"files": [], "written_at": "yesterday"}, "written_at: Input should be a valid datetime"),
        ({"files": [], "written_at": 1764000000}, "written_at: Input should be a valid datetime"),
        ({"files": [], "written_at": "0001-01-01T00:00:00+01:00"}, "written_at: must be a time that a calendar has"),
        ([], "Input should be an object"),
        (b"", "Invalid JSON: EOF"),
        (b'{"files": [', "Invalid JSON: EOF"),
        (b'{"files": []}}', "Invalid JSON: trailing characters"),
        (b'{"files": [{"name": "\xff", "size": 1}]}', "Invalid JSON: "),
        (b'{"a\\nb": 1, "files": []}', "a\\nb: Extra inputs are not permitted"),
    ],
)
def test_a_manifest_that_is_none_says_why(manifest: Any, said: str) -> None:
    (problem,) = said_of(manifest)
    assert problem.startswith(f"manifest.json: {said}")
    assert "\n" not in problem


def test_all_that_is_wrong_is_told_up_to_five_things() -> None:
    assert len(said_of({"files": [{"name": "/a"}, {"size": "x"}]})) == 4
    assert len(said_of({"files": [{"size": "x"}] * 9})) == 5


def test_a_manifest_too_large_to_be_one_is_not_read(tmp_path: Path) -> None:
    assert said_of(b" " * (MOST_BYTES + 1)) == ["manifest.json: larger than 16,000,000 bytes"]
    write_export(tmp_path)
    with (tmp_path / "manifest.json").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(ExportError, match="larger than"):
        open_export(tmp_path)


@given(
    st.dictionaries(PLAIN, st.tuples(st.integers(0, 2**62), st.none() | st.text(st.characters(codec="utf-8")))),
    st.none() | st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
)
def test_a_manifest_is_read_as_it_was_written(
    files: dict[str, tuple[int, str | None]], written_at: datetime | None
) -> None:
    entries = [{"name": name, "size": size} | ({"etag": etag} if etag else {}) for name, (size, etag) in files.items()]
    stamp = {"written_at": written_at.isoformat()} if written_at else {}
    manifest = read_manifest(json.dumps({"files": entries} | stamp).encode())
    assert {file.name: (file.size, file.etag) for file in manifest.files} == {
        name: (size, etag or None) for name, (size, etag) in files.items()
    }
    assert manifest.written_at == written_at
    assert manifest.complaints({name: (size, None) for name, (size, _) in files.items()}) == []


@given(st.text(st.sampled_from("./\\a\n\0é")) | st.text(st.characters(codec="utf-8")))
def test_a_name_that_is_taken_leads_to_no_other_place(name: str) -> None:
    try:
        (file,) = read_manifest(json.dumps({"files": [{"name": name, "size": 0}]}).encode()).files
    except ExportError:
        return
    assert ".." not in PurePosixPath(file.name).parts
    assert not PurePosixPath(file.name).is_absolute()
    assert str(PurePosixPath(file.name)) == file.name == name


@given(
    st.binary()
    | st.recursive(
        st.none() | st.booleans() | st.text() | st.integers(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["files", "name", "size", "x"]), inner),
    ).map(lambda value: json.dumps(value).encode())
)
def test_whatever_is_no_manifest_is_an_export_error(content: bytes) -> None:
    with suppress(ExportError):
        assert isinstance(read_manifest(content), Manifest)


def refused(folder: Path) -> list[str]:
    with pytest.raises(SourceError) as caught:
        open_export(folder)
    return [problem.summary() for problem in caught.value.problems]


def test_exactly_the_files_it_names_are_the_export(tmp_path: Path) -> None:
    write_export(tmp_path)
    seal(tmp_path)
    (tmp_path / "users").mkdir()
    (tmp_path / "users" / "next.parquet").write_bytes(b"of the next export")
    export = open_export(tmp_path)
    assert (export.problems, export.sealed) == ((), True)
    assert sorted(export.names.values()) == sorted(path.name for path in tmp_path.glob("*.parquet"))


def test_a_table_that_it_does_not_name_is_missing(tmp_path: Path) -> None:
    write_export(tmp_path)
    manifest = manifest_of(tmp_path)
    manifest["files"] = [entry for entry in manifest["files"] if entry["name"] != "users.parquet"]
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    assert [problem.file for problem in open_export(tmp_path).problems] == ["users.parquet"]


def test_a_file_of_another_size_says_that_the_export_is_still_being_written(tmp_path: Path) -> None:
    write_export(tmp_path)
    size = (tmp_path / "users.parquet").stat().st_size
    seal(tmp_path)
    (tmp_path / "users.parquet").write_bytes(b"nine here")
    (tmp_path / "courses.parquet").unlink()
    assert refused(tmp_path) == [
        "manifest.json: names courses.parquet, which is not there: the export is still being written",
        f"manifest.json: names users.parquet with {size:,} bytes, but it has 9: the export is still being written",
    ]


def test_of_many_files_that_are_not_there_five_are_named(tmp_path: Path) -> None:
    entries = [{"name": f"users/{number}.parquet", "size": 1} for number in range(1007)]
    (tmp_path / "manifest.json").write_text(json.dumps({"files": entries}))
    said = refused(tmp_path)
    assert len(said) == 6
    assert said[-1] == "manifest.json: and 1,002 more: the export is still being written"


def test_the_data_is_as_of_what_it_says_else_of_its_newest_file(tmp_path: Path) -> None:
    write_export(tmp_path)
    before = open_export(tmp_path)
    seal(tmp_path)
    assert (open_export(tmp_path).as_of, open_export(tmp_path).fingerprint) == (AS_OF, before.fingerprint)
    seal(tmp_path, written_at="2026-11-25T09:30:00+01:00")
    assert open_export(tmp_path).as_of.isoformat() == "2026-11-25T08:30:00+00:00"
    assert open_export(tmp_path).fingerprint != before.fingerprint


def test_its_etags_are_a_buckets_and_ignored_in_a_folder(tmp_path: Path) -> None:
    write_export(tmp_path)
    manifest = manifest_of(tmp_path)
    manifest["files"][0]["etag"] = "abc"
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    assert open_export(tmp_path).sealed


def sealed(place: Place, export: Path, *, etags: bool = False, **more: Any) -> dict[str, Any]:
    """Put the manifest of a folder's files into the bucket."""
    manifest = manifest_of(export, **more)
    if etags:
        for entry in manifest["files"]:
            head = place.client.head_object(Bucket=place.bucket, Key=f"{place.prefix}{entry['name']}")
            entry["etag"] = head["ETag"]
    place.put("manifest.json", json.dumps(manifest))
    return manifest


@pytest.mark.s3
@pytest.mark.parametrize("etags", [False, True])
def test_in_a_bucket_too_exactly_its_files_are_the_export(stored: Place, prepared: Path, etags: bool) -> None:
    sealed(stored, prepared / "export", etags=etags, written_at="2026-11-25T09:30:00Z")
    stored.put("users/next.parquet", b"of the next export")
    export = stored.fetched()
    assert (export.problems, export.sealed) == ((), True)
    assert export.as_of == datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
    assert sorted(contents(export)) == sorted(path.name for path in (prepared / "export").glob("*.parquet"))


@pytest.mark.s3
def test_in_a_bucket_another_etag_of_the_same_size_is_seen(stored: Place, prepared: Path) -> None:
    content = (prepared / "export" / "users.parquet").read_bytes()
    sealed(stored, prepared / "export", etags=True)
    stored.put("users.parquet", content[::-1])
    said = "names users.parquet with another ETag than it has: the export is still being written"
    assert stored.refused() == [f"manifest.json: {said}"]


@pytest.mark.s3
def test_a_sealed_export_is_taken_though_the_next_is_begun_beside_it(stored: Place, prepared: Path) -> None:
    sealed(stored, prepared / "export")
    stored.fail(at="users.parquet", then=lambda: stored.put("users/next.parquet", b"of the next export"))
    assert "users.parquet" in contents(stored.fetched())


@pytest.mark.s3
def test_a_sealed_export_whose_file_is_rewritten_meanwhile_is_not_taken(stored: Place, prepared: Path) -> None:
    sealed(stored, prepared / "export")
    stored.fail(at="users.parquet", then=lambda: stored.put("users.parquet", b"of the next export"))
    assert stored.refused() == ["users.parquet: was rewritten while the export was being fetched"]
    (said,) = stored.refused()
    assert re.fullmatch(r"manifest.json: names users.parquet with [\d,]+ bytes, but it has 18: .* written", said)


@pytest.mark.s3
def test_a_manifest_that_comes_while_files_are_fetched_is_waited_for(stored: Place, prepared: Path) -> None:
    stored.fail(at="users.parquet", then=lambda: sealed(stored, prepared / "export"))
    assert stored.refused() == ["manifest.json: changed while the export was being fetched"]
    assert stored.fetched().sealed


@pytest.mark.s3
def test_a_manifest_in_a_bucket_that_is_none_is_refused(stored: Place) -> None:
    stored.put("manifest.json", "{}")
    assert stored.refused() == ["manifest.json: files: Field required"]
    stored.put("manifest.json", b" " * (MOST_BYTES + 1))
    stored.gets()
    assert stored.refused() == ["manifest.json: larger than 16,000,000 bytes"]
    assert stored.gets() == []


@pytest.mark.s3
def test_a_manifest_that_vanished_or_was_rewritten_since_it_was_listed_is_told(stored: Place) -> None:
    stored.put("manifest.json", "{}")
    stored.fail(at="manifest.json", then=lambda: stored.put("manifest.json", "{ }"))
    assert stored.refused() == ["manifest.json: was rewritten while the export was being fetched"]
    stored.fail(at="manifest.json", then=lambda: stored.delete("manifest.json"))
    assert stored.refused() == ["manifest.json: vanished while the export was being fetched"]
