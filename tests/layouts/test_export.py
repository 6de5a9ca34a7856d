"""The dialog of an export offers what REST takes, and no more than the viewer may have."""

import json
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dash.development.base_component import Component

from auth.viewer import CreatorScope
from downloads.order import Format
from layouts.export import AS_IN_TABLE, ExportView, export_body
from layouts.export_words import COLUMN_LABELS, EXPORT_SORTS, FORMATS, TABLE_TITLES, column_label, counted_rows
from layouts.grid import grid
from queries.export_columns import SESSION_COLUMNS, open_to
from queries.filters import SessionFilters
from queries.models import PersonOption
from queries.sessions import Sort
from services.downloads.params import ExportTable
from tests.layouts.samples import attributes_of, words_of
from tests.layouts.test_page import LINKS

BERLIN = ZoneInfo("Europe/Berlin")
EVERYTHING = CreatorScope(all_creators=True, sees_private=True)
WITHOUT_COMMENTS = CreatorScope(all_creators=True)


def view(**changed: Any) -> ExportView:
    given: dict[str, Any] = {
        "table": "sessions", "rows": 1085, "sheets": 1, "sort": "-scheduled_start", "address": "/api?x=1",
        "filters": SessionFilters(BERLIN, 2), "chosen": {}, "columns": open_to(EVERYTHING),
    }  # fmt: skip
    return ExportView(**given | changed)


def every(drawn: Any, name: str) -> Iterator[Any]:
    """Every value of one attribute, of components without children too."""
    if isinstance(drawn, list | tuple):
        for part in drawn:
            yield from every(part, name)
    elif isinstance(drawn, Component):
        props = drawn.to_plotly_json()["props"]
        yield from [props[name]] if name in props else []
        yield from every(props.get("children"), name)


def offered(drawn: Any) -> set[str]:
    """Values of all choices that are drawn."""
    return {option["value"] for options in every(drawn, "options") for option in options}


def test_formats_tables_and_orders_are_those_of_rest() -> None:
    assert set(FORMATS) == {format_.value for format_ in Format}
    assert set(TABLE_TITLES) == {table.value for table in ExportTable}
    assert set(EXPORT_SORTS) == {sort.value for sort in Sort}


def test_every_column_has_a_label_of_its_own_and_no_label_is_without_a_column() -> None:
    labels = [column_label(column.name) for column in SESSION_COLUMNS]
    assert len(set(labels)) == len(labels) > 30
    instants = {column.name.removesuffix("_utc").removesuffix("_local") for column in SESSION_COLUMNS}
    assert instants == set(COLUMN_LABELS)


def test_as_in_the_table_knows_every_column_of_the_table_and_names_those_of_the_file() -> None:
    (columns,) = every(grid(LINKS, [PersonOption("c", "Cleo", None, 3)], watches=True), "columnDefs")
    assert {column["colId"] for column in columns} - {"actions"} == set(AS_IN_TABLE)
    named = {name for names in AS_IN_TABLE.values() for name in names}
    assert named <= {column.name for column in open_to(WITHOUT_COMMENTS)}


@pytest.mark.parametrize(("scope", "private"), [(EVERYTHING, True), (WITHOUT_COMMENTS, False)])
def test_what_people_wrote_is_offered_to_those_only_who_may_read_it(scope: CreatorScope, private: bool) -> None:
    drawn = offered(export_body(view(columns=open_to(scope))))
    assert ({"notes", "student_comment", "st_comment", "dispute_reason"} <= drawn) is private
    assert "rating" in drawn


def test_the_recommended_columns_are_chosen_to_begin_with() -> None:
    drawn = export_body(view())
    recommended = [column.name for column in SESSION_COLUMNS if column.always]
    assert recommended in every(drawn, "value")
    assert json.dumps(recommended) in attributes_of(drawn, "data-recommended")
    assert f"As recommended ({len(recommended)})" in str(drawn)


def test_figures_have_no_columns_to_choose_nor_an_order_nor_sql() -> None:
    sessions, figures = export_body(view()), export_body(view(table="over_time", columns=[]))
    for words in ("Copy as DuckDB SQL", "Columns", "Newest first"):
        assert words in words_of(sessions)
        assert words not in words_of(figures)


def test_it_says_how_many_rows_in_which_order_and_by_which_clocks() -> None:
    words = words_of(export_body(view(sort="student")))
    for said in ("All 1,085 sessions, not only those loaded", "Student, A to Z · times in Europe/Berlin"):
        assert said in words
    assert counted_rows("student_teachers", 12) == "All 12 Student-Teachers"
    assert counted_rows("over_time", 1) == "1 row in all"


@pytest.mark.parametrize(("sheets", "said"), [(1, None), (2, "2 sheets"), (3, "3 sheets")])
def test_a_workbook_says_how_many_sheets_it_takes_where_one_does_not_do(sheets: int, said: str | None) -> None:
    (formats,) = (found for found in every(export_body(view(sheets=sheets)), "options") if len(found) == 4)
    workbook = words_of(next(option["label"] for option in formats if option["value"] == "xlsx"))
    assert (said in workbook) if said else ("sheet" not in workbook)


def test_filters_are_told_by_their_names_as_text_and_cannot_be_taken_back_here() -> None:
    hostile = "<img src=x onerror=alert(1)>"
    filters = SessionFilters(BERLIN, 2, course_ids=("k",), student_q="</b>")
    drawn = export_body(view(filters=filters, chosen={("course_id", "k"): hostile}))
    assert f"Course: {hostile}" in words_of(drawn)
    assert "Student: “</b>”" in words_of(drawn)
    assert attributes_of(drawn, "data-remove") == []
