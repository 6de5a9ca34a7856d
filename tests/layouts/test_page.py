import re
from pathlib import Path

from layouts import ids
from layouts.links import Links
from layouts.page import index, page
from layouts.theme import PALETTES, STATUS_COLOURS
from tests.layouts.samples import attributes_of, words_of

ASSETS = Path(__file__).parents[2] / "assets"
LINKS = Links("/studio", "/u/{user_id}", "/s/{session_id}", "/m/{user_id}", "/c/{course_id}")


def test_nothing_comes_from_another_host() -> None:
    sources = [index(LINKS), *(path.read_text() for path in ASSETS.rglob("*.*"))]
    found = {url for text in sources for url in re.findall(r"""(?:src|href|url)[=(]["']?(https?:[^"')\s]+)""", text)}
    assert found == set()


def test_both_themes_give_every_colour_and_every_status_has_one() -> None:
    assert PALETTES["light"].keys() == PALETTES["dark"].keys()
    assert set(STATUS_COLOURS.values()) <= PALETTES["light"].keys()
    for theme in PALETTES:
        assert f"[data-bs-theme={theme}]" in index(LINKS)


def test_css_names_only_colours_that_there_are() -> None:
    own = set(PALETTES["light"]) | {
        "hover",
        "hue",
        "line-mask",
        "dot",
        "scale-left",
        "scale-right",
        "rows",
        "row-height",
        "head-height",
        "fc-event-bg-color",
    }
    used = {name for path in ASSETS.rglob("*.css") for name in re.findall(r"var\(--([a-z-]+)\)", path.read_text())}
    assert used <= own


def test_scripts_know_only_ids_that_there_are() -> None:
    known = {value for name, value in vars(ids).items() if name.isupper()}
    scripts = " ".join(path.read_text() for folder in (ASSETS, ASSETS / "later") for path in folder.glob("*.js"))
    named = set(re.findall(r"""(?:getElementById\(|find\(|\bset\(|set_props\(|GRID = )"([a-z]+-[a-z-]+)\"""", scripts))
    assert len(named) > 10
    assert named <= known


def test_ids_are_unique_on_the_page() -> None:
    found = attributes_of(page("Elena", "creator", LINKS, [], 12), "id")
    assert len(found) == len(set(found))


def test_a_creator_has_no_choice_of_creators() -> None:
    drawn = page("Elena", "creator", LINKS, [], 12)
    assert "Elena · Creator" in words_of(drawn)
    assert "creator-choice" in attributes_of(drawn, "className")
    assert True in attributes_of(drawn, "hidden")
