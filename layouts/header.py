"""Header: where we are, how much there is, how fresh it is, and the range."""

from collections.abc import Sequence

import dash_bootstrap_components as dbc
from dash import dcc, html

from layouts import ids
from layouts.words import ALL_CREATORS, PRESET_LABELS, as_of, counted, days, number
from queries.models import PersonOption, Totals
from queries.periods import Clock, Period, RangePreset

SEGMENTS = (RangePreset.TODAY, RangePreset.THIS_WEEK, RangePreset.THIS_MONTH)
MORE = (RangePreset.LAST_7_DAYS, RangePreset.LAST_30_DAYS, RangePreset.LAST_12_WEEKS, RangePreset.ALL)
ROLE_LABELS = {"creator": "Creator", "operations": "Operations", "analyst": "Analyst"}


def header(
    dashboard_url: str, viewer_name: str, role: str, creators: Sequence[PersonOption], *, sees_private: bool
) -> html.Header:
    """`creators` is what staff choose from; empty for a creator, who has no choice to make."""
    return html.Header(
        [
            html.Div(
                [
                    html.Nav(
                        [html.A("Creator dashboard", href=dashboard_url), " / ", html.Span("Session History")],
                        className="crumb",
                        **{"aria-label": "Breadcrumb"},
                    ),
                    html.H1("Session History"),
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
    """What the page shows of the sessions: those that were, and those to come."""
    return html.Nav(
        [
            html.Button("Sessions", className="view-tab", **{"data-tab": "sessions", "aria-current": "page"}),
            html.Button("Upcoming", className="view-tab", **{"data-tab": "upcoming"}),
        ],
        className="tabs",
        **{"aria-label": "Views"},
    )


def totals_line(totals: Totals, clock: Clock, period: Period, whose: str | None = None) -> list[html.Span]:
    """1,085 total sessions, 97 this week · data as of 10:42 · times in Europe/Berlin.

    `whose` sessions they are stands first, for staff, who see one creator's or all.
    """
    parts = [
        f"{counted(totals.total_sessions, 'total session')}, {number(totals.this_week)} this week",
        f"data as of {as_of(clock.data_as_of, clock.now, clock.zone)}",
        f"times in {clock.zone.key}",
    ]
    if period.preset is RangePreset.LAST_12_WEEKS and period.last and period.last < clock.today():
        parts.append(f"12 weeks up to the last session, {days(period.last, period.last)}")
    named = [html.Span(html.B(whose, dir="auto"))] if whose else []
    return named + [html.Span(part) for part in parts]


def range_label(period: Period) -> str:
    """What the custom button says: the days, or the instants' days, of the range in force."""
    if period.first or period.last:
        return days(period.first, period.last)
    return days(period.start.date() if period.start else None, period.end.date() if period.end else None)


def _account(name: str, role: str, sees_private: bool) -> html.Form:
    label = ROLE_LABELS[role] + (" with recordings" if role == "analyst" and sees_private else "")
    return html.Form(
        [
            html.Span(name if name == label else f"{name} · {label}", className="mute"),
            *(
                [html.A("Access log", href=ids.ACCESS_LOG_PATH, className="carries-zone")]
                if role == "operations"
                else []
            ),
            html.Button("Theme", type="button", className="link theme-choice", **{"data-theme": "next"}),
            html.Button("Sign out", type="submit", className="link"),
        ],
        method="post",
        action="/sign-out",
        className="account",
    )


def _creator_choice(creators: Sequence[PersonOption]) -> html.Div:
    everyone = [{"label": ALL_CREATORS, "value": "all"}]
    options = everyone + [{"label": f"{c.name} ({number(c.sessions)})", "value": c.id} for c in creators]
    return html.Div(
        dcc.Dropdown(options, "all", id=ids.HEADER_CREATOR, clearable=False, searchable=True, maxHeight=360),
        className="creator-choice",
        hidden=not creators,
        role="group",
        **{"aria-label": "Creator"},
    )


def _range() -> html.Div:
    segments = [
        html.Button(
            PRESET_LABELS[preset], className="seg-button", **{"data-preset": preset.value, "aria-pressed": "false"}
        )
        for preset in SEGMENTS
    ]  # fmt: skip
    custom = html.Button("Last 12 weeks", id=ids.RANGE_CUSTOM, className="seg-button", **{"aria-haspopup": "dialog"})
    return html.Div([html.Div([*segments, custom], className="seg", role="group"), _range_popover()], className="range")


def _range_popover() -> dbc.Popover:
    more = [
        html.Button(
            PRESET_LABELS[preset], className="range-more" + (" phone-only" if preset in SEGMENTS else ""),
            **{"data-preset": preset.value, "aria-pressed": "false"},
        )
        for preset in (*SEGMENTS, *MORE)
    ]  # fmt: skip
    days_form = html.Div(
        [
            html.Label(["From", dcc.Input(id=ids.RANGE_FROM, type="date")]),
            html.Label(["To", dcc.Input(id=ids.RANGE_TO, type="date")]),
            html.Button("Show these days", id=ids.RANGE_APPLY, className="btn-accent"),
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
