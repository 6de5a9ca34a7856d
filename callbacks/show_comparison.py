"""Two sides and their differences, from one round trip for each change of either."""

from typing import Any

from dash import Dash, Input, Output, no_update

from auth.viewer import current_viewer
from callbacks.ask import failure
from layouts import ids
from layouts.comparison import Asked, comparison
from queries.compare import CompareParams, compare
from services import Services
from services.comparing import compared


def register(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ids.COMPARE_RESULT, "children"),
        Output(ids.COMPARE_FROM, "value"),
        Output(ids.COMPARE_TO, "value"),
        Input(ids.COMPARE, "data"),
    )
    def show_comparison(question: dict[str, Any] | None) -> list[Any]:
        """B's days go into their fields, so that choosing begins with those, but never over what was chosen there."""
        if not question:
            return [no_update] * 3
        try:
            return _drawn(services, question if isinstance(question, dict) else {})
        except Exception as error:
            return [failure(error), no_update, no_update]


def _drawn(services: Services, question: dict[str, Any]) -> list[Any]:
    params = CompareParams.from_query(str(question.get("search", "")))
    a, b = compared(services, current_viewer(), str(question.get("creator", "me")), params)
    found = compare(a.snapshot, a.scope, (a.filters, b.filters))
    drawn = comparison(found, Asked(a.filters, a.chosen), Asked(b.filters, b.chosen))
    if params.vs_from is not None or params.vs_to is not None:
        return [drawn, no_update, no_update]
    period = b.filters.period
    return [drawn, *(day.isoformat() if day else None for day in (period.first, period.last))]
