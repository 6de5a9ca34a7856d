"""Figures of the question: header, tiles and charts, all from one round trip."""

from datetime import timedelta
from typing import Any

from dash import Dash, Input, Output, html, no_update

from auth.viewer import current_viewer
from callbacks.ask import ask, failure
from layouts import ids
from layouts.by_st import by_st_rows, by_st_title
from layouts.chips import chips
from layouts.header import range_label, totals_line
from layouts.language import gettext as _
from layouts.metrics import empty_tiles, tiles
from layouts.over_time import blank, over_time_figure, over_time_title
from layouts.page import no_sessions, nothing_matches, stale
from layouts.theme import PALETTES, Theme
from layouts.words import ALL_CREATORS, duration
from queries import stats
from queries.models import SessionStats, Totals
from queries.options import list_creators
from queries.ways_out import list_ways_out
from services import Question, Services

MOST_STS = 500
OUTPUTS = {
    "totals": Output(ids.HEADER_TOTALS, "children"),
    "range": Output(ids.RANGE_CUSTOM, "children"),
    "review_range": Output(ids.REVIEW_RANGE, "children"),
    "review_problem": Output(ids.REVIEW_PROBLEM, "children"),
    "first": Output(ids.RANGE_FROM, "value"),
    "last": Output(ids.RANGE_TO, "value"),
    "tiles": Output(ids.METRICS, "children"),
    "over_time_title": Output(ids.CHART_OVER_TIME_TITLE, "children"),
    "over_time": Output(ids.CHART_OVER_TIME, "figure"),
    "by_st_title": Output(ids.BY_ST_TITLE, "children"),
    "by_st": Output(ids.BY_ST, "rowData"),
    "chips": Output(ids.FILTER_CHIPS, "children"),
    "state": Output(ids.GRID_STATE, "children"),
    "notices": Output(ids.NOTICES, "children"),
}


def register(app: Dash, services: Services) -> None:
    @app.callback(output=OUTPUTS, inputs=[Input(ids.QUESTION, "data"), Input(ids.THEME, "data")])
    def show_figures(question: dict[str, Any] | None, theme: Theme | None) -> dict[str, Any]:
        if not question or theme not in PALETTES:
            return dict.fromkeys(OUTPUTS, no_update)
        try:
            return _figures(services, question, theme)
        except Exception as error:
            return _unanswered(failure(error))


def _figures(services: Services, question: dict[str, Any], theme: Theme) -> dict[str, Any]:
    asked = ask(services, question)
    found = stats.get_stats(asked.snapshot, asked.scope, asked.filters, asked.clock, most_sts=_most_sts(asked))
    over_time = stats.list_over_time(asked.snapshot, asked.scope, asked.filters, asked.clock)
    totals = stats.get_totals(asked.snapshot, asked.scope, asked.clock)
    period = asked.filters.period
    return {
        "totals": totals_line(totals, asked.clock, period, _whose(asked)),
        "range": range_label(period),
        "review_range": range_label(period),
        "review_problem": None,
        "first": period.first.isoformat() if period.first else None,
        "last": period.last.isoformat() if period.last else None,
        "tiles": tiles(found, over_time.buckets),
        "over_time_title": over_time_title(over_time),
        "over_time": over_time_figure(over_time, period, theme),
        "by_st_title": by_st_title(len(found.by_st), _count_sts(asked, found)),
        "by_st": by_st_rows(found),
        "chips": chips(asked.filters, asked.chosen),
        "state": _state(asked, found, totals),
        "notices": _notices(services, asked),
    }


def _most_sts(asked: Question) -> int | None:
    """A creator's Student-Teachers are all shown; of the platform's there are too many to."""
    return MOST_STS if asked.scope.all_creators else None


def _count_sts(asked: Question, found: SessionStats) -> int:
    if len(found.by_st) == _most_sts(asked):
        return stats.count_student_teachers(asked.snapshot, asked.scope, asked.filters)
    return len(found.by_st)


def _whose(asked: Question) -> str | None:
    """Whose sessions staff are looking at; a creator sees no others than their own."""
    if not current_viewer().is_staff:
        return None
    return _(ALL_CREATORS) if asked.scope.all_creators else list_creators(asked.snapshot, asked.scope)[0].name


def _unanswered(error: html.Div) -> dict[str, Any]:
    """No figure stays that belongs to another question. What is wrong with it is said wherever the figures are not."""
    nothing = {
        "chips": [],
        "tiles": [error, *empty_tiles(waiting=False)],
        "over_time": blank(),
        "by_st": [],
        "state": None,
        "review_problem": error,
    }
    return dict.fromkeys(OUTPUTS, no_update) | nothing


def _state(asked: Question, found: SessionStats, totals: Totals) -> Any:
    if not totals.total_sessions:
        return no_sessions()
    if found.total_sessions:
        return None
    return nothing_matches(list_ways_out(asked.snapshot, asked.scope, asked.filters))


def _notices(services: Services, asked: Question) -> Any:
    """Says so where the data is older than it should be: whoever reads a figure must not take it for today's."""
    age = asked.clock.now - asked.clock.data_as_of
    return stale(duration(age)) if age > timedelta(hours=services.settings.stale_hours) else None
