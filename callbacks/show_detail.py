"""The session that the URL names, opened over the page."""

from typing import Any

from dash import Dash, Input, Output, State

from auth.viewer import current_viewer
from callbacks.ask import ask, failure
from layouts import ids
from layouts.detail import Reader, detail_body, detail_missing
from layouts.links import Links
from queries.filters import FilterParams
from queries.sessions import NotFoundError, get_session
from services import Services


def register(app: Dash, services: Services, links: Links) -> None:
    @app.callback(
        Output(ids.DETAIL, "is_open"),
        Output(ids.DETAIL_BODY, "children"),
        Input(ids.DETAIL_SESSION, "data"),
        State(ids.QUESTION, "data"),
    )
    def show_detail(session_id: str | None, question: dict[str, Any] | None) -> tuple[bool, Any]:
        if not session_id:
            return False, None
        try:
            return True, _detail(services, links, session_id, question or {})
        except NotFoundError:
            return True, detail_missing("There is no such session among yours.")
        except Exception as error:
            return True, failure(error)


def _detail(services: Services, links: Links, session_id: str, question: dict[str, Any]) -> Any:
    """Found by its id alone, whatever the filters: a deep link outlives them. The scope still holds."""
    zone = FilterParams.from_query(str(question.get("search", ""))).tz
    plain = {"creator": question.get("creator", current_viewer().widest), "search": f"tz={zone}" if zone else ""}
    asked = ask(services, plain)
    found = get_session(asked.snapshot, asked.scope, asked.filters, session_id)
    reader = Reader(asked.clock.zone, links, asked.scope.sees_private, current_viewer().is_staff)
    return detail_body(found.detail, reader)
