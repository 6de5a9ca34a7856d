"""One session in full: player and notes at the left, facts and feedback at the right."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import dash_bootstrap_components as dbc
from dash import html

from layouts import ids
from layouts.links import Links
from layouts.words import (
    DISPUTE_LABELS,
    FLAG_LABELS,
    NO_DATA,
    STATUS_LABELS,
    clock_time,
    counted,
    minutes,
    moment,
    number,
)
from queries.filters import Flag
from queries.models import Dispute, Feedback, Person, Place, SessionDetail, StFigures

SPEEDS = (0.75, 1, 1.25, 1.5, 1.75, 2)


def detail_modal() -> dbc.Modal:
    return dbc.Modal(
        html.Div(id=ids.DETAIL_BODY),
        id=ids.DETAIL,
        is_open=False,
        size="xl",
        scrollable=False,
        className="detail",
        labelledby="detail-title",
        fade=False,
    )


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a session is drawn: their zone, where links lead, and what they may see."""

    zone: ZoneInfo
    links: Links
    sees_private: bool
    is_staff: bool


def detail_body(
    session: SessionDetail, reader: Reader, place: Place | None = None, context: StFigures | None = None
) -> html.Div:
    """`place` is where the session stands in the filtered order, `context` what its ST did in the period."""
    return html.Div(
        [
            _head(session, reader.zone, place),
            html.Div(
                [_left(session, reader), _right(session, reader, context)],
                className="detail-columns",
            ),
        ],
        **{"data-session": session.id},
    )


def detail_missing(message: str) -> html.Div:
    """What a deep link to a session that is not there, or not theirs, shows: both say the same."""
    return html.Div([_close_row("Session"), html.P(message, className="detail-missing")])


def _head(session: SessionDetail, zone: ZoneInfo, place: Place | None) -> html.Div:
    booked = f"{clock_time(session.scheduled_start, zone)} – {clock_time(session.scheduled_end, zone)}"
    when = f"{moment(session.scheduled_start, zone)} – {clock_time(session.scheduled_end, zone)}"
    if session.actual_start and session.actual_end:
        actual = f"{moment(session.actual_start, zone)} – {clock_time(session.actual_end, zone)}"
        when = f"{actual} · scheduled {booked}"
    return html.Div(
        [
            html.Div(
                [
                    html.H2(
                        [
                            session.course.title, " ",
                            html.Span(STATUS_LABELS[session.status], className=f"pill {session.status}"),
                            *_badges(session),
                        ],
                        id="detail-title",
                        dir="auto",
                    ),
                    html.Span(f"{when} · {zone.key}", className="mute"),
                ]
            ),
            html.Div([*_steps(place), _close_button()], className="detail-nav"),
        ],
        className="detail-head",
    )  # fmt: skip


def _steps(place: Place | None) -> list[Any]:
    if place is None:
        return []
    steps = (("previous", "↑ Previous", "K", place.previous_id), ("next", "↓ Next", "J", place.next_id))
    return [
        html.Span(f"{number(place.position)} of {number(place.total)}", className="mute num"),
        *(
            html.Button(
                words, className="btn-plain", disabled=id_ is None, title=f"{key} on the keyboard",
                **{"data-step": step, "data-open": id_ or ""},
            )
            for step, words, key, id_ in steps
        ),
    ]  # fmt: skip


def _close_row(title: str) -> html.Div:
    return html.Div([html.H2(title, id="detail-title"), _close_button()], className="detail-head")


def _close_button() -> html.Button:
    return html.Button("✕", className="btn-plain", **{"data-close": "detail", "aria-label": "Close"})


def _badges(session: SessionDetail) -> list[html.Span]:
    shown = {
        Flag.LOW_RATING: session.low_rating,
        Flag.OVERDUE: session.overdue,
        Flag.IMPLAUSIBLE_DURATION: session.implausible_duration,
    }
    return [html.Span(FLAG_LABELS[flag], className="badge-line") for flag, holds in shown.items() if holds]


def _left(session: SessionDetail, reader: Reader) -> html.Div:
    parts: list[Any] = [_player(session, reader.sees_private), _player_foot(session, reader)]
    parts += [html.H3("Session notes"), _text(session.notes, reader.sees_private, "No notes were kept.", "Notes")]
    if session.dispute:
        parts += [html.H3("Dispute"), _dispute(session.dispute, reader.zone, reader.sees_private)]
    return html.Div(parts, className="detail-left")


def _right(session: SessionDetail, reader: Reader, context: StFigures | None) -> html.Div:
    links, zone = reader.links, reader.zone
    booked = html.Span(f" of {number(session.scheduled_duration)} booked", className="mute")
    facts = {
        "Student": _person(session.student, links),
        "ST": _person(session.st, links),
        "Course": html.A(session.course.title, href=links.to_course(session.course.id), dir="auto"),
        **({"Creator": _person(session.creator, links)} if reader.is_staff else {}),
        "Scheduled": f"{moment(session.scheduled_start, zone)} – {clock_time(session.scheduled_end, zone)}",
        "Duration": html.Span([minutes(session.actual_duration), booked]),
        "Enrolment": html.Code(session.enrollment_id) if session.enrollment_id else NO_DATA,
        "Session": html.Code(session.id),
    }
    return html.Div(
        [
            html.Dl([part for name, fact in facts.items() for part in (html.Dt(name), html.Dd(fact))]),
            html.H3("Student's feedback"),
            _feedback(session.student_feedback, reader.sees_private),
            html.H3("ST's feedback"),
            _feedback(session.st_feedback, reader.sees_private),
            *_context(context),
            html.H3("Actions"),
            html.Div(
                [
                    html.A("Message student", href=links.to_message(session.student.id), className="btn-plain"),
                    html.A("Message ST", href=links.to_message(session.st.id), className="btn-plain"),
                ],
                className="actions",
            ),
        ],
        className="detail-right",
    )


def _context(context: StFigures | None) -> list[Any]:
    if context is None:
        return []
    rating = "no ratings"
    if context.avg_rating is not None:
        rating = f"{number(context.avg_rating, 2)}★"
        if context.avg_rating_interval:
            rating += " ({} – {})".format(*(number(end, 2) for end in context.avg_rating_interval))
        rating += " · few ratings" if context.few_ratings else ""
    completed = NO_DATA if context.completion_rate is None else f"{number(context.completion_rate)}%"
    return [
        html.H3([html.Span(context.st.name, dir="auto"), " in this period"]),
        html.Div(f"{counted(context.sessions, 'session')} · {rating} · {completed} completed", className="mute"),
        html.Button(
            "Show only these sessions",
            className="link",
            **{"data-only": context.st.id},
        ),
    ]


def _person(person: Person, links: Links) -> html.A:
    return html.A(person.name, href=links.to_profile(person.id), dir="auto")


def _player(session: SessionDetail, sees_private: bool) -> html.Div:
    if not sees_private:
        return html.Div("Your role does not include recordings", className="player empty")
    if not session.has_recording:
        return html.Div("No recording of this session", className="player empty")
    return html.Div(
        [
            html.Video(id=ids.PLAYER_VIDEO, controls=True, preload="none", hidden=True, className="player-video"),
            html.Button(
                "▶", id=ids.PLAYER_PLAY, className="player-play",
                **{"aria-label": "Play recording"},
            ),
            html.Div(id=ids.PLAYER_MESSAGE, className="player-message", role="status"),
        ],
        className="player",
        **{"data-session": session.id},
    )  # fmt: skip


def _player_foot(session: SessionDetail, reader: Reader) -> html.Div | None:
    if not (session.has_recording and reader.sees_private):
        return None
    speeds = html.Select(
        [html.Option(f"{speed:g}×", value=f"{speed:g}") for speed in SPEEDS],
        id=ids.PLAYER_SPEED,
        className="player-speed",
        **{"aria-label": "Playback speed"},
    )
    room = html.A("Open session room", href=reader.links.to_room(session.id))
    return html.Div([html.Label(["Speed ", speeds]), room, html.Span(id=ids.PLAYER_LINK)], className="player-foot mute")


def _feedback(feedback: Feedback | None, sees_private: bool) -> html.Div:
    if feedback is None:
        return html.Div("No feedback given.", className="feedback mute")
    return html.Div(
        [stars(feedback.rating), _text(feedback.comment, sees_private, "No comment.", "Comments")], className="feedback"
    )


def stars(rating: int | None) -> html.Div:
    if rating is None:
        return html.Div("not rated", className="mute")
    filled = html.Span("★" * rating, className="gold")
    return html.Div(
        [html.Span([filled, html.Span("★" * (5 - rating), className="unlit")], className="stars",
                   role="img", **{"aria-label": f"{rating} of 5"}), html.B(f" {rating}")]
    )  # fmt: skip


def _text(text: str | None, sees_private: bool, absent: str, what: str) -> html.Div:
    if not sees_private:
        return html.Div(f"{what} are not included in your role.", className="mute")
    return html.Div(text, className="free-text", dir="auto") if text else html.Div(absent, className="mute")


def _dispute(dispute: Dispute, zone: ZoneInfo, sees_private: bool) -> html.Div:
    opened = f" raised {moment(dispute.opened_at, zone)}" if dispute.opened_at else ""
    settled = " settled" if dispute.status in ("resolved", "rejected") else ""
    return html.Div(
        [
            html.Span(DISPUTE_LABELS[dispute.status], className="badge-solid"),
            html.Span(opened),
            _text(dispute.reason, sees_private, "No reason given.", "Reasons"),
        ],
        className="dispute" + settled,
    )
