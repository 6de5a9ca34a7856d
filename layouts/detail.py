"""One session in full: player and notes at the left, facts and feedback at the right."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import dash_bootstrap_components as dbc
from dash import html

from layouts import ids
from layouts.language import counted, parts
from layouts.language import gettext as _
from layouts.links import Links
from layouts.player import player, player_foot
from layouts.review import review_place
from layouts.text import free_text
from layouts.words import (
    FLAG_LABELS,
    NO_DATA,
    STATUS_LABELS,
    clock_time,
    minutes,
    moment,
    number,
    percent,
    with_doubt,
)
from queries.filters import Flag, Status
from queries.metrics import are_alike
from queries.models import Feedback, Person, Place, SessionDetail, StFigures


def detail_modal() -> dbc.Modal:
    return dbc.Modal(
        [html.Div(id=ids.DETAIL_BODY), html.Div(session_unread(), className="detail-unread", role="alert")],
        id=ids.DETAIL,
        is_open=False,
        size="xl",
        scrollable=False,
        className="detail",
        labelledby="detail-title detail-when",
        fade=False,
    )


def session_unread() -> list[Any]:
    """That the session could not be loaded, and what to do then; it is tried again when the network is back."""
    retry = html.Button(_("Retry"), className="btn-plain", **{"data-retry": "detail"})
    leave = html.Button("✕", className="btn-plain", **{"data-close": "detail", "aria-label": _("Close")})
    return [html.Span(_("Unable to load this session.")), retry, leave]


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a session is drawn, and when: their zone, where links lead, and what they may see."""

    zone: ZoneInfo
    links: Links
    sees_private: bool
    is_staff: bool
    now: datetime


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
    return html.Div([_close_row(_("Session")), html.P(message, className="detail-missing")])


def _head(session: SessionDetail, zone: ZoneInfo, place: Place | None) -> html.Div:
    booked = f"{clock_time(session.scheduled_start, zone)} – {clock_time(session.scheduled_end, zone)}"
    when = f"{moment(session.scheduled_start, zone)} – {clock_time(session.scheduled_end, zone)}"
    if session.actual_start and session.actual_end:
        actual = f"{moment(session.actual_start, zone)} – {clock_time(session.actual_end, zone)}"
        when = f"{actual} · " + _("scheduled {times}", times=booked)
    return html.Div(
        [
            html.Div(
                [
                    html.H2(
                        [
                            session.course.title, " ",
                            html.Span(_(STATUS_LABELS[session.status]), className=f"pill {session.status}"),
                            *_badges(session),
                        ],
                        id="detail-title",
                        dir="auto",
                    ),
                    html.Span(f"{when} · {zone.key}", className="mute", id="detail-when"),
                ]
            ),
            html.Div([html.Div(className="queue-steps"), *_steps(place), _close_button()], className="detail-nav"),
        ],
        className="detail-head",
    )  # fmt: skip


def _steps(place: Place | None) -> list[Any]:
    if place is None:
        return []
    steps = (
        ("previous", "↑ " + _("Previous"), "K", place.previous_id),
        ("next", "↓ " + _("Next"), "J", place.next_id),
    )
    return [
        html.Span(_("{position} of {total}", position=number(place.position), total=number(place.total)),
                  className="mute num"),
        *(
            html.Button(
                words, className="btn-plain", disabled=id_ is None, title=_("{key} on the keyboard", key=key),
                **{"data-step": step, "data-open": id_ or ""},
            )
            for step, words, key, id_ in steps
        ),
    ]  # fmt: skip


def _close_row(title: str) -> html.Div:
    return html.Div([html.H2(title, id="detail-title"), _close_button()], className="detail-head")


def _close_button() -> html.Button:
    return html.Button("✕", className="btn-plain", **{"data-close": "detail", "aria-label": _("Close")})


def _badges(session: SessionDetail) -> list[html.Span]:
    shown = {
        Flag.LOW_RATING: session.low_rating,
        Flag.OVERDUE: session.overdue,
        Flag.IMPLAUSIBLE_DURATION: session.implausible_duration,
    }
    return [html.Span(_(FLAG_LABELS[flag]), className="badge-line") for flag, holds in shown.items() if holds]


def _is_coming(session: SessionDetail) -> bool:
    """Nothing is there yet of what others have: no recording, no notes, no feedback."""
    return session.status is Status.SCHEDULED and not session.overdue


def _left(session: SessionDetail, reader: Reader) -> html.Div:
    private = reader.sees_private
    if _is_coming(session):
        is_over = session.scheduled_end <= reader.now
        left = (
            _("The time of this session is over; how it went is not known yet.")
            if is_over
            else _("This session has not taken place yet.")
        )
        return html.Div(left, className="detail-left mute")
    shown: list[Any] = [player(session, private), _foot(session, reader), html.H3(_("Session notes"))]
    shown.append(free_text(session.notes, private, _("No notes were kept."), _("Notes are not included in your role.")))
    shown.append(review_place(session.dispute, reader.zone, sees_private=private, due=_is_due(session)))
    return html.Div(shown, className="detail-left")


def _is_due(session: SessionDetail) -> bool:
    lost = session.status is Status.COMPLETED and not session.has_recording
    return bool(session.dispute) or session.low_rating or session.status is Status.NO_SHOW or lost


def _foot(session: SessionDetail, reader: Reader) -> html.Div | None:
    if not (session.has_recording and reader.sees_private):
        return None
    return player_foot(reader.links.to_room(session.id))


def _right(session: SessionDetail, reader: Reader, context: StFigures | None) -> html.Div:
    links, zone = reader.links, reader.zone
    facts = [
        (_("Student"), _person(session.student, links)),
        (_("ST"), _person(session.st, links)),
        (_("Course"), html.A(session.course.title, href=links.to_course(session.course.id), dir="auto")),
        *([(_("Creator"), _person(session.creator, links))] if reader.is_staff else []),
        (_("Scheduled"), f"{moment(session.scheduled_start, zone)} – {clock_time(session.scheduled_end, zone)}"),
        (_("Duration"), _duration(session)),
        (_("Enrolment"), html.Code(session.enrollment_id) if session.enrollment_id else NO_DATA),
        (_("Session"), html.Code(session.id)),
    ]
    return html.Div(
        [
            html.Dl([part for name, fact in facts for part in (html.Dt(name), html.Dd(fact))]),
            *([] if _is_coming(session) else _both_feedbacks(session, reader.sees_private)),
            *_context(context),
            html.H3(_("Actions")),
            html.Div(
                [
                    html.A(_("Message student"), href=links.to_message(session.student.id), className="btn-plain"),
                    html.A(_("Message ST"), href=links.to_message(session.st.id), className="btn-plain"),
                ],
                className="actions",
            ),
        ],
        className="detail-right",
    )


def _duration(session: SessionDetail) -> html.Span:
    if _is_coming(session):
        return html.Span(minutes(session.scheduled_duration))
    booked = _("of {minutes} booked", minutes=number(session.scheduled_duration))
    return html.Span([minutes(session.actual_duration), html.Span(" " + booked, className="mute")])


def _both_feedbacks(session: SessionDetail, sees_private: bool) -> list[Any]:
    return [
        html.H3(_("Student's feedback")),
        _feedback(session.student_feedback, sees_private),
        html.H3(_("ST's feedback")),
        _feedback(session.st_feedback, sees_private),
    ]


def _context(context: StFigures | None) -> list[Any]:
    if context is None:
        return []
    rating = _("no ratings")
    if context.avg_rating is not None:
        rating = f"{number(context.avg_rating, 2)}★"
        if context.avg_rating_interval and not are_alike(context.avg_rating_interval):
            rating += " ({} – {})".format(*(number(end, 2) for end in context.avg_rating_interval))
        rating = with_doubt(rating, context)
    sessions = counted(context.sessions, "{count} session", "{count} sessions")
    completed = _("{share} completed", share=percent(context.completion_rate))
    return [
        html.H3(parts("{name} in this period", name=html.Span(context.st.name, dir="auto"))),
        html.Div(f"{sessions} · {rating} · {completed}", className="mute"),
        html.Button(
            _("Show only these sessions"),
            className="link",
            **{"data-only": context.st.id},
        ),
    ]


def _person(person: Person, links: Links) -> html.A:
    return html.A(person.name, href=links.to_profile(person.id), dir="auto")


def _feedback(feedback: Feedback | None, sees_private: bool) -> html.Div:
    if feedback is None:
        return html.Div(_("No feedback given."), className="feedback mute")
    hidden = _("Comments are not included in your role.")
    comment = free_text(feedback.comment, sees_private, _("No comment."), hidden)
    return html.Div([stars(feedback.rating), comment], className="feedback")


def stars(rating: int | None) -> html.Div:
    if rating is None:
        return html.Div(_("not rated"), className="mute")
    filled = html.Span("★" * rating, className="gold")
    return html.Div(
        [html.Span([filled, html.Span("★" * (5 - rating), className="unlit")], className="stars",
                   role="img", **{"aria-label": _("{stars} of 5", stars=rating)}), html.B(f" {rating}")]
    )  # fmt: skip
