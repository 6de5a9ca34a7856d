"""The page's own files come as one script and one style sheet, kept by browsers until they change."""

import re

import pytest

from callbacks.bundle import ASSETS, bundle
from layouts import ids
from tests.conftest import Served


@pytest.mark.parametrize("kind", ["js", "css"])
def test_each_file_is_in_it_whole_and_boot_is_apart(kind: str) -> None:
    text = bundle(kind).text
    files = [*sorted(ASSETS.glob(f"*.{kind}")), *sorted(ASSETS.glob(f"later/*.{kind}"))]
    assert len(files) > 5
    assert text == "\n".join(file.read_text() for file in files)
    assert "Runs before the page is drawn" not in text


@pytest.mark.parametrize("kind", ["js", "css"])
def test_the_page_names_it_and_it_is_kept_for_good(two_creators: Served, kind: str) -> None:
    address = f"{ids.VENDOR_PATH}/{bundle(kind).name}"
    page = two_creators.as_creator("anna").get(ids.PAGE_PATH).text
    assert address in page
    assert set(re.findall(r"/assets/([^\"?]+)", page)) == {"boot/boot.js"}
    answer = two_creators.as_nobody().get(address)
    assert answer.text == bundle(kind).text
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"].startswith(bundle(kind).media_type)
