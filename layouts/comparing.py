"""The Compare tab before there is an answer: what side B is to be. Side A is what the page filters by."""

import dash_bootstrap_components as dbc
from dash import dcc, html

from layouts import ids
from layouts.filters import choice
from layouts.language import gettext as _
from layouts.language import marked
from layouts.words import PRESET_LABELS
from queries.compare_models import Relative

RELATIVE_LABELS = {
    Relative.PREVIOUS: marked("Previous period"),
    Relative.YEAR_BEFORE: marked("A year before"),
    Relative.SAME: marked("Same range as A"),
}
DAYS = "days"


def comparing(failed: html.Div) -> html.Section:
    """`failed` is shown while no answer came. Everything below the choice is drawn by layouts/comparison.py."""
    return html.Section(
        [
            html.Div(
                [
                    html.Span([_("Compare with"), " ", html.B("B", className="side-mark")], className="compare-with"),
                    html.Label(
                        [
                            html.Span(_("B's range"), className="visually-hidden"),
                            dbc.Select(_ranges(), Relative.PREVIOUS.value, id=ids.COMPARE_RANGE),
                        ]
                    ),
                    html.Div(
                        [
                            html.Label([html.Span(_("From")), dcc.Input(id=ids.COMPARE_FROM, type="date")]),
                            html.Label([html.Span(_("To")), dcc.Input(id=ids.COMPARE_TO, type="date")]),
                        ],
                        id=ids.COMPARE_DAYS,
                        className="compare-days",
                        hidden=True,
                        role="group",
                        **{"aria-label": _("B's range")},
                    ),
                    choice(ids.COMPARE_COURSE, _("B's course"), _("Course: as A"), []),
                    choice(ids.COMPARE_ST, _("B's Student-Teacher"), _("Student-Teacher: as A"), []),
                ],
                className="compare-choice",
                role="group",
                **{"aria-label": _("Compare with")},
            ),
            html.Div(failed, className="compare-failed", role="alert"),
            html.Div(id=ids.COMPARE_RESULT, className="compare-result"),
        ],
        className="view-compare",
        **{"aria-label": _("Compare")},
    )


def _ranges() -> list[dict[str, str]]:
    named = [
        {"label": _(words), "value": name.value} for name, words in (*RELATIVE_LABELS.items(), *PRESET_LABELS.items())
    ]
    return [*named, {"label": _("Days…"), "value": DAYS}]
