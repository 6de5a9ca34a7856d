import json
from datetime import date
from typing import Any

import plotly.graph_objects as go
import pytest

from layouts.by_st import by_st_figure, by_st_height
from layouts.figures import plain
from layouts.over_time import over_time_figure, over_time_title
from layouts.theme import PALETTES
from queries.models import SessionStats
from queries.periods import Period
from tests.layouts.samples import a_teacher, some_stats, some_weeks, words_of

RATED: dict[str, Any] = {"rated_sessions": 8, "ratings": 38, "rating_squares": 182}
STRUGGLING: dict[str, Any] = {"rated_sessions": 8, "ratings": 16, "rating_squares": 34}
FEW: dict[str, Any] = {"rated_sessions": 4, "ratings": 8, "rating_squares": 18}


def dots_of(stats: SessionStats) -> go.Scatter:
    return next(t for t in by_st_figure(stats, "light").data if t.type == "scatter" and t.mode == "markers")


def marker_colours(teacher_sums: dict[str, Any], *, few: bool = False) -> list[str]:
    stats = some_stats(a_teacher(**teacher_sums, few=few), rated_sessions=100, ratings=450, rating_squares=2100)
    dots = next(
        trace for trace in by_st_figure(stats, "light").data if trace.type == "scatter" and trace.mode == "markers"
    )
    return list(dots.marker.color)


def test_a_warning_colour_wants_an_interval_well_below_the_mean_of_all() -> None:
    assert marker_colours(RATED) == [PALETTES["light"]["accent"]]
    assert marker_colours(STRUGGLING) == [PALETTES["light"]["nosh"]]


def test_few_ratings_are_never_drawn_in_a_warning_colour_and_say_so() -> None:
    assert marker_colours(FEW, few=True) == [PALETTES["light"]["mute"]]
    figure = by_st_figure(some_stats(a_teacher(**FEW, few=True)), "light")
    assert any("few ratings" in text for trace in figure.data if trace.text for text in trace.text)


def test_a_teacher_without_ratings_is_drawn_without_a_dot() -> None:
    assert list(dots_of(some_stats(a_teacher())).x) == []
    figure = by_st_figure(some_stats(a_teacher()), "dark")
    assert any("no ratings" in text for trace in figure.data if trace.text for text in trace.text)


def test_every_teacher_has_a_row_and_a_click_names_them() -> None:
    teachers = [a_teacher(f"Teacher {number}", f"st{number}") for number in range(47)]
    figure = by_st_figure(some_stats(*teachers), "light")
    bars = next(trace for trace in figure.data if trace.name == "sessions")
    assert [json.loads(row[1]) for row in bars.customdata] == [{"st_id": f"st{number}"} for number in range(47)]
    assert by_st_height(some_stats(*teachers)) > 47 * 20


@pytest.mark.parametrize("name", ["<b>bold</b>", "<a href='javascript:1'>x</a>", "a & b"])
def test_names_in_a_figure_are_text(name: str) -> None:
    drawn = by_st_figure(some_stats(a_teacher(name)), "light").to_json()
    assert "<b>bold" not in drawn.replace("\\u003c", "<")
    assert "<a href" not in drawn.replace("\\u003c", "<")
    assert plain(name).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == name


def test_a_long_name_is_cut_with_an_ellipsis() -> None:
    assert plain("x" * 130, 24) == "x" * 23 + "…"


def test_bars_are_stacked_by_outcome_and_scheduled_ones_appear_only_where_there_are_any() -> None:
    past = some_weeks({"total_sessions": 3, "completed": 2, "no_show": 1}, {"total_sessions": 0})
    assert [trace.name for trace in over_time_figure(past, Period(), "light").data] == [
        "Completed",
        "Cancelled",
        "No-show",
    ]
    assert "Scheduled" not in words_of(over_time_title(past))
    ahead = some_weeks({"total_sessions": 1, "scheduled": 1})
    assert [trace.name for trace in over_time_figure(ahead, Period(), "light").data][-1] == "Scheduled"
    assert "Scheduled" in words_of(over_time_title(ahead))


def test_a_bucket_that_is_cut_is_lighter_and_says_so() -> None:
    bar = over_time_figure(some_weeks({"total_sessions": 1, "completed": 1}, partial=True), Period(), "light").data[0]
    assert list(bar.marker.opacity) == [0.55]
    assert bar.customdata[0][0].endswith("(in part)")


def test_without_sessions_the_charts_say_so() -> None:
    assert "No sessions in this range" in over_time_figure(some_weeks(), Period(), "light").to_json()
    assert "No sessions in this range" in by_st_figure(some_stats(), "dark").to_json()


def test_the_title_names_the_bucket() -> None:
    assert words_of(over_time_title(some_weeks({"total_sessions": 1}))).startswith("Sessions per week")


def test_a_segment_opens_its_own_rows_within_the_range() -> None:
    cut = Period(first=date(2026, 9, 9), last=date(2026, 9, 15))
    weeks = some_weeks({"total_sessions": 1, "completed": 1}, {"total_sessions": 1, "completed": 1})
    opened = [json.loads(point[1]) for point in over_time_figure(weeks, cut, "light").data[0].customdata]
    assert [(fields["from"], fields["to"]) for fields in opened] == [
        ("2026-09-09", "2026-09-13"),
        ("2026-09-14", "2026-09-15"),
    ]
    assert {fields["status"] for fields in opened} == {"completed"}


def test_a_dot_opens_the_rated_sessions_and_a_share_the_completed_ones() -> None:
    stats = some_stats(a_teacher(id_="st9", **RATED))
    assert json.loads(dots_of(stats).customdata[0][1]) == {"st_id": "st9", "status": "completed", "rated": "true"}
    shares = next(t for t in by_st_figure(stats, "light").data if t.type == "bar" and t.xaxis == "x4")
    assert json.loads(shares.customdata[0][1]) == {"st_id": "st9", "status": "completed"}
