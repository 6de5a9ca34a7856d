"""The place of a session's recording."""

from dash import html

from layouts import ids
from layouts.language import gettext as _
from queries.models import SessionDetail

SPEEDS = (0.75, 1, 1.25, 1.5, 1.75, 2)


def player(session: SessionDetail, sees_private: bool) -> html.Div:
    """A recording is asked for when play is pressed; assets/player.js does so."""
    if not sees_private:
        return html.Div(_("Your role does not include recordings"), className="player empty")
    if not session.has_recording:
        return html.Div(_("No recording of this session"), className="player empty")
    return html.Div(
        [
            html.Video(id=ids.PLAYER_VIDEO, controls=True, preload="none", hidden=True, className="player-video"),
            html.Button(
                "▶", id=ids.PLAYER_PLAY, className="player-play",
                **{"aria-label": _("Play recording")},
            ),
            html.Div(id=ids.PLAYER_MESSAGE, className="player-message", role="status"),
        ],
        className="player",
        **{"data-session": session.id},
    )  # fmt: skip


def player_foot(room_url: str) -> html.Div:
    """Speed, the way to the session room, and how long the link is good for."""
    speeds = html.Select(
        [html.Option(f"{speed:g}×", value=f"{speed:g}") for speed in SPEEDS],
        id=ids.PLAYER_SPEED,
        className="player-speed",
        **{"aria-label": _("Playback speed")},
    )
    room = html.A(_("Open session room"), href=room_url)
    return html.Div(
        [html.Label([_("Speed") + " ", speeds]), room, html.Span(id=ids.PLAYER_LINK)], className="player-foot mute"
    )
