"""Nothing that the layouts draw is said past the catalogue."""

import inspect
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from dash import html
from dash.development.base_component import Component

from layouts import page as whole
from layouts.language import speaking
from tests.layouts.drawn import PARTS
from tests.layouts.test_page import LINKS
from tests.pseudo import located_in, recorded_language, untranslated

SHOWN = {
    "children", "title", "alt", "placeholder", "label", "aria-label", "headerName", "headerTooltip", "words", "text",
    "name", "hovertemplate", "ticktext", "customdata", "completed", "data-system", "data-light", "data-dark",
}  # fmt: skip
ALL_SHOWN = {"labels", "statuses", "reasons", "states", "outcomes", "localeText"}
WITHOUT_WORDS = {"ids", "language", "links", "skeleton", "theme"}


def shown(drawn: Any, key: str = "children", *, everything: bool = False) -> Iterator[str]:
    """Every text of what was drawn that a person gets to see or hear."""
    if isinstance(drawn, html.Code):
        return  # names in files
    if isinstance(drawn, str):
        if (everything or key in SHOWN) and not drawn.startswith("{"):
            yield drawn
    elif isinstance(drawn, list | tuple):
        for part in drawn:
            yield from shown(part, key, everything=everything)
    elif isinstance(drawn, Component | dict):
        props = drawn.to_plotly_json()["props"] if isinstance(drawn, Component) else drawn
        for name, value in props.items():
            if name == "name" and isinstance(drawn, Component):
                continue  # of a form's field; of a trace it is read
            yield from shown(value, name, everything=everything or name in ALL_SHOWN)


@pytest.mark.parametrize("part", PARTS)
def test_every_word_that_is_drawn_comes_from_the_catalogue(part: Callable[[], Iterator[Any]]) -> None:
    language, _ = recorded_language()
    with speaking(language):
        texts = list(shown(list(part())))
    assert len([text for text in texts if "⟦" in text]) > 10
    assert untranslated(texts) == []


def test_all_that_layouts_draw_is_drawn_here_and_every_message_of_theirs_used() -> None:
    language, recorded = recorded_language()
    called = set()
    sys.setprofile(lambda frame, event, _: called.add(frame.f_code) if event == "call" else None)
    try:
        with speaking(language):
            assert [list(part()) for part in PARTS]
            whole.index(LINKS)
    finally:
        sys.setprofile(None)
    assert {name for name, code in public_functions() if code not in called} == set()
    assert located_in("layouts/") - recorded.asked == set()


def public_functions() -> Iterator[tuple[str, Any]]:
    for file in sorted(Path(whole.__file__).parent.glob("*.py")):
        if file.stem in WITHOUT_WORDS | {"__init__"}:
            continue
        module = import_module(f"layouts.{file.stem}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):
                yield f"{file.stem}.{name}", function.__code__


def test_a_word_that_was_not_extracted_is_found() -> None:
    assert untranslated(["⟦Sessions⟧ 3", "3 sessions", "⟦times in ⟧Europe/Berlin", "1 Sep – 23 Nov"]) == ["3 sessions"]
