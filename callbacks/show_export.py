"""What would be exported, told before it is: the same order that REST writes."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from dash import Dash, Input, Output, no_update

from auth.viewer import current_viewer
from callbacks.ask import failure
from downloads.order import sheets_of
from layouts import ids
from layouts.export import ExportView, export_body
from queries.export_columns import open_to
from queries.sessions import Sort
from services import Services
from services.downloads.asking import Places, order
from services.downloads.params import ExportParams, ExportTable


def register(app: Dash, services: Services) -> None:
    @app.callback(Output(ids.EXPORT_BODY, "children"), Input(ids.EXPORT, "data"))
    def show_export(wanted: dict[str, Any] | None) -> Any:
        """`wanted` is the page's question with `table` and `sort`."""
        if not isinstance(wanted, dict):
            return no_update
        try:
            return export_body(_view(services, wanted))
        except Exception as error:
            return failure(error)


def _view(services: Services, wanted: dict[str, Any]) -> ExportView:
    viewer = current_viewer()
    params = _params(wanted)
    asked = services.question(viewer, str(wanted.get("creator", "me")), params)
    made = order(viewer, asked, params, Places("", ids.PAGE_PATH))
    is_sessions = params.table is ExportTable.SESSIONS
    return ExportView(
        table=params.table.value,
        rows=made.table.rows,
        sheets=sheets_of(made.table.rows),
        sort=params.sort.value,
        address=made.table.manifest["export_url"],
        filters=asked.filters,
        chosen=asked.chosen,
        columns=open_to(asked.scope) if is_sessions else [],
    )


def _params(wanted: dict[str, Any]) -> ExportParams:
    """Raises FilterError. A sort or table that there is not is the first one."""
    sort, table = wanted.get("sort"), wanted.get("table")
    how = {
        "format": "csv",
        "sort": sort if sort in list(Sort) else Sort.SCHEDULED_START_DESC.value,
        "table": table if table in list(ExportTable) else ExportTable.SESSIONS.value,
    }
    asked = [pair for pair in parse_qsl(str(wanted.get("search", "")), keep_blank_values=True) if pair[0] not in how]
    return ExportParams.from_query(urlencode([*asked, *how.items()]))
