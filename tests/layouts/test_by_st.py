from typing import Any

import pytest

from layouts.by_st import by_st_rows, by_st_table, by_st_title
from tests.layouts.samples import a_teacher, some_stats, words_of

RATED: dict[str, Any] = {"rated_sessions": 8, "ratings": 38, "rating_squares": 182}
STRUGGLING: dict[str, Any] = {"rated_sessions": 8, "ratings": 16, "rating_squares": 34}
FEW: dict[str, Any] = {"rated_sessions": 4, "ratings": 8, "rating_squares": 18}


def row_of(teacher_sums: dict[str, Any], *, few: bool = False) -> dict[str, Any]:
    stats = some_stats(a_teacher(**teacher_sums, few=few), rated_sessions=100, ratings=450, rating_squares=2100)
    (row,) = by_st_rows(stats)
    return row


def test_a_warning_colour_wants_an_interval_well_below_the_mean_of_all() -> None:
    assert row_of(RATED)["colour"] == "accent"
    assert row_of(STRUGGLING)["colour"] == "nosh"


def test_few_ratings_are_never_drawn_in_a_warning_colour_and_say_so() -> None:
    row = row_of(FEW, few=True)
    assert row["colour"] == "mute"
    assert row["label"] == "2.00 · few ratings"


def test_a_teacher_without_ratings_has_no_dot_and_no_place_among_the_rated() -> None:
    row = row_of({})
    assert [row[name] for name in ("rating", "low", "high", "shrunk", "label")] == [None] * 4 + ["no ratings"]
    assert row["opens"]["rating"] is None


def test_a_dot_lies_on_the_scale_from_one_star_to_five_with_its_interval_around_it() -> None:
    row = row_of(RATED)
    assert row["rating"] == pytest.approx(100 * 3.75 / 4)
    assert 0 <= row["low"] < row["rating"] < row["high"] <= 100


def test_one_rating_has_a_dot_and_an_interval_of_no_width() -> None:
    row = row_of({"rated_sessions": 1, "ratings": 5, "rating_squares": 25}, few=True)
    assert row["low"] == row["rating"] == row["high"] == 100


def test_ratings_that_are_all_alike_are_not_told_as_a_mean_without_doubt() -> None:
    row = row_of({"rated_sessions": 8, "ratings": 40, "rating_squares": 200})
    assert row["label"] == "5.00 · all alike"
    assert "(all alike: nothing tells how far off it may be)" in row["words"]
    assert "95%" not in row["words"]
    assert row_of(RATED)["label"] == "4.75"


def test_a_share_of_nothing_is_a_dash() -> None:
    row = row_of({"completed": 0, "cancelled": 0, "total_sessions": 3, "scheduled": 3})
    assert (row["completion"], row["completed"], row["opens"]["completion"]) == (None, "–", None)


def test_every_teacher_has_a_row_whose_cells_open_what_they_count() -> None:
    teachers = [a_teacher(f"Teacher {number}", f"st{number}", **RATED) for number in range(47)]
    rows = by_st_rows(some_stats(*teachers))
    assert [row["opens"]["sessions"] for row in rows] == [{"st_id": f"st{number}"} for number in range(47)]
    assert rows[9]["opens"]["rating"] == {"st_id": "st9", "status": "completed", "rated": "true"}
    assert rows[9]["opens"]["completion"] == {"st_id": "st9", "status": "completed"}


def test_the_longest_bar_is_that_of_the_most_sessions() -> None:
    rows = by_st_rows(some_stats(a_teacher(total_sessions=10), a_teacher(total_sessions=40)))
    assert [row["share"] for row in rows] == [25, 100]


@pytest.mark.parametrize(("student_teachers", "rows"), [(0, 10), (10, 10), (12, 12), (15, 15), (47, 15)])
def test_there_is_room_for_ten_rows_and_fifteen_at_most(student_teachers: int, rows: int) -> None:
    assert by_st_table(student_teachers).children[1].style["--st-rows"] == rows


def test_the_title_says_how_many_there_are() -> None:
    assert "1,200" in words_of(by_st_title(1200, 1200))
    assert "the 500 with most sessions of 16,078" in words_of(by_st_title(500, 16_078))
    assert "no sessions" in words_of(by_st_title(0))
    assert words_of(by_st_title(None)) == "By Student-Teacher"


def test_each_column_can_be_sorted_and_the_ratings_are_by_what_they_are_worth() -> None:
    table = by_st_table(12).children[1].children
    assert table.defaultColDef["sortable"]
    assert [column["colId"] for column in table.columnDefs if column.get("sort")] == ["shrunk"]
