import json
from datetime import date

import plotly.graph_objects as go

from layouts import over_time as layout
from layouts.over_time import blank, over_time_title
from layouts.theme import Theme
from queries.models import SessionsOverTime
from queries.periods import Period
from tests.layouts.samples import some_months, some_weeks, words_of


def over_time_figure(over_time: SessionsOverTime, period: Period, theme: Theme) -> go.Figure:
    """Drawn by plotly's own classes, which refuse what is no figure."""
    return go.Figure(layout.over_time_figure(over_time, period, theme))


def test_only_bars_are_drawn_for_which_the_page_has_a_part_of_plotly() -> None:
    drawn = over_time_figure(some_weeks({"total_sessions": 1, "scheduled": 1}), Period(), "dark")
    assert {trace.type for trace in drawn.data} == {"bar"}


def test_what_stands_in_the_charts_place_is_a_figure() -> None:
    assert len(go.Figure(blank()).data) == 0


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


def test_without_sessions_the_chart_says_so() -> None:
    assert "No sessions" in over_time_figure(some_weeks(), Period(), "light").to_json()


def test_the_title_names_the_bucket() -> None:
    assert words_of(over_time_title(some_weeks({"total_sessions": 1}))).startswith("Sessions per week")


def test_months_carry_their_year_where_it_changes_also_where_every_other_label_is_shown() -> None:
    axis = over_time_figure(some_months(date(2025, 12, 1), 12), Period(), "light").layout.xaxis
    assert list(axis.ticktext) == ["Dec 2025", "Feb 2026", "Apr 2026", "Jun", "Aug", "Oct"]


def test_a_segment_opens_its_own_rows_within_the_range() -> None:
    cut = Period(first=date(2026, 9, 9), last=date(2026, 9, 15))
    weeks = some_weeks({"total_sessions": 1, "completed": 1}, {"total_sessions": 1, "completed": 1})
    opened = [json.loads(point[1]) for point in over_time_figure(weeks, cut, "light").data[0].customdata]
    assert [(fields["from"], fields["to"]) for fields in opened] == [
        ("2026-09-09", "2026-09-13"),
        ("2026-09-14", "2026-09-15"),
    ]
    assert {fields["status"] for fields in opened} == {"completed"}


def test_scheduled_sessions_that_are_overdue_are_named_so() -> None:
    overdue = some_weeks({"total_sessions": 2, "scheduled": 2, "overdue": 1})
    assert "Scheduled or overdue" in words_of(over_time_title(overdue))
    assert "overdue" not in words_of(over_time_title(some_weeks({"total_sessions": 2, "scheduled": 2})))
