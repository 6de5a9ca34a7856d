"""Text that a spreadsheet would run gets an apostrophe; nothing else does."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from downloads.cells import neutral
from tests.hostile import HOSTILE
from tests.readback import harmless

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
RISKY = st.text(st.sampled_from("=+-@\t\r\n '＝＋－＠\u200b\ufeff\u3000\u00a0aB1<"), max_size=6)


def made(*texts: str | None) -> list[str | None]:
    found: list[str | None] = neutral(pa.array(texts, pa.string())).to_pylist()
    return found


@pytest.mark.parametrize("text", HOSTILE)
def test_each_hostile_text_is_made_harmless(text: str) -> None:
    assert made(text) == [harmless(text)]


@given(st.lists(st.one_of(st.none(), TEXT, RISKY), max_size=8))
def test_a_column_is_made_harmless_value_by_value(texts: list[str | None]) -> None:
    assert made(*texts) == [None if text is None else harmless(text) for text in texts]


@given(RISKY, RISKY)
def test_two_texts_never_become_one(one: str, other: str) -> None:
    assert (made(one) == made(other)) == (one == other)


def test_names_stay_as_they_are() -> None:
    names = ["Zoë O'Brien", "Łukasz", "李小龙", "'t Hart", "", None, "d'Arc", "1st grade", " Ann"]
    assert made(*names) == names
