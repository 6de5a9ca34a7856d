"""From the page's question to a Question, and from whatever goes wrong to words."""

import logging
from typing import Any

from dash import html

from auth.viewer import ForbiddenError, current_viewer
from layouts.page import load_failed, not_theirs, problem, store_down
from queries.filters import FilterError, FilterParams
from queries.sessions import NotFoundError
from services import Question, Services
from store.engine import StoreError

log = logging.getLogger(__name__)


def ask(services: Services, question: dict[str, Any]) -> Question:
    """The page's question (`creator` and `search`, filters as in REST) for the viewer of this request.

    Raises what Services.question raises; `failure` turns that into words.
    """
    question = question if isinstance(question, dict) else {}
    params = FilterParams.from_query(str(question.get("search", "")))
    return services.question(current_viewer(), str(question.get("creator", "me")), params)


def failure(error: Exception) -> html.Div:
    """What to show for an error; one that nobody foresaw is logged whole and told as a failed load."""
    if isinstance(error, ForbiddenError) or (isinstance(error, NotFoundError) and error.field == "creator_id"):
        return not_theirs(current_viewer().is_staff)
    if isinstance(error, FilterError | NotFoundError):
        return problem(error.field, error.message)
    log.error("callback failed", exc_info=error)
    if isinstance(error, StoreError) and current_viewer().is_staff:
        return store_down()
    return load_failed()
