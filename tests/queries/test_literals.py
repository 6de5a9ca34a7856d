"""A value in a statement's text is the value that a parameter would be."""

from datetime import UTC, datetime
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.literals import inlined, literal
from tests.hostile import HOSTILE

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
INSTANTS = st.datetimes(datetime(1900, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC))
VALUES = st.one_of(st.none(), st.booleans(), st.integers(-(2**31), 2**31), TEXT, st.sampled_from(HOSTILE), INSTANTS)


@pytest.fixture(scope="module")
def con() -> Any:
    with duckdb.connect() as opened:
        opened.execute("SET TimeZone = 'UTC'")
        yield opened


@given(VALUES)
def test_a_literal_is_the_value_that_a_parameter_gives(con: Any, value: Any) -> None:
    cast = "::TIMESTAMPTZ" if isinstance(value, datetime) else ""
    same = con.execute(f"SELECT {literal(value)} IS NOT DISTINCT FROM $value{cast}", {"value": value}).fetchone()
    assert same == (True,)


@given(st.lists(TEXT, min_size=1, max_size=5))
def test_a_list_is_a_list_of_literals(con: Any, values: list[str]) -> None:
    assert con.execute(f"SELECT {literal(values)}").fetchone() == (values,)


def test_what_stands_in_a_value_is_not_taken_for_a_parameter() -> None:
    assert inlined("SELECT $a, $b", {"a": "$b", "b": 1}) == "SELECT '$b', 1"


def test_a_type_that_no_filter_has_is_refused() -> None:
    with pytest.raises(TypeError):
        literal(object())
