"""The sessions table: columns and settings. Rows come from REST, cells are drawn by assets/cells.js."""

from typing import Any

import dash_ag_grid as dag
from dash import html

from layouts import ids
from layouts.links import Links
from layouts.theme import TABLE_THEME
from layouts.words import NO_DATA, STATUS_LABELS

ROW_HEIGHT, HEAD_HEIGHT, ROWS_SHOWN = 37, 38, 15
BLOCK_ROWS = 100


def grid(links: Links, *, watches: bool) -> html.Section:
    """`watches` says whether the viewer may see recordings."""
    return html.Section(
        [
            dag.AgGrid(
                id=ids.GRID,
                columnDefs=_columns(),
                defaultColDef={
                    "sortable": True,
                    "resizable": True,
                    "suppressMovable": False,
                    "suppressHeaderMenuButton": True,
                },
                dashGridOptions=_options(links, watches),
                rowModelType="infinite",
                getRowId="params.data.id",
                className="sessions-grid",
                style={"height": HEAD_HEIGHT + ROW_HEIGHT * ROWS_SHOWN + 2},
            ),
            html.Div(
                [
                    html.Span("\u00a0", id=ids.GRID_FOOT, role="status"),
                    html.Span("Scroll for more · ↑↓ to move, Enter to open"),
                ],
                className="grid-foot",
            ),
        ],
        className="card-box grid-box",
        **{"aria-label": "Sessions"},
    )


def _options(links: Links, watches: bool) -> dict[str, Any]:
    return {
        "theme": TABLE_THEME,
        "rowHeight": ROW_HEIGHT,
        "headerHeight": HEAD_HEIGHT,
        "cacheBlockSize": BLOCK_ROWS,
        "maxBlocksInCache": 30,
        "maxConcurrentDatasourceRequests": 2,
        "blockLoadDebounceMillis": 40,
        "infiniteInitialRowCount": ROWS_SHOWN,
        "rowBuffer": 5,
        "suppressCellFocus": False,
        "suppressDragLeaveHidesColumns": True,
        "multiSortKey": None,
        "enableCellTextSelection": True,
        "animateRows": False,
        "localeText": {"noRowsToShow": " "},
        "context": {
            "links": {
                "profile": links.profile, "room": links.room, "message": links.message, "course": links.course,
            },
            "statuses": {status.value: label for status, label in STATUS_LABELS.items()},
            "noData": NO_DATA,
            "watches": watches,
        },
    }  # fmt: skip


def _columns() -> list[dict[str, Any]]:
    return [
        _column("scheduled_start", "Date / time", "DateCell", 172, sort="desc"),
        _column("course", "Course", "CourseCell", 140, flex=1),
        _column("student", "Student", "StudentCell", 144, flex=1),
        _column("st", "ST", "StCell", 144, flex=1),
        _column("duration", "Duration", "DurationCell", 88),
        _column("status", "Status", "StatusCell", 116),
        _column("rating", "Rating", "RatingCell", 246),
        _column("recording", "Recording", "RecordingCell", 92),
        _column("actions", "Actions", "ActionsCell", 122, sortable=False),
    ]


def _column(
    id_: str, title: str, renderer: str, width: int, *, flex: int | None = None, sort: str | None = None,
    sortable: bool = True,
) -> dict[str, Any]:  # fmt: skip
    column: dict[str, Any] = {
        "colId": id_, "field": "id", "headerName": title, "cellRenderer": renderer, "width": width, "minWidth": width,
        "sortable": sortable, "sortingOrder": ["desc", "asc"],
    }  # fmt: skip
    return column | ({"flex": flex} if flex else {}) | ({"sort": sort} if sort else {})
