"""Filter bar: what can be chosen. What is chosen is told by layouts/chips.py."""

from collections.abc import Mapping, Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html

from layouts import ids
from layouts.export import export_button
from layouts.grid import column_choice
from layouts.header import dropdown_labels
from layouts.language import gettext as _
from layouts.words import FLAG_LABELS, SORT_LABELS, STATUS_LABELS, number
from queries.filters import Flag, Status
from queries.models import CourseOption, PersonOption

Options = list[dict[str, str]]
Counts = Mapping[Status | Flag, int]
ANY = "any"


def filter_bar(*, everyone: bool) -> html.Div:
    """The controls, empty: options come with the creator whose they are. `everyone` adds the table's creator column."""
    return html.Div(
        [
            _phone_bar(),
            html.Div(
                [
                    html.Div(
                        [
                            html.H2(_("Filters")),
                            html.Button(
                                "✕",
                                className="btn-plain sheet-close",
                                **{"data-sheet": "close", "aria-label": _("Close filters")},
                            ),
                        ],
                        className="sheet-head phone-only",
                    ),
                    choice(ids.FILTER_COURSE, _("Course"), _("Course: all"), []),
                    choice(ids.FILTER_ST, _("Student-Teacher"), _("Student-Teacher: all"), []),
                    _student_search(),
                    choice(ids.FILTER_STATUS, _("Status"), _("Status: all"), status_options({})),
                    html.Button(_("Ratings and flags"), id=ids.FILTER_MORE, className="btn-plain field-button"),
                    _more(),
                    html.Span(className="spacer"),
                    *column_choice(everyone=everyone),
                    html.Button(_("Copy link"), className="btn-plain field-button", **{"data-copy": "link"}),
                    export_button("sessions", _("Export sessions"), "btn-plain field-button wide-words"),
                    _sheet_foot(),
                ],
                id=ids.FILTER_SHEET,
                className="filters",
                role="search",
                **{"aria-label": _("Filters")},
            ),
            html.Div(
                [
                    html.Div(id=ids.FILTER_CHIPS, className="chips"),
                    html.Button(_("Reset filters"), id=ids.FILTER_RESET, className="link"),
                    html.Button(
                        [_("Saved views"), " ▾"],
                        className="link views-open",
                        **{"data-views": "", "aria-haspopup": "dialog", "aria-expanded": "false"},
                    ),
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
                _("Filters"),
                id=ids.FILTER_OPEN,
                className="btn-plain",
                **{"data-sheet": "open", "aria-expanded": "false"},
            ),
            html.Button(
                _("Charts"), className="btn-plain charts-open", **{"data-charts": "toggle", "aria-expanded": "false"}
            ),
            export_button("sessions", _("Export sessions"), "btn-plain"),
        ],
        className="phone-bar phone-only",
    )


def _sheet_foot() -> html.Div:
    """On a phone, where no heading of a column can be clicked, the order is chosen here."""
    orders = [{"label": _(words), "value": value} for value, words in SORT_LABELS.items()]
    return html.Div(
        [
            html.Label([_("Order"), dbc.Select(orders, "-scheduled_start", id=ids.FILTER_SORT)]),
            html.Button(_("Show sessions"), className="btn-accent", **{"data-sheet": "close"}),
        ],
        className="sheet-foot phone-only",
    )


def course_options(courses: Sequence[CourseOption]) -> Options:
    return [{"label": f"{course.title} ({number(course.sessions)})", "value": course.id} for course in courses]


def st_options(student_teachers: Sequence[PersonOption]) -> Options:
    return [{"label": f"{st.name} ({number(st.sessions)})", "value": st.id} for st in student_teachers]


def status_options(counts: Counts) -> list[dict[str, Any]]:
    """What is chosen is shown without its count, for which its field has no room."""
    return [
        {"label": html.Span([_(label), html.Span(_count(status, counts), className="option-count")]),
         "value": status.value, "search": _(label)}
        for status, label in STATUS_LABELS.items()
    ]  # fmt: skip


def flag_options(counts: Counts) -> Options:
    return [{"label": _(label) + _count(flag, counts), "value": flag.value} for flag, label in FLAG_LABELS.items()]


def _count(value: Status | Flag, counts: Counts) -> str:
    return f" ({number(counts[value])})" if value in counts else ""


def choice(id_: str, label: str, placeholder: str, options: Sequence[dict[str, Any]]) -> html.Div:
    """A dropdown of several values, named for those who do not see what it stands in."""
    return html.Div(
        dcc.Dropdown(
            list(options), [], id=id_, multi=True, placeholder=placeholder, maxHeight=360, labels=dropdown_labels()
        ),
        className="choice",
        role="group",
        **{"aria-label": label},
    )


def _student_search() -> html.Label:
    """A search that offers the creator's own students while one types; assets/students.js fills the list."""
    return html.Label(
        [
            html.Span(_("Search student by name"), className="visually-hidden"),
            dcc.Input(
                id=ids.FILTER_STUDENT,
                type="search",
                placeholder=_("Search student"),
                debounce=0.3,
                autoComplete="off",
                maxLength=200,
                list=ids.FILTER_STUDENTS,
            ),
            html.Datalist(id=ids.FILTER_STUDENTS),
        ]
    )


def _more() -> dbc.Popover:
    anything = {"label": _("any"), "value": ANY}
    stars = [anything, *({"label": f"{star} ★", "value": str(star)} for star in range(1, 6))]
    rated = [anything, {"label": _("rated"), "value": "true"}, {"label": _("not rated"), "value": "false"}]
    return dbc.Popover(
        dbc.PopoverBody(
            [
                html.Div(
                    [
                        html.Label([_("Rating from"), dbc.Select(stars, ANY, id=ids.FILTER_RATING_MIN)]),
                        html.Label([_("to"), dbc.Select(stars, ANY, id=ids.FILTER_RATING_MAX)]),
                        html.Label([_("Rated"), dbc.Select(rated, ANY, id=ids.FILTER_RATED)]),
                    ],
                    className="range-days",
                ),
                html.Fieldset(
                    [html.Legend(_("Flags, any of")), dbc.Checklist(flag_options({}), [], id=ids.FILTER_FLAGS)],
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
