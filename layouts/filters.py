"""Filter bar: what can be chosen. What is chosen is told by layouts/chips.py."""

from collections.abc import Mapping, Sequence

import dash_bootstrap_components as dbc
from dash import dcc, html

from layouts import ids
from layouts.grid import column_choice
from layouts.words import FLAG_LABELS, SORT_LABELS, STATUS_LABELS, number
from queries.filters import Flag, Status
from queries.models import CourseOption, PersonOption

Options = list[dict[str, str]]
Counts = Mapping[Status | Flag, int]
ANY = {"label": "any", "value": "any"}


def filter_bar(*, everyone: bool) -> html.Div:
    """The controls, empty: options come with the creator whose they are. `everyone` adds the table's creator column."""
    return html.Div(
        [
            _phone_bar(),
            html.Div(
                [
                    html.Div(
                        [
                            html.H2("Filters"),
                            html.Button(
                                "✕",
                                className="btn-plain sheet-close",
                                **{"data-sheet": "close", "aria-label": "Close filters"},
                            ),
                        ],
                        className="sheet-head phone-only",
                    ),
                    _choice(ids.FILTER_COURSE, "Course", []),
                    _choice(ids.FILTER_ST, "Student-Teacher", []),
                    _student_search(),
                    _choice(ids.FILTER_STATUS, "Status", status_options({})),
                    html.Button("Ratings and flags", id=ids.FILTER_MORE, className="btn-plain field-button"),
                    _more(),
                    html.Span(className="spacer"),
                    *column_choice(everyone=everyone),
                    html.Button("Copy link", className="btn-plain field-button", **{"data-copy": "link"}),
                    _sheet_foot(),
                ],
                id=ids.FILTER_SHEET,
                className="filters",
                role="search",
                **{"aria-label": "Filters"},
            ),
            html.Div(
                [
                    html.Div(id=ids.FILTER_CHIPS, className="chips"),
                    html.Button("Reset filters", id=ids.FILTER_RESET, className="link"),
                ],
                className="chosen",
            ),
        ],
        className="filter-bar",
    )


def _phone_bar() -> html.Div:
    """On a phone: opens the sheet of filters, and the charts."""
    return html.Div(
        [
            html.Button(
                "Filters", id=ids.FILTER_OPEN, className="btn-plain", **{"data-sheet": "open", "aria-expanded": "false"}
            ),
            html.Button(
                "Charts", className="btn-plain charts-open", **{"data-charts": "toggle", "aria-expanded": "false"}
            ),
        ],
        className="phone-bar phone-only",
    )


def _sheet_foot() -> html.Div:
    """On a phone, where no heading of a column can be clicked, the order is chosen here."""
    orders = [{"label": words, "value": value} for value, words in SORT_LABELS.items()]
    return html.Div(
        [
            html.Label(["Order", dbc.Select(orders, "-scheduled_start", id=ids.FILTER_SORT)]),
            html.Button("Show sessions", className="btn-accent", **{"data-sheet": "close"}),
        ],
        className="sheet-foot phone-only",
    )


def course_options(courses: Sequence[CourseOption]) -> Options:
    return [{"label": f"{course.title} ({number(course.sessions)})", "value": course.id} for course in courses]


def st_options(student_teachers: Sequence[PersonOption]) -> Options:
    return [{"label": f"{st.name} ({number(st.sessions)})", "value": st.id} for st in student_teachers]


def status_options(counts: Counts) -> Options:
    return [_counted(label, status, counts) for status, label in STATUS_LABELS.items()]


def flag_options(counts: Counts) -> Options:
    return [_counted(label, flag, counts) for flag, label in FLAG_LABELS.items()]


def _counted(label: str, value: Status | Flag, counts: Counts) -> dict[str, str]:
    return {"label": f"{label} ({number(counts[value])})" if value in counts else label, "value": value.value}


def _choice(id_: str, label: str, options: Options) -> html.Div:
    return html.Div(
        dcc.Dropdown(options, [], id=id_, multi=True, placeholder=f"{label}: all", maxHeight=360),
        className="choice",
        role="group",
        **{"aria-label": label},
    )


def _student_search() -> html.Label:
    """A search that offers the creator's own students while one types; assets/students.js fills the list."""
    return html.Label(
        [
            html.Span("Search student by name", className="visually-hidden"),
            dcc.Input(
                id=ids.FILTER_STUDENT,
                type="search",
                placeholder="Search student",
                debounce=0.3,
                autoComplete="off",
                maxLength=200,
                list=ids.FILTER_STUDENTS,
            ),
            html.Datalist(id=ids.FILTER_STUDENTS),
        ]
    )


def _more() -> dbc.Popover:
    stars = [ANY, *({"label": f"{star} ★", "value": str(star)} for star in range(1, 6))]
    rated = [ANY, {"label": "rated", "value": "true"}, {"label": "not rated", "value": "false"}]
    return dbc.Popover(
        dbc.PopoverBody(
            [
                html.Div(
                    [
                        html.Label(["Rating from", dbc.Select(stars, "any", id=ids.FILTER_RATING_MIN)]),
                        html.Label(["to", dbc.Select(stars, "any", id=ids.FILTER_RATING_MAX)]),
                        html.Label(["Rated", dbc.Select(rated, "any", id=ids.FILTER_RATED)]),
                    ],
                    className="range-days",
                ),
                html.Fieldset(
                    [html.Legend("Flags, any of"), dbc.Checklist(flag_options({}), [], id=ids.FILTER_FLAGS)],
                    className="flags",
                ),
            ]
        ),
        target=ids.FILTER_MORE,
        trigger="legacy",
        placement="bottom-start",
        hide_arrow=True,
        className="range-popover",
    )
