"""The review of the session that is open: drawn when its detail is, and again after each decision."""

import logging
from typing import Any

from dash import Dash, Input, Output, State

from auth.viewer import ForbiddenError, current_viewer
from layouts import ids
from layouts.review import review_failed, review_panel
from queries.filters import FilterParams
from queries.sessions import NotFoundError
from services import Services
from services.reviews.reading import account_of, get_review

log = logging.getLogger(__name__)


def register(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ids.REVIEW_PANEL, "children"),
        Input(ids.REVIEW_CHANGED, "data"),
        State(ids.DETAIL_SESSION, "data"),
        State(ids.QUESTION, "data"),
    )
    def show_review(_changed: Any, session_id: str | None, question: dict[str, Any] | None) -> Any:
        """The panel lies within the detail: Dash calls this whenever that is drawn."""
        if not session_id or not isinstance(session_id, str):
            return None
        try:
            return _panel(services, session_id, question or {})
        except (NotFoundError, ForbiddenError):
            return None
        except Exception as error:
            log.error("the review cannot be read", exc_info=error)
            return review_failed()


def _panel(services: Services, session_id: str, question: dict[str, Any]) -> Any:
    viewer = current_viewer()
    params = FilterParams.from_query(str(question.get("search", "")))
    clock = services.clock(services.warehouse.current(), params.tz)
    review = get_review(services, viewer, session_id)
    return review_panel(review, clock.zone, sees_private=viewer.sees_private, account=account_of(viewer))
