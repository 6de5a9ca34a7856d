"""The breakdown by Student-Teacher: what each did, and what each mean is worth. Cells are drawn by assets/by_st.js."""

from typing import Any

import dash_ag_grid as dag
from dash import html

from layouts import ids
from layouts.export import export_button
from layouts.language import counted
from layouts.language import gettext as _
from layouts.theme import TABLE_THEME
from layouts.words import number, percent, wider, with_doubt
from queries.filters import Status
from queries.metrics import HIGHEST, LOWEST, are_alike
from queries.models import SessionStats, StFigures

ROW_HEIGHT, HEAD_HEIGHT = 24, 44
FEWEST_ROWS, MOST_ROWS = 10, 15
WARNING_DISTANCE = 0.5
COMPLETED = Status.COMPLETED.value


def by_st_table(student_teachers: int) -> html.Section:
    """Room for so many rows, at least ten; past fifteen they scroll."""
    rows = min(max(student_teachers, FEWEST_ROWS), MOST_ROWS)
    height = f"calc({HEAD_HEIGHT + 2}px + {ROW_HEIGHT}px * var(--st-rows))"
    return html.Section(
        [
            html.Div(
                [
                    html.H2(by_st_title(None), id=ids.BY_ST_TITLE),
                    export_button("student_teachers", _("Export figures by Student-Teacher"), "link"),
                ],
                className="chart-head",
            ),
            html.Div(_table(), className="by-st-space", style={"--st-rows": rows, "height": height}),
        ],
        className="card-box by-st-box",
        **{"aria-label": _("Figures by Student-Teacher")},
    )


def _table() -> dag.AgGrid:
    return dag.AgGrid(
        id=ids.BY_ST,
        columnDefs=_columns(),
        defaultColDef={
            "sortable": True, "resizable": False, "suppressMovable": True, "suppressHeaderMenuButton": True,
            "sortingOrder": ["desc", "asc"], "tooltipField": "words",
        },
        dashGridOptions={
            "theme": TABLE_THEME, "rowHeight": ROW_HEIGHT, "headerHeight": HEAD_HEIGHT, "animateRows": False,
            "tabToNextCell": {"function": "leaveTable(params)"},
            "ensureDomOrder": True, "tooltipShowDelay": 150, "tooltipInteraction": False,
            "suppressNoRowsOverlay": True, "loading": False,
        },
        eventListeners={
            "sortChanged": ["stSorted(params)"],
            "cellKeyDown": ["openStCell(params)"],
            "rowDataUpdated": ["keepPerson(params)"],
        },
        getRowId="params.data.id",
        rowData=[],
        className="by-st",
        style={"height": "100%"},
    )  # fmt: skip


def by_st_title(shown: int | None, student_teachers: int = 0) -> list[str | html.Span]:
    """By Student-Teacher, how many, how many of them are shown, and what a click does; None until figures are there."""
    title = _("By Student-Teacher")
    if shown is None:
        return [title]
    if not shown:
        return [title, html.Span(" · " + _("no sessions"), className="mute")]
    words = f"{number(shown)} · " + _("click one to filter")
    if shown < student_teachers:
        words = _("the {count} with most sessions of {total}", count=number(shown), total=number(student_teachers))
    return [title, html.Span(f" · {words}", className="mute")]


def by_st_rows(stats: SessionStats) -> list[dict[str, Any]]:
    """One row each, best shrunk mean first: text to show, numbers to sort and draw by, and for each cell the
    filter fields that open the rows it counts (None where it counts none)."""
    most = max((row.sessions for row in stats.by_st), default=1)
    return [_row(row, most, stats.avg_rating) for row in stats.by_st]


def _row(row: StFigures, most: int, base: float | None) -> dict[str, Any]:
    st = {"st_id": row.st.id}
    low, high = row.avg_rating_interval or (row.avg_rating, row.avg_rating)
    return {
        "id": row.st.id,
        "name": row.st.name,
        "sessions": row.sessions,
        "share": 100 * row.sessions / most,
        "shrunk": None if row.avg_rating is None else row.shrunk_rating,
        "rating": None if row.avg_rating is None else _place(row.avg_rating),
        "low": None if low is None else _place(low),
        "high": None if high is None else _place(high),
        "label": _rating_label(row),
        "colour": _rating_colour(row, base),
        "completion": row.completion_rate,
        "completed": percent(row.completion_rate),
        "opens": {
            "sessions": st,
            "rating": st | {"status": COMPLETED, "rated": "true"} if row.rated_sessions else None,
            "completion": st | {"status": COMPLETED} if row.completed else None,
        },
        "words": f"{row.st.name}\n{_words(row)}",
    }


def _place(rating: float) -> float:
    """Where a rating lies between the lowest and the highest, in percent."""
    return 100 * (rating - LOWEST) / (HIGHEST - LOWEST)


def _words(row: StFigures) -> str:
    rating = _("no ratings")
    if row.avg_rating is not None:
        mean = number(row.avg_rating, 2)
        rating = counted(row.rated_sessions, "{mean}★ from {count} rating", "{mean}★ from {count} ratings", mean=mean)
        if are_alike(row.avg_rating_interval):
            rating += " (" + _("all alike: nothing tells how far off it may be") + ")"
        elif row.avg_rating_interval:
            low, high = row.avg_rating_interval
            rating += " " + _("(95%: {low} – {high})", low=number(low, 2), high=number(high, 2))
    completed = percent(row.completion_rate)
    sessions = counted(row.sessions, "{count} session", "{count} sessions")
    words = "\n".join([sessions, rating, _("{share} completed", share=completed)])
    if row.avg_rating is None or row.shrunk_rating is None:
        return words
    worth = number(row.shrunk_rating, 2)
    return words + "\n" + _("In the order by rating as {worth}: few ratings weigh less", worth=worth)


def _rating_colour(row: StFigures, base: float | None) -> str:
    """A warning only where even the upper end of the interval lies half a star under the mean of all."""
    if row.few_ratings:
        return "mute"
    interval = row.avg_rating_interval
    warn = base is not None and interval is not None and interval[1] < base - WARNING_DISTANCE
    return "nosh" if warn else "accent"


def _rating_label(row: StFigures) -> str:
    if row.avg_rating is None:
        return _("no ratings")
    return with_doubt(number(row.avg_rating, 2), row)


def _columns() -> list[dict[str, Any]]:
    def column(field: str, title: str, renderer: str, **more: Any) -> dict[str, Any]:
        return {"colId": field, "field": field, "headerName": title, "cellRenderer": renderer} | more

    return [
        column(
            "name", _("Student-Teacher"), "ByStName", flex=10, width=125, minWidth=84,
            comparator={"function": "byName"}, sortingOrder=["asc", "desc"],
        ),
        column("sessions", _("Sessions"), "ByStSessions", width=100),
        column(
            "shrunk", _("Average rating, 95% interval"), "ByStRating", flex=23, width=287, minWidth=110, sort="desc",
            comparator={"function": "byNumber"},
            headerComponentParams={"innerHeaderComponent": "ByStRatingHead"},
            headerTooltip=_(
                "In order of what the ratings are worth: a few very good or very bad ones do not decide."
            ),
        ),
        column(
            "completion", _("Completed"), "ByStCompleted", width=wider(84, "Completed"), type="rightAligned",
            comparator={"function": "byNumber"},
        ),
    ]  # fmt: skip
