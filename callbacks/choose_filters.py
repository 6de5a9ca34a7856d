"""Options of the filters: those of the creator in view, and of nobody else."""

from typing import Any

from dash import Dash, Input, Output, no_update

from auth.viewer import current_viewer
from callbacks.ask import failure
from layouts import ids
from layouts.filters import course_options, flag_options, st_options, status_options
from queries.options import count_choices, list_courses, list_student_teachers
from services import Services


def register(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ids.FILTER_COURSE, "options"),
        Output(ids.FILTER_ST, "options"),
        Output(ids.FILTER_STATUS, "options"),
        Output(ids.FILTER_FLAGS, "options"),
        Input(ids.CREATOR, "data"),
    )
    def show_options(creator: str | None) -> list[Any]:
        if not creator:
            return [no_update] * 4
        try:
            scope = services.scope(current_viewer(), creator)
            snapshot = services.warehouse.current()
            courses = list_courses(snapshot, scope)
            student_teachers = list_student_teachers(snapshot, scope)
            counts = count_choices(snapshot, scope, services.settings.low_rating)
        except Exception as error:
            failure(error)
            return [no_update] * 4
        return [course_options(courses), st_options(student_teachers), status_options(counts), flag_options(counts)]
