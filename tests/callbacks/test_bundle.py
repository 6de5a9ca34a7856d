"""The page's own files come as few, kept by browsers until they change; what a first visit does without is apart."""

import re

import pytest

from callbacks.bundle import ASSETS, FOLDERS, Part, bundle
from layouts import ids
from tests.conftest import Served

PARTS: tuple[Part, ...] = ("page", "later")


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("kind", ["js", "css"])
def test_each_file_is_in_one_of_them_whole_and_boot_is_apart(kind: str, part: Part) -> None:
    text = bundle(kind, part).text
    files = sorted(FOLDERS[part].glob(f"*.{kind}"))
    assert len(files) > 1
    assert text == "\n".join(file.read_text() for file in files)
    assert "Runs before the page is drawn" not in text


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("kind", ["js", "css"])
def test_the_page_names_them_and_they_are_kept_for_good(two_creators: Served, kind: str, part: Part) -> None:
    found = bundle(kind, part)
    address = f"{ids.VENDOR_PATH}/{found.name}"
    page = two_creators.as_creator("anna").get(ids.PAGE_PATH).text
    assert address in page
    assert set(re.findall(r"/assets/([^\"?]+)", page)) == {"boot/boot.js"}
    answer = two_creators.as_nobody().get(address)
    assert answer.text == found.text
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"].startswith(found.media_type)


def test_what_is_called_of_the_later_scripts_is_defined_in_them() -> None:
    called = re.search(r"const CALLED = \[(.+?)\]", (ASSETS / "later.js").read_text(), re.DOTALL)
    assert called
    names = re.findall(r'"(\w+)"', called[1])
    assert len(names) > 5
    assert [name for name in names if f"page.{name} = " not in bundle("js", "later").text] == []


def test_what_the_first_scripts_call_is_in_them_or_said_to_come_later() -> None:
    first, later = bundle("js").text, bundle("js", "later").text
    called = set(re.findall(r"\bpage\.(\w+)\(", first))
    only_later = set(re.findall(r"\bpage\.(\w+) = ", later)) - set(re.findall(r"\bpage\.(\w+) = ", first))
    assert only_later
    assert {name for name in called & only_later if f'"{name}",' not in first} == set()
