"""SQL is checked against what it is called with when it is loaded, and nothing but an order is ever spliced."""

import re
from pathlib import Path

import pytest

from queries import statement
from queries.sessions import OrderBy
from queries.statement import FILTER_PARAMETERS, load
from tests.queries.asking import question
from tests.queries.fold import Asked
from tests.queries.world import NOW


@pytest.fixture
def sql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(statement, "SQL", tmp_path)
    return tmp_path


def test_a_statement_with_the_declared_parameters_loads(sql: Path) -> None:
    (sql / "ask.sql").write_text("SELECT $one, $two, $one")
    assert load("ask", "one", "two").sql == "SELECT $one, $two, $one"


@pytest.mark.parametrize(
    ("text", "declared", "named"),
    [
        ("SELECT $one, $two", ("one",), "two"),
        ("SELECT $one", ("one", "two"), "two"),
        ("SELECT 1", ("one",), "one"),
        ("SELECT $one", (), "one"),
        ("SELECT * FROM snapshot.sessions WHERE {filtered_sessions} AND id = $id", (), "id"),
        ("SELECT * FROM snapshot.sessions WHERE creator_id = $creator_id", (), "creator_id"),
    ],
)
def test_a_statement_whose_parameters_are_others_than_declared_is_refused(
    sql: Path, text: str, declared: tuple[str, ...], named: str
) -> None:
    (sql / "ask.sql").write_text(text)
    with pytest.raises(ValueError, match=rf"ask\.sql: parameters \['{named}'\]"):
        load("ask", *declared)


def test_the_predicate_is_asked_with_scope_and_filters_together() -> None:
    asking = question(Asked("c1", NOW))
    places = {"first_place", "last_place"}  # which the snapshot knows of the scope's creator
    assert set(statement.filter_values(asking.scope, asking.filters)) | places == set(FILTER_PARAMETERS)


def test_a_condition_without_a_value_is_left_out_and_the_scope_never_is() -> None:
    narrowed, parameters = statement._narrowed(
        "SELECT 1 WHERE {filtered_sessions}", frozenset({"low_rating", "rating_min"})
    )
    assert "($all_creators OR creator_id = $creator_id)" in narrowed
    assert parameters == {"all_creators", "creator_id", "rating_min"}
    every, parameters = statement._narrowed("SELECT 1 WHERE {filtered_sessions}", FILTER_PARAMETERS)
    assert every.count(" AND ") > 12
    assert parameters == FILTER_PARAMETERS


def test_every_statement_file_is_loaded_with_a_known_order_or_none() -> None:
    listed = [path for path in statement.SQL.glob("*.sql") if "{order_by}" in path.read_text()]
    assert {path.stem for path in listed} == {
        "list_sessions_late", "list_upcoming", "get_place", "order_sessions", "export_sessions",
    }  # fmt: skip
    words = set(re.findall(r"\w+", " ".join(order.value for order in OrderBy)))
    columns = "scheduled_start id course_title student_search st_name actual_minutes status rating has_recording"
    assert words == {*columns.split(), "lower", "ASC", "DESC", "NULLS", "LAST"}
