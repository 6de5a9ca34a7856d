"""Filter bar: what is chosen, and one visible way back."""

from collections.abc import Sequence

from dash import dcc, html

from layouts import ids
from layouts.words import STATUS_LABELS, number
from queries.models import CourseOption, PersonOption

Options = list[dict[str, str]]


def filter_bar() -> html.Div:
    """The controls, empty: options come with the creator whose they are."""
    return html.Div(
        [
            _choice(ids.FILTER_COURSE, "Course", []),
            _choice(ids.FILTER_ST, "Student-Teacher", []),
            html.Label(
                [
                    html.Span("Search student by name", className="visually-hidden"),
                    dcc.Input(
                        id=ids.FILTER_STUDENT, type="search", placeholder="Search student", debounce=0.3,
                        autoComplete="off", maxLength=200,
                    ),
                ]
            ),
            _choice(
                ids.FILTER_STATUS, "Status",
                [{"label": label, "value": status.value} for status, label in STATUS_LABELS.items()],
            ),
            html.Button("Reset filters", id=ids.FILTER_RESET, className="btn-plain", hidden=True),
        ],
        className="filters",
        role="search",
        **{"aria-label": "Filters"},
    )  # fmt: skip


def course_options(courses: Sequence[CourseOption]) -> Options:
    return [{"label": f"{course.title} ({number(course.sessions)})", "value": course.id} for course in courses]


def st_options(student_teachers: Sequence[PersonOption]) -> Options:
    return [{"label": f"{st.name} ({number(st.sessions)})", "value": st.id} for st in student_teachers]


def _choice(id_: str, label: str, options: Options) -> html.Div:
    return html.Div(
        dcc.Dropdown(options, [], id=id_, multi=True, placeholder=f"{label}: all", maxHeight=360),
        className="choice",
        **{"aria-label": label},
    )
