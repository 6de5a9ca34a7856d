"""Chart: sessions over time by outcome."""

import json
from typing import Any

from dash import dcc, html

from layouts import ids
from layouts.export import export_button
from layouts.language import gettext as _
from layouts.language import spoken, written_date
from layouts.theme import PALETTES, STATUS_COLOURS, Theme, figure_layout
from layouts.words import BUCKET_TITLES, STATUS_LABELS, day, days
from queries.filters import Status
from queries.models import Bucket, SessionsOverTime
from queries.periods import Period

Figure = dict[str, Any]
STACK = (Status.COMPLETED, Status.CANCELLED, Status.NO_SHOW, Status.SCHEDULED)
MOST_TICKS = 8
CONFIG = {"displayModeBar": False, "responsive": True, "doubleClick": False}


def over_time_chart() -> html.Section:
    return html.Section(
        [
            html.Div(
                [
                    html.H2(_("Sessions over time"), id=ids.CHART_OVER_TIME_TITLE),
                    html.Div(
                        [
                            html.Button(
                                _("Table"),
                                className="link",
                                **{
                                    "data-table": "toggle",
                                    "aria-expanded": "false",
                                    "aria-controls": ids.CHART_OVER_TIME_TABLE,
                                },
                            ),
                            export_button("over_time", _("Export figures over time"), "link"),
                        ],
                        className="chart-links",
                    ),
                ],
                className="chart-head",
            ),
            html.Div(
                dcc.Graph(id=ids.CHART_OVER_TIME, config=CONFIG, className="over-time", figure=blank()),
                className="over-time-space",
            ),
            html.Div(
                id=ids.CHART_OVER_TIME_TABLE,
                className="over-time-table",
                hidden=True,
                tabIndex=0,
                **{"role": "region", "aria-label": _("Sessions over time as a table")},
            ),
        ],
        className="card-box over-time-box",
    )


def blank() -> Figure:
    """What stands in the chart's place until there is something to draw."""
    axis = {"visible": False}
    layout = {"paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "xaxis": axis, "yaxis": axis}
    return {"data": [], "layout": layout}


def _nothing() -> Figure:
    words = {"text": _("No sessions"), "x": 0.5, "y": 0.5, "xref": "paper", "yref": "paper"}
    annotation = words | {"showarrow": False, "font": {"size": 14}}
    return {"xaxis": {"visible": False}, "yaxis": {"visible": False}, "annotations": [annotation]}


def over_time_title(over_time: SessionsOverTime) -> list[Any]:
    """Sessions per week, and what the colours mean; scheduled ones only where there are any."""
    shown = [status for status in STACK if status is not Status.SCHEDULED or _has_scheduled(over_time)]
    legend = [
        html.Span([html.I(style={"background": f"var(--{STATUS_COLOURS[status]})"}), _label(status, over_time)])
        for status in shown
    ]
    return [_(BUCKET_TITLES[over_time.bucket]), html.Span(legend, className="legend")]


def _label(status: Status, over_time: SessionsOverTime) -> str:
    """Scheduled ones whose end has passed without an outcome are scheduled still; the legend says so."""
    overdue = status is Status.SCHEDULED and any(bucket.overdue for bucket in over_time.buckets)
    return _("Scheduled or overdue") if overdue else _(STATUS_LABELS[status])


def _has_scheduled(over_time: SessionsOverTime) -> bool:
    return any(bucket.scheduled for bucket in over_time.buckets)


def over_time_figure(over_time: SessionsOverTime, period: Period, theme: Theme) -> Figure:
    """Stacked bars, one a bucket; those that the range cuts are drawn lighter and say so.

    As plain JSON: to check a figure, as plotly's own classes do, takes longer than all the queries behind it.
    """
    layout = figure_layout(theme, spoken().marks) | {
        "barmode": "stack", "dragmode": "select", "selectdirection": "h", "margin": {"l": 40, "r": 8, "t": 8, "b": 28}
    }  # fmt: skip
    if not over_time.buckets:
        return {"data": [], "layout": layout | _nothing()}
    layout["xaxis"] |= _date_axis(over_time)
    layout["yaxis"] |= _count_axis(over_time)
    shown = [status for status in STACK if status is not Status.SCHEDULED or _has_scheduled(over_time)]
    return {"data": [_bars(status, over_time, period, theme) for status in shown], "layout": layout}


def _bars(status: Status, over_time: SessionsOverTime, period: Period, theme: Theme) -> dict[str, Any]:
    palette, buckets = PALETTES[theme], over_time.buckets
    return {
        "type": "bar",
        "x": _labels(over_time),
        "y": [getattr(bucket, status.value) for bucket in buckets],
        "name": _(STATUS_LABELS[status]),
        "marker": {
            "color": palette[STATUS_COLOURS[status]],
            "opacity": [0.55 if bucket.partial else 1 for bucket in buckets],
            "line": {"width": 1, "color": palette["card"]},
        },
        "customdata": [[_bucket_words(bucket), _fields(bucket, period, status)] for bucket in buckets],
        "hovertemplate": "%{customdata[0]}<br>" + _label(status, over_time) + ": %{y}<extra></extra>",
    }


def _labels(over_time: SessionsOverTime) -> list[str]:
    return [bucket.first.isoformat() for bucket in over_time.buckets]


def _date_axis(over_time: SessionsOverTime) -> dict[str, Any]:
    labels = _labels(over_time)
    shown = list(range(0, len(labels), max(1, -(-len(labels) // MOST_TICKS))))
    return {
        "type": "category", "showgrid": False, "tickvals": [labels[index] for index in shown],
        "ticktext": _ticks(over_time, shown), "tickangle": 0, "automargin": True,
    }  # fmt: skip


def _count_axis(over_time: SessionsOverTime) -> dict[str, Any]:
    most = max(bucket.total_sessions for bucket in over_time.buckets)
    return {
        "rangemode": "tozero", "tickformat": ",d", "nticks": 6, "dtick": 1 if most < MOST_TICKS else None,
        "automargin": True,
    }  # fmt: skip


def _bucket_words(bucket: Bucket) -> str:
    words = days(bucket.first, bucket.last)
    return _("{days} (in part)", days=words) if bucket.partial else words


def _fields(bucket: Bucket, period: Period, status: Status) -> str:
    """The filter fields that open exactly the rows of one segment, the range's own bounds kept."""
    first = max(bucket.first, period.first) if period.first else bucket.first
    last = min(bucket.last, period.last) if period.last else bucket.last
    return json.dumps({"range": None, "from": first.isoformat(), "to": last.isoformat(), "status": status.value})


def _ticks(over_time: SessionsOverTime, shown: list[int]) -> list[str]:
    """Labels of the shown buckets; months carry the year where it is another than the label before, or, since a narrow
    chart shows every other label, than the one before that."""
    firsts = [over_time.buckets[index].first for index in shown]
    if over_time.bucket != "month":
        return [day(first) for first in firsts]
    years = [first.year for first in firsts]
    before = [years[max(0, place - (1 if place % 2 else 2)) : place] for place in range(len(years))]
    return [
        written_date(first, "MMM" if {first.year} == set(told) else "yMMM")
        for first, told in zip(firsts, before, strict=True)
    ]
