"""What stands around the calendar of coming sessions; the calendar itself reads them through REST."""

from typing import Any

from dash import Dash, Input, Output, no_update

from callbacks.ask import ask, failure
from layouts import ids
from layouts.links import Links
from layouts.upcoming import upcoming_notes, upcoming_summary
from queries.filters import SessionFilters
from queries.upcoming import get_overview
from services import Services


def register(app: Dash, services: Services, links: Links) -> None:
    @app.callback(
        Output(ids.UPCOMING_SUMMARY, "children"),
        Output(ids.UPCOMING_NOTES, "children"),
        Input(ids.UPCOMING, "data"),
    )
    def show_upcoming(question: dict[str, Any] | None) -> list[Any]:
        if not question:
            return [no_update] * 2
        try:
            asked = ask(services, question)
            found = get_overview(asked.snapshot, asked.scope, asked.filters, asked.clock)
        except Exception as error:
            return ["", failure(error)]
        bare = SessionFilters(asked.filters.zone, asked.filters.low_rating)
        summary = upcoming_summary(found, asked.clock.zone, filtered=asked.filters != bare)
        return [summary, upcoming_notes(found, links, asked.clock.zone)]
