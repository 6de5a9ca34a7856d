import pytest
from dash.development.base_component import Component

from layouts import ids
from layouts.header import tabs
from layouts.reviews import reviews
from queries.models import PersonOption
from queries.review_models import Outcome, Reason, ReviewState
from tests.layouts.samples import attributes_of, words_of
from tests.layouts.test_page import LINKS

CLEO = PersonOption("c1", "Cleo", None, 12)


def table_of(drawn: Component) -> dict[str, object]:
    """The settings of the table that waits in the store."""
    (store,) = [part for part in drawn.children if getattr(part, "id", None) == ids.REVIEW_TABLE]
    settings = store.data["props"]
    assert isinstance(settings, dict)
    return settings


@pytest.fixture
def to_operations() -> Component:
    return reviews(LINKS, [CLEO], decides=True)


@pytest.fixture
def to_a_creator() -> Component:
    return reviews(LINKS, [], decides=False)


def test_every_reason_is_a_choice_in_the_order_of_urgency(to_a_creator: Component) -> None:
    assert attributes_of(to_a_creator, "data-reason") == [reason.value for reason in Reason]


def test_only_who_decides_chooses_rows_and_has_some_of_their_own(
    to_operations: Component, to_a_creator: Component
) -> None:
    assert attributes_of(to_operations, "data-review") == ["", "mine", "decided"]
    assert attributes_of(to_a_creator, "data-review") == ["", "decided"]
    assert ids.REVIEW_BATCH in attributes_of(to_operations, "id")
    assert ids.REVIEW_BATCH not in attributes_of(to_a_creator, "id")
    assert "rowSelection" in table_of(to_operations)["dashGridOptions"]  # type: ignore[operator]
    assert "rowSelection" not in table_of(to_a_creator)["dashGridOptions"]  # type: ignore[operator]


def test_staff_see_whose_course_it_is(to_operations: Component, to_a_creator: Component) -> None:
    def columns(drawn: Component) -> list[str]:
        return [column["colId"] for column in table_of(drawn)["columnDefs"]]  # type: ignore[attr-defined]

    assert columns(to_operations) == [*columns(to_a_creator), "creator"]


def test_no_column_sorts_as_a_thousand_of_many_would_mislead(to_operations: Component) -> None:
    settings = table_of(to_operations)
    assert settings["defaultColDef"]["sortable"] is False  # type: ignore[index]
    assert not any("sortable" in column or "sort" in column for column in settings["columnDefs"])  # type: ignore[attr-defined]


def test_cells_know_the_label_of_whatever_a_row_may_hold(to_a_creator: Component) -> None:
    context = table_of(to_a_creator)["dashGridOptions"]["context"]  # type: ignore[index]
    assert context["reasons"].keys() == {reason.value for reason in Reason}
    assert context["states"].keys() == {state.value for state in ReviewState}
    assert context["outcomes"].keys() == {outcome.value for outcome in Outcome}


def test_the_count_of_what_waits_is_hidden_until_it_is_known() -> None:
    drawn = tabs()
    assert "Needs review" in words_of(drawn)
    assert ids.REVIEW_COUNT in attributes_of(drawn, "id")
    assert True in attributes_of(drawn, "hidden")
