"""Header: where we are, how much there is, how fresh it is, and the range."""

from collections.abc import Sequence

import dash_bootstrap_components as dbc
from dash import dcc, html

from layouts import ids
from layouts.downloads import downloads_button
from layouts.language import counted, marked
from layouts.language import gettext as _
from layouts.words import ALL_CREATORS, PRESET_LABELS, as_of, days, number
from queries.models import PersonOption, Totals
from queries.periods import Clock, Period, RangePreset

SEGMENTS = (RangePreset.TODAY, RangePreset.THIS_WEEK, RangePreset.THIS_MONTH)
MORE = (RangePreset.LAST_7_DAYS, RangePreset.LAST_30_DAYS, RangePreset.LAST_12_WEEKS, RangePreset.ALL)
ROLE_LABELS = {"creator": marked("Creator"), "operations": marked("Operations"), "analyst": marked("Analyst")}
WITH_RECORDINGS = marked("Analyst with recordings")


def header(
    dashboard_url: str, viewer_name: str, role: str, creators: Sequence[PersonOption], *, sees_private: bool
) -> html.Header:
    """`creators` is what staff choose from; empty for a creator, who has no choice to make."""
    return html.Header(
        [
            html.Div(
                [
                    html.Nav(
                        [html.A(_("Creator dashboard"), href=dashboard_url), " / ", html.Span(_("Session History"))],
                        className="crumb",
                        **{"aria-label": _("Breadcrumb")},
                    ),
                    html.H1(_("Session History")),
                    html.Div("\u00a0", id=ids.HEADER_TOTALS, className="mute"),
                ]
            ),
            html.Div(
                [_account(viewer_name, role, sees_private), _creator_choice(creators), _range()], className="head-right"
            ),
        ],
        className="head",
    )


def tabs() -> html.Nav:
    """What the page shows of the sessions: those that were, those to come, those to look at, and two sides of them."""
    return html.Nav(
        [
            html.Button(_("Sessions"), className="view-tab", **{"data-tab": "sessions", "aria-current": "page"}),
            html.Button(_("Upcoming"), className="view-tab", **{"data-tab": "upcoming"}),
            html.Button(
                [
                    _("Needs review"),
                    " ",
                    html.Span(id=ids.REVIEW_COUNT, className="tab-count", hidden=True, role="img"),
                ],
                className="view-tab",
                **{"data-tab": "review"},
            ),
            html.Button(_("Compare"), className="view-tab", **{"data-tab": "compare"}),
        ],
        className="tabs",
        **{"aria-label": _("Views")},
    )


def totals_line(totals: Totals, clock: Clock, period: Period, whose: str | None = None) -> list[html.Span]:
    """1,085 total sessions, 97 this week · data as of 10:42 · times in Europe/Berlin.

    `whose` sessions they are stands first, for staff, who see one creator's or all.
    """
    parts = [
        counted(
            totals.total_sessions,
            "{count} total session, {this_week} this week",
            "{count} total sessions, {this_week} this week",
            this_week=number(totals.this_week),
        ),
        _("data as of {moment}", moment=as_of(clock.data_as_of, clock.now, clock.zone)),
        _("times in {zone}", zone=clock.zone.key),
    ]
    if period.preset is RangePreset.LAST_12_WEEKS and period.last and period.last < clock.today():
        parts.append(_("12 weeks up to the last session, {day}", day=days(period.last, period.last)))
    named = [html.Span(html.B(whose, dir="auto"))] if whose else []
    return named + [html.Span(part) for part in parts]


def range_label(period: Period) -> str:
    """What the custom button says: the days, or the instants' days, of the range in force."""
    if period.first or period.last:
        return days(period.first, period.last)
    return days(period.start.date() if period.start else None, period.end.date() if period.end else None)


def _account(name: str, role: str, sees_private: bool) -> html.Form:
    label = WITH_RECORDINGS if role == "analyst" and sees_private else ROLE_LABELS[role]
    return html.Form(
        [
            html.Span(_(label) if name == label else f"{name} · {_(label)}", className="mute"),
            *(
                [html.A(_("Access log"), href=ids.ACCESS_LOG_PATH, className="carries-zone")]
                if role == "operations"
                else []
            ),
            downloads_button(),
            _theme_choice(),
            html.Button(_("Sign out"), type="submit", className="link"),
        ],
        method="post",
        action="/sign-out",
        className="account",
    )


def _theme_choice() -> html.Button:
    """Its style sheet says which theme is chosen, by the words given here."""
    chosen = {"data-system": _("system"), "data-light": _("light"), "data-dark": _("dark")}
    return html.Button(_("Theme"), type="button", className="link theme-choice", **{"data-theme": "next"}, **chosen)


def _creator_choice(creators: Sequence[PersonOption]) -> html.Div:
    everyone = [{"label": _(ALL_CREATORS), "value": "all"}]
    options = everyone + [{"label": f"{c.name} ({number(c.sessions)})", "value": c.id} for c in creators]
    return html.Div(
        dcc.Dropdown(
            options,
            "all",
            id=ids.HEADER_CREATOR,
            clearable=False,
            searchable=True,
            maxHeight=360,
            labels=dropdown_labels(),
        ),
        className="creator-choice",
        hidden=not creators,
        role="group",
        **{"aria-label": _("Creator")},
    )


def dropdown_labels() -> dict[str, str]:
    """What a dropdown says of itself, as Dash has it in English; it puts the number in the place of {num_selected}."""
    return {
        "select_all": _("Select All"),
        "deselect_all": _("Deselect All"),
        "selected_count": _("{num_selected} selected"),
        "search": _("Search"),
        "clear_search": _("Clear search"),
        "clear_selection": _("Clear selection"),
        "no_options_found": _("No options found"),
    }


def _range() -> html.Div:
    segments = [
        html.Button(
            _(PRESET_LABELS[preset]), className="seg-button", **{"data-preset": preset.value, "aria-pressed": "false"}
        )
        for preset in SEGMENTS
    ]  # fmt: skip
    custom = html.Button(_("Last 12 weeks"), id=ids.RANGE_CUSTOM, className="seg-button", **{"aria-haspopup": "dialog"})
    return html.Div([html.Div([*segments, custom], className="seg", role="group"), _range_popover()], className="range")


def _range_popover() -> dbc.Popover:
    more = [
        html.Button(
            _(PRESET_LABELS[preset]), className="range-more" + (" phone-only" if preset in SEGMENTS else ""),
            **{"data-preset": preset.value, "aria-pressed": "false"},
        )
        for preset in (*SEGMENTS, *MORE)
    ]  # fmt: skip
    days_form = html.Div(
        [
            html.Label([_("From"), dcc.Input(id=ids.RANGE_FROM, type="date")]),
            html.Label([_("To"), dcc.Input(id=ids.RANGE_TO, type="date")]),
            html.Button(_("Show these days"), id=ids.RANGE_APPLY, className="btn-accent"),
        ],
        className="range-days",
    )
    return dbc.Popover(
        dbc.PopoverBody([html.Div(more, className="range-list"), days_form]),
        id=ids.RANGE_POPOVER,
        target=ids.RANGE_CUSTOM,
        trigger="legacy",
        placement="bottom-end",
        hide_arrow=True,
        className="range-popover",
    )
