"""What both charts share: their places on the page, plain text in figures, and the empty figure."""

from html import escape

import plotly.graph_objects as go
from dash import dcc, html

from layouts import ids

CHART_HEIGHT = 306
CONFIG = {"displayModeBar": False, "responsive": True, "doubleClick": False}


def charts() -> html.Div:
    over_time = html.Section(
        [
            html.H2("Sessions over time", id=ids.CHART_OVER_TIME_TITLE),
            dcc.Graph(id=ids.CHART_OVER_TIME, config=CONFIG, className="over-time", figure=blank()),
        ],
        className="card-box over-time-box",
    )
    by_st = html.Section(
        [
            html.H2(["By Student-Teacher", html.Span(" · click one to filter", className="mute")]),
            html.Div(
                dcc.Graph(id=ids.CHART_BY_ST, config=CONFIG, figure=blank(), style={"height": CHART_HEIGHT}),
                className="by-st-scroll",
                tabIndex=0,
                role="region",
                **{"aria-label": "Figures by Student-Teacher"},
            ),
        ],
        className="card-box",
    )
    return html.Div([over_time, by_st], className="two")


def plain(text: str, length: int | None = None) -> str:
    """Text for a figure, where Plotly would otherwise read markup in it; cut to `length` characters."""
    shown = text if length is None or len(text) <= length else text[: length - 1].rstrip() + "…"
    return escape(" ".join(shown.split()), quote=False)


def blank() -> go.Figure:
    """What stands in a chart's place until there is something to draw."""
    axis = {"visible": False}
    return go.Figure(
        layout={"paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "xaxis": axis, "yaxis": axis}
    )


def nothing(figure: go.Figure, words: str) -> go.Figure:
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    figure.add_annotation(text=words, x=0.5, y=0.5, xref="paper", yref="paper", showarrow=False, font={"size": 14})
    return figure
