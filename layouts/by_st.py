"""Chart: the breakdown by Student-Teacher, with what each mean is worth."""

import json
from collections.abc import Sequence

import plotly.graph_objects as go

from layouts.figures import CHART_HEIGHT, nothing, plain
from layouts.theme import PALETTES, Theme, figure_layout
from layouts.words import NO_DATA, counted, number
from queries.models import SessionStats, StFigures

ROW_HEIGHT, HEAD_HEIGHT, FOOT_HEIGHT = 26, 30, 28
NAME_LENGTH = 24
WARNING_DISTANCE = 0.5
COLUMNS = {"name": (0.0, 0.22), "sessions": (0.235, 0.41), "rating": (0.46, 0.72), "completed": (0.9, 1.0)}


def by_st_height(stats: SessionStats) -> int:
    return max(CHART_HEIGHT, HEAD_HEIGHT + FOOT_HEIGHT + ROW_HEIGHT * len(stats.by_st))


def by_st_figure(stats: SessionStats, theme: Theme) -> go.Figure:
    """Per Student-Teacher, best shrunk mean first: sessions as bars, mean rating with its interval, completion."""
    height = by_st_height(stats)
    figure = go.Figure(layout=figure_layout(theme, height))
    if not stats.by_st:
        return nothing(figure, "No sessions in this range")
    rows = list(stats.by_st)
    _add_names(figure, rows, theme)
    _add_sessions(figure, rows, theme)
    _add_ratings(figure, rows, stats.avg_rating, theme)
    _add_completion(figure, rows)
    lines = max(len(rows), (CHART_HEIGHT - HEAD_HEIGHT - FOOT_HEIGHT) / ROW_HEIGHT)
    figure.update_layout(
        margin={"l": 4, "r": 4, "t": HEAD_HEIGHT, "b": FOOT_HEIGHT},
        bargap=0.6,
        annotations=_column_heads(),
        hovermode="closest",
        clickmode="event",
    )
    figure.update_yaxes(range=[lines - 0.5, -0.5], showgrid=False, showticklabels=False)
    return figure


def _add_names(figure: go.Figure, rows: Sequence[StFigures], theme: Theme) -> None:
    _add_text(
        figure, "x3", rows, [plain(row.st.name, NAME_LENGTH) for row in rows], "middle right",
        colour=PALETTES[theme]["ink"],
    )  # fmt: skip
    _add_area(figure, "x3", rows)
    figure.update_layout(xaxis3=_hidden_axis("name"))


def _add_sessions(figure: go.Figure, rows: Sequence[StFigures], theme: Theme) -> None:
    figure.add_bar(
        x=[row.sessions for row in rows],
        y=list(range(len(rows))),
        name="sessions",
        orientation="h",
        marker={"color": PALETTES[theme]["bar"], "cornerradius": 2, "line": {"width": 0}},
        text=[number(row.sessions) for row in rows],
        textposition="outside",
        constraintext="none",
        textfont={"size": 11.5},
        cliponaxis=False,
        customdata=_points(rows),
        hovertemplate="%{customdata[0]}<extra></extra>",
    )
    most = max(row.sessions for row in rows)
    figure.update_layout(xaxis=_hidden_axis("sessions") | {"range": [0, most * 1.35]})


def _add_ratings(figure: go.Figure, rows: Sequence[StFigures], base: float | None, theme: Theme) -> None:
    rated = [(index, row) for index, row in enumerate(rows) if row.avg_rating is not None]
    colours = [PALETTES[theme][_rating_colour(row, base)] for _, row in rated]
    for (index, row), colour in zip(rated, colours, strict=True):
        low, high = row.avg_rating_interval or (row.avg_rating, row.avg_rating)
        figure.add_scatter(
            x=[low, high], y=[index, index], xaxis="x2", mode="lines", opacity=0.4,
            line={"color": colour, "width": 3}, hoverinfo="skip",
        )  # fmt: skip
    figure.add_scatter(
        x=[row.avg_rating for _, row in rated],
        y=[index for index, _ in rated],
        xaxis="x2",
        mode="markers",
        marker={"color": colours, "size": 10},
        customdata=_points([row for _, row in rated], status="completed", rated="true"),
        hovertemplate="%{customdata[0]}<extra></extra>",
    )
    figure.add_scatter(
        x=[_label_place(row) for row in rows], y=list(range(len(rows))), xaxis="x2", mode="text",
        text=[_rating_label(row) for row in rows], textposition="middle right", cliponaxis=False, hoverinfo="skip",
    )  # fmt: skip
    figure.update_layout(
        xaxis2={
            "domain": COLUMNS["rating"], "range": [0.85, 5.2], "tickvals": [1, 2, 3, 4, 5], "fixedrange": True,
            "ticktext": [f"{star}★" for star in range(1, 6)], "gridcolor": PALETTES[theme]["line"],
            "zeroline": False, "anchor": "y",
        }
    )  # fmt: skip


def _add_completion(figure: go.Figure, rows: Sequence[StFigures]) -> None:
    texts = [NO_DATA if row.completion_rate is None else f"{number(row.completion_rate)}%" for row in rows]
    _add_text(figure, "x4", rows, texts, "middle left", x=1)
    _add_area(figure, "x4", rows, status="completed")
    figure.update_layout(xaxis4=_hidden_axis("completed"))


def _add_area(figure: go.Figure, axis: str, rows: Sequence[StFigures], **fields: str) -> None:
    """What can be clicked in a column of text: the row's whole width, not only where its text is anchored."""
    figure.add_bar(
        x=[1] * len(rows), y=list(range(len(rows))), xaxis=axis, orientation="h", width=1, opacity=0, name="area",
        customdata=_points(rows, **fields), hovertemplate="%{customdata[0]}<extra></extra>",
    )  # fmt: skip


def _add_text(
    figure: go.Figure, axis: str, rows: Sequence[StFigures], texts: list[str], position: str, x: int = 0,
    colour: str | None = None,
) -> None:  # fmt: skip
    figure.add_scatter(
        x=[x] * len(rows), y=list(range(len(rows))), xaxis=axis, mode="text", text=texts, textposition=position,
        textfont={"color": colour} if colour else None, cliponaxis=False, hoverinfo="skip",
    )  # fmt: skip


def _points(rows: Sequence[StFigures], **fields: str) -> list[list[str]]:
    """For each row the words of its hover, and the filter fields that open the rows it counts."""
    return [
        [f"{plain(row.st.name, 60)}<br>{_st_words(row)}", json.dumps({"st_id": row.st.id} | fields)] for row in rows
    ]


def _st_words(row: StFigures) -> str:
    rating = "no ratings"
    if row.avg_rating is not None:
        rating = f"{number(row.avg_rating, 2)}★ from {counted(row.rated_sessions, 'rating')}"
        if row.avg_rating_interval:
            low, high = row.avg_rating_interval
            rating += f" (95%: {number(low, 2)} – {number(high, 2)})"
    completed = NO_DATA if row.completion_rate is None else f"{number(row.completion_rate)}%"
    return f"{counted(row.sessions, 'session')}<br>{rating}<br>{completed} completed"


def _rating_colour(row: StFigures, base: float | None) -> str:
    """A warning only where even the upper end of the interval lies half a star under the mean of all."""
    if row.few_ratings:
        return "mute"
    interval = row.avg_rating_interval
    warn = base is not None and interval is not None and interval[1] < base - WARNING_DISTANCE
    return "nosh" if warn else "accent"


def _rating_label(row: StFigures) -> str:
    if row.avg_rating is None:
        return "no ratings"
    mean = number(row.avg_rating, 2)
    return f" {mean} · few ratings" if row.few_ratings else f" {mean}"


def _label_place(row: StFigures) -> float:
    """Right of the dot and of its interval."""
    if row.avg_rating is None:
        return 1.0
    high = row.avg_rating_interval[1] if row.avg_rating_interval else row.avg_rating
    return max(high + 0.08, row.avg_rating + 0.2)


def _hidden_axis(column: str) -> dict[str, object]:
    return {
        "domain": COLUMNS[column], "range": [0, 1], "visible": False, "fixedrange": True, "anchor": "y",
    }  # fmt: skip


def _column_heads() -> list[dict[str, object]]:
    heads = (
        ("Student-Teacher", COLUMNS["name"][0], "left"),
        ("Sessions", COLUMNS["sessions"][0], "left"),
        ("Average rating, 95% interval", COLUMNS["rating"][0], "left"),
        ("Completed", COLUMNS["completed"][1], "right"),
    )
    return [
        {"text": text, "x": x, "y": 1, "xref": "paper", "yref": "paper", "xanchor": anchor, "yanchor": "bottom",
         "showarrow": False, "yshift": 8}
        for text, x, anchor in heads
    ]  # fmt: skip
