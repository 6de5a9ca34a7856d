"""The page as a whole, before any data has come."""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from dash import dcc, html
from dash.development.base_component import Component

from layouts import ids
from layouts.by_st import FEWEST_ROWS, by_st_table
from layouts.comparing import comparing
from layouts.detail import detail_modal, session_unread
from layouts.downloads import downloads_words
from layouts.export import export_dialog
from layouts.filters import filter_bar
from layouts.grid import grid
from layouts.header import header, tabs
from layouts.language import browser_words, counted, spoken
from layouts.language import gettext as _
from layouts.links import Links
from layouts.metrics import empty_tiles
from layouts.over_time import over_time_chart
from layouts.review import review_words
from layouts.reviews import reviews
from layouts.skeleton import skeleton
from layouts.theme import css_variables
from layouts.upcoming import upcoming
from layouts.words import FIELD_LABELS, said
from queries.models import PersonOption, WayOut
from queries.periods import RangePreset

# In the page itself: browsers fetch an icon anew with each change of the address.
ICON = "data:image/svg+xml," + quote((Path(__file__).parent / "icon.svg").read_text().strip())
INDEX = """<!DOCTYPE html>
<html lang="TAG" data-bs-theme="light" data-later-script="LATER_SCRIPT" data-later-style="LATER_STYLE">
<head>
{%metas%}
<title>{%title%}</title>
<link rel="icon" href="ICON">
{%css%}
<style>COLOURS</style>
WORDS
<script src="BOOT"></script>
</head>
<body>
<noscript><p class="state">NOSCRIPT</p></noscript>
<div id="PLACE" aria-hidden="true" inert>OUTLINE</div>
{%app_entry%}
<footer>{%config%}{%scripts%}{%renderer%}</footer>
</body>
</html>
"""


def page(
    viewer_name: str, role: str, links: Links, creators: Sequence[PersonOption], student_teachers: int, *,
    sees_private: bool = True, week_start: int = 0, calendar_version: str = "",
) -> html.Div:  # fmt: skip
    """Everything in its place, and as high as it will be; `creators` is what staff choose from."""
    return html.Div(
        [
            dcc.Store(id=ids.QUESTION),
            dcc.Store(id=ids.CREATOR),
            dcc.Store(id=ids.SORT),
            dcc.Store(id=ids.THEME),
            dcc.Store(id=ids.DETAIL_SESSION),
            dcc.Store(id=ids.UPCOMING),
            dcc.Store(id=ids.REVIEWS),
            dcc.Store(id=ids.COMPARE),
            dcc.Store(id=ids.REVIEW_CHANGED),
            dcc.Store(id=ids.EXPORT),
            html.Main(
                [
                    header(links.dashboard, viewer_name, role, creators, sees_private=sees_private),
                    tabs(),
                    html.Div(id=ids.NOTICES, className="notices", role="status"),
                    filter_bar(everyone=bool(creators)),
                    html.Div(load_failed("figures"), className="figures-failed", role="alert"),
                    html.Div(
                        [
                            html.Div(
                                empty_tiles(),
                                id=ids.METRICS,
                                className="kpis",
                                role="group",
                                **{"aria-label": _("Figures")},
                            ),
                            html.Div([over_time_chart(), by_st_table(student_teachers)], className="two"),
                            grid(links, creators, watches=sees_private),
                        ],
                        className="view-sessions",
                    ),
                    upcoming(is_creator=role == "creator", week_start=week_start, version=calendar_version),
                    reviews(links, creators, decides=role == "operations"),
                    comparing(load_failed("compare")),
                ]
            ),
            signed_out(),
            detail_failed(),
            later_failed(),
            detail_modal(),
            review_words(),
            export_dialog(),
            downloads_words(),
        ]
    )


def problem(field: str, message: str) -> html.Div:
    """A question that cannot be answered as it was asked; names the field as the page does."""
    named = _(FIELD_LABELS[field]) if field in FIELD_LABELS else field
    return html.Div([html.B(f"{named}: "), said(message)], className="state-error", role="alert")


def not_theirs(is_staff: bool) -> html.Div:
    """A creator that there is not, or not for this viewer; it leads back to what is."""
    words, leads = (_("There is no such creator."), _("Show all creators")) if is_staff else (
        _("These are another creator's sessions."), _("Show your own")
    )  # fmt: skip
    link = html.A(leads, href=ids.PAGE_PATH, className="btn-plain")
    return html.Div([words + " ", link], className="state-error", role="alert")


def load_failed(retries: Literal["page", "figures", "compare"] = "page") -> html.Div:
    """Retry loads the whole page again, or asks only for the figures, or the comparison, once more."""
    return html.Div(
        [
            _("Unable to load sessions.") + " ",
            html.Button(_("Retry"), className="btn-plain", **{"data-retry": retries}),
        ],
        className="state-error",
    )


def store_down() -> html.Div:
    """For staff: what they look at is recorded first, and cannot be."""
    words = _(
        "Which sessions staff open is recorded, and the database for that does not answer: none can be opened now."
    )
    return html.Div([words + " ", html.Button(_("Retry"), className="btn-plain", **{"data-retry": "page"})],
        className="state-error", role="alert",
    )  # fmt: skip


def signed_out() -> html.Div:
    """Shown as soon as any answer says so; the address is the page's state, so signing in again leads back to it."""
    again = html.Button(_("Sign in again"), className="btn-accent", **{"data-retry": "page"})
    words = _("You have been signed out.") + " "
    return html.Div([words, again], className="over-page signed-out", role="alert")


def detail_failed() -> html.Div:
    """Over the page, where the session would be; where another is open, its place says so."""
    return html.Div(session_unread(), className="over-page detail-failed", role="alert")


def later_failed() -> html.Div:
    """Where what comes after the first interaction cannot be read: it is tried again, but may be gone for good."""
    retry = html.Button(_("Retry"), className="btn-plain", **{"data-retry": "page"})
    words = _("Unable to load a part of this page.") + " "
    return html.Div([words, retry], className="over-page later-failed", role="alert")


def stale(age: str) -> html.Div:
    old = html.B(_("These figures are {age} old.", age=age) + " ")
    return html.Div([old, _("No newer export has arrived.")], className="state-warning")


def no_sessions() -> list[Component]:
    return [html.B(_("No sessions yet")), html.Span(_("Sessions of your courses appear here once they are booked."))]


def nothing_matches(ways_out: Sequence[WayOut]) -> list[Component]:
    """Which filter to drop, and how many sessions there are without it."""
    title = html.B(_("No sessions match"))
    if not ways_out:
        return [title, html.Span(_("No single filter is in the way: reset them, or drop several."))]
    return [title, html.Span([_way_out(way) for way in ways_out], className="ways-out")]


def _way_out(way: WayOut) -> html.Button:
    words = [
        _("Drop “{filter}”", filter=_(FIELD_LABELS[way.fields[0]])),
        html.Span(" " + counted(way.sessions, "{count} session", "{count} sessions"), className="mute"),
    ]
    if "range" in way.fields:
        return html.Button([_("All time"), words[1]], className="btn-plain", **{"data-preset": RangePreset.ALL.value})
    return html.Button(words, className="btn-plain", **{"data-remove": " ".join(way.fields), "data-value": ""})


def index(links: Links, later_script: str = "", later_style: str = "") -> str:
    """The document that Dash fills in, the same for every viewer: theme before paint, the page's outline, and where
    what a first visit does without is (assets/later.js)."""
    outline = page("\u00a0", "creator", links, [], FEWEST_ROWS).children
    parts = {
        "TAG": spoken().tag,
        "LATER_SCRIPT": later_script,
        "LATER_STYLE": later_style,
        "COLOURS": css_variables(),
        "BOOT": f"{ids.PAGE_PATH}/assets/boot/boot.js",
        "ICON": ICON,
        "PLACE": ids.OUTLINE,
        "NOSCRIPT": escape(_("This page needs JavaScript.")),
        "WORDS\n": browser_words(),
        "OUTLINE": skeleton(outline),
    }
    document = INDEX
    for name, part in parts.items():
        document = document.replace(name, part)
    return document
