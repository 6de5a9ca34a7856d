"""What needs review: whose, why and in which state. Rows and counts come from REST, drawn by assets/reviews.js."""

from collections.abc import Sequence
from typing import Any

import dash_ag_grid as dag
from dash import dcc, html

from layouts import ids
from layouts.grid import HEAD_HEIGHT, ROW_HEIGHT, ROWS_SHOWN
from layouts.language import gettext as _
from layouts.language import marked
from layouts.links import Links
from layouts.theme import TABLE_THEME
from layouts.words import CREATOR, DISPUTE_LABELS, NO_DATA, OUTCOME_LABELS, REASON_LABELS, REVIEW_STATE_LABELS, wider
from queries.models import PersonOption
from queries.review_models import ReviewAction

VIEWS = {"": marked("To do"), "mine": marked("Mine"), "decided": marked("Decided")}
NAMES = 134  # pixels of a column of names at the widest; the others' shares are of it
BATCH_LABELS = {
    ReviewAction.ASSIGN: marked("Assign to me"),
    ReviewAction.UNDER_REVIEW: marked("Under review"),
    ReviewAction.RESOLVE: marked("Resolve…"),
    ReviewAction.DISMISS: marked("Dismiss…"),
    ReviewAction.NOTE: marked("Note…"),
}


def reviews(links: Links, creators: Sequence[PersonOption], *, decides: bool) -> html.Section:
    """`creators` are named in a column of their own; only who `decides` chooses rows, and has some of their own.

    The table waits in a store until the tab is first opened: no other visit pays for it.
    """
    return html.Section(
        [
            dcc.Store(id=ids.REVIEW_TABLE, data=_table(links, creators, decides).to_plotly_json()),
            html.Div(id=ids.REVIEW_PROBLEM),
            _head(decides),
            html.Div(
                [
                    html.Div(
                        [
                            html.Div(id=ids.REVIEW_SPACE, className="review-space"),
                            html.Div(id=ids.REVIEW_STATE, className="grid-state", role="status"),
                        ],
                        className="review-rows",
                        style={
                            "--rows": ROWS_SHOWN,
                            "--row-height": f"{ROW_HEIGHT}px",
                            "--head-height": f"{HEAD_HEIGHT + 2}px",
                        },
                    ),
                    html.Div([_foot(decides), *([_batch()] if decides else [])], className="review-foot"),
                ],
                className="card-box queue-box",
            ),
        ],
        className="view-reviews",
        **{"aria-label": _("Needs review")},
    )


def _head(decides: bool) -> html.Div:
    views = [
        html.Button(_(label), className="seg-button", **{"data-review": view, "aria-pressed": "false"})
        for view, label in VIEWS.items()
        if decides or view != "mine"
    ]
    reasons = [
        html.Button(
            [_(label), " ", html.Span(className="reason-count")],
            className="reason",
            **{"data-reason": reason.value, "aria-pressed": "false"},
        )
        for reason, label in REASON_LABELS.items()
    ]
    return html.Div(
        [
            html.Div(
                [
                    html.H2("\u00a0", id=ids.REVIEW_TITLE, role="status"),
                    html.Span(id=ids.REVIEW_RANGE, className="mute"),
                    html.Div(views, className="seg", role="group", **{"aria-label": _("Which")}),
                ],
                className="review-line",
            ),
            html.Div(reasons, className="reasons", role="group", **{"aria-label": _("Reasons")}),
        ],
        className="review-head",
    )


def _foot(decides: bool) -> html.Div:
    keys = _("G jumps here, ↑↓ to move, Space to choose, Enter to open")
    return html.Div(
        [
            html.Span("\u00a0", id=ids.REVIEW_FOOT),
            html.Button(_("Show more"), className="btn-plain reviews-more phone-only", hidden=True),
            html.Span(keys if decides else _("G jumps here, ↑↓ to move, Enter to open"), className="wide-words"),
        ],
        className="grid-foot",
    )


def _batch() -> html.Div:
    """What may be done about the chosen rows, in the place of the foot: nothing moves when it appears."""
    actions = [
        html.Button(_(label), className="btn-plain", **{"data-batch": action.value})
        for action, label in BATCH_LABELS.items()
    ]
    clear = html.Button(
        "✕",
        className="link batch-clear",
        title=_("{key} on the keyboard", key=_("Esc")),
        **{"data-batch": "clear", "aria-label": _("Choose none"), "aria-keyshortcuts": "Escape"},
    )
    return html.Div(
        [html.B(role="status"), html.Div(actions, className="batch-actions"), clear],
        id=ids.REVIEW_BATCH,
        className="batch",
        hidden=True,
        role="group",
        **{"aria-label": _("Chosen sessions")},
    )


def _table(links: Links, creators: Sequence[PersonOption], decides: bool) -> dag.AgGrid:
    return dag.AgGrid(
        id=ids.REVIEW_GRID,
        columnDefs=_columns(everyone=bool(creators)),
        defaultColDef={
            "sortable": False,
            "resizable": True,
            "suppressMovable": True,
            "suppressHeaderMenuButton": True,
        },
        dashGridOptions=_options(links, creators, decides),
        rowData=[],
        getRowId="params.data.id",
        className="sessions-grid reviews-grid",
        style={"height": "100%"},
    )


def _options(links: Links, creators: Sequence[PersonOption], decides: bool) -> dict[str, Any]:
    chosen = {
        "rowSelection": {"mode": "multiRow", "checkboxes": True, "headerCheckbox": True, "enableClickSelection": False},
        "selectionColumnDef": {"width": 40, "minWidth": 40, "maxWidth": 40, "pinned": None, "resizable": False},
    }
    return {
        "theme": TABLE_THEME,
        "rowHeight": ROW_HEIGHT,
        "headerHeight": HEAD_HEIGHT,
        "rowBuffer": 4,
        "tabToNextCell": {"function": "leaveTable(params)"},
        "enableCellTextSelection": True,
        "animateRows": False,
        "suppressNoRowsOverlay": True,
        "localeText": {
            "ariaChecked": _("chosen"),
            "ariaUnchecked": _("not chosen"),
            "ariaIndeterminate": _("some chosen"),
            "ariaRowToggleSelection": _("Choose this session"),
            "ariaRowSelectAll": _("Choose all that are shown"),
            "ariaHeaderSelection": _("Choose all that are shown"),
        },
        "context": {
            "links": {"profile": links.profile, "course": links.course},
            "reasons": {reason.value: _(label) for reason, label in REASON_LABELS.items()},
            "disputes": {status: _(label) for status, label in DISPUTE_LABELS.items()},
            "states": {state.value: _(label) for state, label in REVIEW_STATE_LABELS.items()},
            "outcomes": {outcome.value: _(label) for outcome, label in OUTCOME_LABELS.items()},
            "creators": {creator.id: creator.name for creator in creators},
            "noData": NO_DATA,
        },
    } | (chosen if decides else {})  # fmt: skip


def _columns(*, everyone: bool) -> list[dict[str, Any]]:
    """In the order of urgency, which is the rows' own. A phone shows only the first, which holds all the others."""
    creator = [_column("creator", _(CREATOR), "CreatorCell", 100, flex=1)] if everyone else []
    return [
        _column("card", _("Needs review"), "ReviewCard", 200, flex=1, hide=True),
        _column("reasons", _("Why"), "ReasonsCell", 130, flex=wider(236, "Ratings far apart") / NAMES),
        _column("scheduled_start", _("Date / time"), "DateCell", 188),
        _column("student", _("Student"), "StudentCell", 104, flex=1),
        _column("st", _("ST"), "StCell", 104, flex=1),
        _column("course", _("Course"), "CourseCell", 96, flex=1.3),
        _column(
            "ratings",
            _("Ratings"),
            "BothRatingsCell",
            wider(88, "Ratings"),
            headerTooltip=_("The student's, and the Student-Teacher's"),
        ),
        _column("state", _("State"), "ReviewStateCell", wider(128, *REVIEW_STATE_LABELS.values()), flex=1.7),
        *creator,
    ]


def _column(id_: str, title: str, renderer: str, width: int, **more: Any) -> dict[str, Any]:
    return {
        "colId": id_, "field": "id", "headerName": title, "cellRenderer": renderer, "width": width, "minWidth": width,
    } | more  # fmt: skip
