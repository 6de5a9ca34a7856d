"""Options of the filters: those of the creator in view, and of nobody else."""

from typing import Any

from dash import Dash, Input, Output, State, no_update

from auth.viewer import current_viewer
from callbacks.ask import failure
from layouts import ids
from layouts.filters import course_options, flag_options, st_options, status_options
from queries.filters import FilterError, FilterParams
from queries.options import count_choices, list_courses, list_student_teachers
from services import Services


def register(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ids.FILTER_COURSE, "options"),
        Output(ids.FILTER_ST, "options"),
        Output(ids.FILTER_STATUS, "options"),
        Output(ids.FILTER_FLAGS, "options"),
        Output(ids.FILTER_COURSE, "value"),
        Output(ids.FILTER_ST, "value"),
        Input(ids.CREATOR, "data"),
        State(ids.QUESTION, "data"),
    )
    def show_options(creator: str | None, question: dict[str, Any] | None) -> list[Any]:
        if not creator:
            return [no_update] * 6
        try:
            scope = services.scope(current_viewer(), creator)
            snapshot = services.warehouse.current()
            courses = list_courses(snapshot, scope)
            student_teachers = list_student_teachers(snapshot, scope)
            counts = count_choices(snapshot, scope, services.settings.low_rating)
        except Exception as error:
            failure(error)
            return [no_update] * 6
        chosen = _chosen(question)
        course_ids = [course.id for course in courses if course.id in chosen.course_id]
        st_ids = [st.id for st in student_teachers if st.id in chosen.st_id]
        options = [course_options(courses), st_options(student_teachers), status_options(counts), flag_options(counts)]
        return [*options, course_ids or no_update, st_ids or no_update]


def _chosen(question: dict[str, Any] | None) -> FilterParams:
    try:
        return FilterParams.from_query(str(question.get("search", "")) if isinstance(question, dict) else "")
    except FilterError:
        return FilterParams()
