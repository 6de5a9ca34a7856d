"""The session that the URL names, opened over the page."""

from typing import Any

from dash import Dash, Input, Output, State

from auth.viewer import current_viewer
from callbacks.ask import ask, failure
from layouts import ids
from layouts.detail import Reader, detail_body, detail_missing
from layouts.language import gettext as _
from layouts.links import Links
from queries.filters import SessionFilters
from queries.models import StFigures
from queries.sessions import NotFoundError, Sort, get_place
from queries.stats import get_stats
from services import Question, Services

NOTHING: list[
    Any
] = []  # with None Dash would keep the places of what lay within, and fail once a late answer fills one


def register(app: Dash, services: Services, links: Links) -> None:
    @app.callback(
        Output(ids.DETAIL, "is_open"),
        Output(ids.DETAIL_BODY, "children"),
        Input(ids.DETAIL_SESSION, "data"),
        State(ids.QUESTION, "data"),
        State(ids.SORT, "data"),
        State(ids.UPCOMING, "data"),
        State(ids.REVIEWS, "data"),
    )
    def show_detail(
        session_id: str | None,
        question: dict[str, Any] | None,
        sort: str | None,
        upcoming: dict[str, Any] | None,
        reviews: dict[str, Any] | None,
    ) -> tuple[bool, Any]:
        if not session_id:
            return False, NOTHING
        try:
            order = None if upcoming or reviews else sort or ""
            return True, _detail(services, links, session_id, question or {}, order)
        except NotFoundError as error:
            if error.field != "session_id":
                return True, failure(error)
            return True, detail_missing(_("There is no such session among yours."))
        except Exception as error:
            return True, failure(error)


def _detail(services: Services, links: Links, session_id: str, question: dict[str, Any], sort: str | None) -> Any:
    """`sort` is the order in which the session has its place; None where it was opened from the calendar or the
    queue, whose orders are others than the table's."""
    asked = ask(services, question)
    viewer = current_viewer()
    found = services.session(viewer, asked, session_id).detail
    order = Sort(sort) if sort in list(Sort) else Sort.SCHEDULED_START_DESC
    place = None if sort is None else get_place(asked.snapshot, asked.scope, asked.filters, order, session_id)
    reader = Reader(asked.clock.zone, links, asked.scope.sees_private, viewer.is_staff, asked.clock.now)
    return detail_body(found, reader, place, _st_in_period(asked, found.st.id))


def _st_in_period(asked: Question, st_id: str) -> StFigures | None:
    """What the session's ST did in the period in force, other filters apart."""
    filters = asked.filters
    theirs = SessionFilters(filters.zone, filters.low_rating, period=filters.period, st_ids=(st_id,))
    return next(iter(get_stats(asked.snapshot, asked.scope, theirs, asked.clock).by_st), None)
