"""The sessions table: columns and settings. Rows come from REST, cells are drawn by assets/cells.js."""

from collections.abc import Sequence
from typing import Any

import dash_ag_grid as dag
import dash_bootstrap_components as dbc
from dash import html

from layouts import ids
from layouts.language import gettext as _
from layouts.links import Links
from layouts.theme import TABLE_THEME
from layouts.words import CREATOR, NO_DATA, STATUS_LABELS, wider
from queries.models import PersonOption

ROW_HEIGHT, HEAD_HEIGHT, ROWS_SHOWN = 37, 38, 15
LEAST_NAME = 94  # room for a dozen letters; in windows below 1,200 pixels people have no pictures (assets/grid.css)
BLOCK_ROWS = 100
A_TO_Z = ["asc", "desc"]


def grid(links: Links, creators: Sequence[PersonOption], *, watches: bool) -> html.Section:
    """`creators` are named in a column of their own; `watches` says whether the viewer may see recordings."""
    return html.Section(
        [
            html.Div(
                [
                    dag.AgGrid(
                        id=ids.GRID,
                        columnDefs=_columns(everyone=bool(creators)),
                        defaultColDef={
                            "sortable": True,
                            "resizable": True,
                            "suppressMovable": False,
                            "suppressHeaderMenuButton": True,
                        },
                        dashGridOptions=_options(links, creators, watches),
                        rowModelType="infinite",
                        getRowId="params.data.id",
                        className="sessions-grid everyone" if creators else "sessions-grid",
                        style={"height": "100%"},
                    ),
                    html.Div(id=ids.GRID_STATE, className="grid-state", role="status"),
                ],
                id=ids.GRID_SPACE,
                style={"--rows": ROWS_SHOWN, "height": f"calc({HEAD_HEIGHT + 2}px + {ROW_HEIGHT}px * var(--rows))"},
            ),
            html.Div(id=ids.CARDS, className="cards phone-only"),
            html.Div(
                [
                    html.Span("\u00a0", id=ids.GRID_FOOT, role="status"),
                    html.Button(_("Show more"), className="btn-plain cards-more phone-only", hidden=True),
                    html.Span(
                        [
                            html.Span(_("Scroll for more") + " · ", id=ids.GRID_MORE),
                            _("G jumps here, ↑↓ to move, Enter to open, E to export"),
                        ],
                        className="wide-words",
                    ),
                ],
                className="grid-foot",
            ),
        ],
        className="card-box grid-box",
        **{"aria-label": _("Sessions")},
    )


def _options(links: Links, creators: Sequence[PersonOption], watches: bool) -> dict[str, Any]:
    return {
        "theme": TABLE_THEME,
        "rowHeight": ROW_HEIGHT,
        "headerHeight": HEAD_HEIGHT,
        "cacheBlockSize": BLOCK_ROWS,
        "maxBlocksInCache": 30,
        "maxConcurrentDatasourceRequests": 3,  # one is never answered: the component's own, before there is a question
        "infiniteInitialRowCount": ROWS_SHOWN,
        "rowBuffer": 2,
        "suppressCellFocus": False,
        "tabToNextCell": {"function": "leaveTable(params)"},
        "suppressDragLeaveHidesColumns": True,
        "multiSortKey": None,
        "enableCellTextSelection": True,
        "animateRows": False,
        "localeText": {"noRowsToShow": " "},
        "context": {
            "links": {
                "profile": links.profile, "room": links.room, "message": links.message, "course": links.course,
            },
            "statuses": {status.value: _(label) for status, label in STATUS_LABELS.items()},
            "noData": NO_DATA,
            "creators": {creator.id: creator.name for creator in creators},
            "watches": watches,
        },
    }  # fmt: skip


def _columns(*, everyone: bool) -> list[dict[str, Any]]:
    creator = (
        [_column("creator", _(CREATOR), "CreatorCell", 126, minWidth=LEAST_NAME, flex=1, sortable=False)]
        if everyone
        else []
    )
    return [
        _column("scheduled_start", _("Date / time"), "DateCell", 166, sort="desc"),
        *creator,
        _column("course", _("Course"), "CourseCell", 156, minWidth=LEAST_NAME, flex=1, sortingOrder=A_TO_Z),
        _column("student", _("Student"), "StudentCell", 156, minWidth=LEAST_NAME, flex=1, sortingOrder=A_TO_Z),
        _column("st", _("ST"), "StCell", 156, minWidth=LEAST_NAME, flex=1, sortingOrder=A_TO_Z),
        _column("duration", _("Duration"), "DurationCell", 86),
        _column("status", _("Status"), "StatusCell", wider(112, *STATUS_LABELS.values()), sortingOrder=A_TO_Z),
        _column("rating", _("Rating"), "RatingCell", 202),
        _column("recording", _("Recording"), "RecordingCell", 94),
        _column(
            "actions",
            _("Actions"),
            "ActionsCell",
            wider(wider(128, "View"), "Message"),
            sortable=False,
            pinned="right",
        ),
    ]


def _column(id_: str, title: str, renderer: str, width: int, **more: Any) -> dict[str, Any]:
    return {
        "colId": id_, "field": "id", "headerName": title, "cellRenderer": renderer, "width": width, "minWidth": width,
        "sortingOrder": ["desc", "asc"],
    } | more  # fmt: skip


def column_choice(*, everyone: bool) -> list[html.Button | dbc.Popover]:
    """Which columns are shown: all but the date, which tells one session from another, can be left out."""
    options = [{"label": column["headerName"], "value": column["colId"]} for column in _columns(everyone=everyone)[1:]]
    return [
        html.Button(_("Columns"), id=ids.GRID_COLUMNS_MORE, className="btn-plain field-button"),
        dbc.Popover(
            dbc.PopoverBody(
                html.Div(
                    [
                        dbc.Checklist(options, [option["value"] for option in options], id=ids.GRID_COLUMNS),
                        html.Button(_("Reset columns"), className="link", **{"data-columns": "reset"}),
                    ],
                    className="column-list",
                )
            ),
            target=ids.GRID_COLUMNS_MORE,
            trigger="legacy",
            placement="bottom-end",
            hide_arrow=True,
            className="range-popover",
        ),
    ]
