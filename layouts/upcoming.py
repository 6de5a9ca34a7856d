"""What is to come: the calendar's place, and beside it double bookings and Student-Teachers with nothing booked."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from dash import html

from layouts import ids
from layouts.language import counted
from layouts.language import gettext as _
from layouts.links import Links
from layouts.words import clock_time, day, days, moment
from queries.models import ConflictGroup, IdleSt, Person, UpcomingOverview

SHOWN = 6


def upcoming(*, is_creator: bool, week_start: int, version: str) -> html.Section:
    """Drawn in full by assets/calendar.js once the tab is opened: the calendar's script is not in the first visit.

    `week_start` is 0 for Monday, 6 for Sunday; `version` is the calendar's, by which its script is kept.
    """
    return html.Section(
        [
            html.Div(
                [html.Div("\u00a0", id=ids.UPCOMING_SUMMARY, role="status"), *([_subscribe()] if is_creator else [])],
                className="upcoming-head",
            ),
            html.Div(
                [
                    html.Div(
                        html.Div(_("Loading the calendar…"), className="mute calendar-wait"),
                        id=ids.UPCOMING_CALENDAR,
                        className="card-box calendar",
                        **{"data-first-day": (week_start + 1) % 7, "data-version": f"?v={version}"},
                    ),
                    html.Div(id=ids.UPCOMING_NOTES, className="upcoming-notes"),
                ],
                className="upcoming-columns",
            ),
        ],
        className="view-upcoming",
        **{"aria-label": _("Upcoming sessions")},
    )


def _subscribe() -> Any:
    return html.Button(_("Subscribe…"), className="btn-plain", **{"data-feed": "open", "aria-haspopup": "dialog"})


def upcoming_summary(overview: UpcomingOverview, zone: ZoneInfo, *, filtered: bool) -> list[Any]:
    """How much is to come, by when, and in which zone its times are."""
    if not overview.total:
        return [_("No coming session matches these filters") if filtered else _("Nothing is booked")]
    span = days(overview.days[0].day, overview.days[-1].day)
    return [
        html.B(counted(overview.total, "{count} coming session", "{count} coming sessions")),
        f", {span} · " + _("times in {zone}", zone=zone.key),
    ]


def upcoming_notes(overview: UpcomingOverview, links: Links, zone: ZoneInfo) -> list[html.Section]:
    return [_conflicts(overview, links, zone), _idle(overview, links, zone)]


def _conflicts(overview: UpcomingOverview, links: Links, zone: ZoneInfo) -> html.Section:
    groups = overview.conflict_groups
    if not groups:
        return _note(_("Booked twice"), _("No Student-Teacher is booked twice at once."))
    said = counted(
        overview.conflicts, "{count} session at the same time as another of the same Student-Teacher.",
        "{count} sessions at the same time as another of the same Student-Teacher.",
    )  # fmt: skip
    shown = [_group(group, links, zone) for group in groups]
    return _note(_("Booked twice"), said, shown)


def _group(group: ConflictGroup, links: Links, zone: ZoneInfo) -> html.Li:
    return html.Li(
        [
            _person(group.st, links),
            *(
                html.Div(
                    html.Button(
                        [_span(session.scheduled_start, session.scheduled_end, zone), " ",
                         html.Bdi(session.student.name), " · ", html.Bdi(session.course.title)],
                        className="link", **{"data-open": session.id},
                    )
                )
                for session in group.sessions
            ),
        ]
    )  # fmt: skip


def _idle(overview: UpcomingOverview, links: Links, zone: ZoneInfo) -> html.Section:
    if not overview.idle_sts:
        return _note(_("Nothing booked"), _("No Student-Teacher of the last 12 weeks is without a session to come."))
    said = counted(
        overview.idle_sts_total, "{count} Student-Teacher of the last 12 weeks without a session to come.",
        "{count} Student-Teachers of the last 12 weeks without a session to come.",
    )  # fmt: skip
    items = [_idle_st(idle, links, zone) for idle in overview.idle_sts]
    return _note(_("Nothing booked"), said, items[:SHOWN], items[SHOWN:])


def _idle_st(idle: IdleSt, links: Links, zone: ZoneInfo) -> html.Li:
    last = day(idle.last_start.astimezone(zone).date())
    words = counted(
        idle.sessions,
        "last on {day}, {count} session in 12 weeks, not cancelled",
        "last on {day}, {count} sessions in 12 weeks, not cancelled",
        day=last,
    )
    return html.Li([_person(idle.st, links), html.Div(words, className="mute")])


def _note(title: str, words: str, items: Sequence[html.Li] = (), more: Sequence[html.Li] = ()) -> html.Section:
    """`more` are behind a line that opens: a long list must not outgrow the calendar."""
    parts: list[Any] = [html.H2(title), html.Div(words, className="mute")]
    if items:
        parts.append(html.Ul(list(items)))
    if more:
        opens = html.Summary(counted(len(more), "{count} more", "{count} more"))
        parts.append(html.Details([opens, html.Ul(list(more))]))
    return html.Section(parts, className="card-box")


def _person(person: Person, links: Links) -> html.A:
    return html.A(person.name, href=links.to_profile(person.id), dir="auto")


def _span(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    return f"{moment(start, zone, year=False)} – {clock_time(end, zone)}"
