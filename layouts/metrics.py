"""The five tiles: value, unit, change against the previous period, and what it rests on."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import quote

from dash import html

from layouts.language import counted, marked, parts
from layouts.language import gettext as _
from layouts.words import NO_DATA, number
from queries.metrics import are_alike
from queries.models import Bucket, Figures, SessionStats

Good = Literal["up", "down"]
News = Literal["good", "bad", "same"]


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure. `good` is the direction that is good news; `name` its field in stats, changes and buckets.

    `label`, `unit` and `change_unit`, in which a change stands, are messages. `counts` is the field that says how many
    rows it counts, `opens` the filter fields that show exactly those.
    """

    name: str
    label: str
    unit: str
    decimals: int
    colour: str
    good: Good
    change_unit: str
    change_decimals: int
    counts: str
    opens: Mapping[str, str] = field(default_factory=dict)


PERCENT, POINTS, MINUTES, PLAIN = marked("{value}%"), marked("{value} pts"), marked("{value} min"), "{value}"
VALUES = {"": PLAIN, "%": PERCENT, "min": MINUTES, "★": "{value}★"}
RATED = {"status": "completed", "rated": "true"}
MOST_BESIDE_LINE = 6  # characters of a figure that its line has room beside


TILES = (
    Tile("total_sessions", marked("Sessions"), "", 0, "accent", "up", PERCENT, 1, "total_sessions"),
    Tile(
        "completion_rate", marked("Completion rate"), "%", 1, "done", "up", POINTS, 1, "completed",
        {"status": "completed"},
    ),
    Tile("no_show_rate", marked("No-show rate"), "%", 1, "nosh", "down", POINTS, 1, "no_show", {"status": "no_show"}),
    Tile("avg_rating", marked("Average rating"), "★", 2, "gold", "up", PLAIN, 2, "rated_sessions", RATED),
    Tile(
        "avg_duration", marked("Average duration"), marked("min"), 0, "accent", "up", MINUTES, 0, "timed_sessions",
        {"timed": "true"},
    ),
)  # fmt: skip


def tiles(stats: SessionStats, buckets: Sequence[Bucket]) -> list[html.Div]:
    return [_tile(tile, stats, buckets) for tile in TILES]


def empty_tiles(*, waiting: bool = True) -> list[html.Div]:
    """Tiles of the same size without figures, so that nothing moves when those arrive; or when there will be none."""
    return [
        html.Div(
            [
                html.Div(_(tile.label), className="l"),
                html.Div("\u00a0" if waiting else NO_DATA, className="v"),
                html.Div("\u00a0", className="d"),
            ],
            className="kpi loading" if waiting else "kpi",
        )
        for tile in TILES
    ]


def basis(tile: Tile, stats: SessionStats) -> str:
    """What the figure is made of: formula, numerator, denominator, and what was left out."""
    met = stats.completed + stats.no_show
    due = met + stats.cancelled
    return {
        "total_sessions": _(
            "{completed} completed, {cancelled} cancelled, {no_show} no-show, {scheduled} scheduled",
            completed=number(stats.completed), cancelled=number(stats.cancelled), no_show=number(stats.no_show),
            scheduled=number(stats.scheduled),
        ),
        "completion_rate": counted(
            due, "{completed} completed of {count} session completed, cancelled or missed",
            "{completed} completed of {count} sessions completed, cancelled or missed",
            completed=number(stats.completed),
        ) + _interval(stats.completion_rate_interval, 1, PERCENT),
        "no_show_rate": counted(
            met, "{missed} missed by either side of {count} session completed or missed",
            "{missed} missed by either side of {count} sessions completed or missed", missed=number(stats.no_show),
        ) + _interval(stats.no_show_rate_interval, 1, PERCENT),
        "avg_rating": _(
            "Mean of {ratings} of {sessions}", sessions=_completed(stats.completed),
            ratings=counted(stats.rated_sessions, "{count} student rating", "{count} student ratings"),
        ) + _interval(stats.avg_rating_interval, 2, PLAIN),
        "avg_duration": _(
            "Mean of {sessions} with both times; median {median}; {left_out} left out",
            sessions=_completed(stats.timed_sessions), median=_(MINUTES, value=number(stats.median_duration)),
            left_out=counted(
                stats.implausible_durations, "{count} implausible duration", "{count} implausible durations"
            ),
        ),
    }[tile.name]  # fmt: skip


def _completed(count: int) -> str:
    return counted(count, "{count} completed session", "{count} completed sessions")


def _tile(tile: Tile, stats: SessionStats, buckets: Sequence[Bucket]) -> html.Div:
    value = getattr(stats, tile.name)
    words = number(value, tile.decimals)
    unit = html.Small(_(tile.unit)) if tile.unit and value is not None else None
    trend = [
        None if tile.name == "completion_rate" and _is_to_come(bucket) else getattr(bucket, tile.name)
        for bucket in buckets
    ]
    return html.Div(
        [
            html.Div(_opener(tile, stats), className="l"),
            html.Div([words, unit], className="v", id=f"{tile.name}-value"),
            _change(tile, stats),
            _sparkline(trend, tile.colour),
            html.Div(
                basis(tile, stats) + _comparison(tile, stats),
                className="basis",
                role="tooltip",
                id=f"{tile.name}-basis",
            ),
        ],
        className="kpi long" if len(words) > MOST_BESIDE_LINE else "kpi",
    )


def _is_to_come(bucket: Bucket) -> bool:
    """Whether nothing of it could be completed yet, though some of it may be cancelled: its rate of 0% says nothing."""
    return bucket.scheduled > 0 and bucket.completed + bucket.no_show == 0


def _opener(tile: Tile, stats: SessionStats) -> html.Button | str:
    """The tile's label; a button over the whole tile where there are rows that its figure counts."""
    if not getattr(stats, tile.counts):
        return _(tile.label)
    opens = {"data-filter": json.dumps(tile.opens)} if tile.opens else {"data-jump": "grid-sessions"}
    told = f"{tile.name}-value {tile.name}-basis"
    return html.Button(_(tile.label), className="tile-button", **opens, **{"aria-describedby": told})


def _change(tile: Tile, stats: SessionStats) -> html.Div:
    words, news = change_words(tile, stats)
    if news is None:
        return html.Div(words, className="d mute")
    if news == "same":
        return html.Div([html.Span(words, className="mute"), _against(stats)], className="d mute")
    return html.Div([html.B(words, className=news), _against(stats)], className="d")


def change_words(tile: Tile, stats: SessionStats) -> tuple[str, News | None]:
    """The change against the previous period, and whether it is good news; None without a comparison."""
    change = getattr(stats.changes, tile.name) if stats.changes else None
    if change is None:
        return _("no comparison"), None
    shown = number(abs(change), tile.change_decimals)
    if round(abs(change), tile.change_decimals) == 0:
        return _("unchanged"), "same"
    direction: Good = "up" if change > 0 else "down"
    arrow = "▲" if direction == "up" else "▼"
    return f"{arrow} {_(tile.change_unit, value=shown)}", "good" if direction == tile.good else "bad"


def value_words(tile: Tile, figures: Figures) -> str:
    """84.6%, 4.23★; an en dash where there is none."""
    value = getattr(figures, tile.name)
    return NO_DATA if value is None else _(VALUES[tile.unit], value=number(value, tile.decimals))


def _against(stats: SessionStats) -> html.Span:
    """With what the change compares; a range that is not over yet only as far as it has come."""
    so_far = stats.compared is not None and stats.compared.end != stats.end
    period = html.Span(_("period"), className="wide-only")
    against = parts("vs previous {period}", period=period)
    return html.Span([" " + _("so far") if so_far else "", " ", *against])


def _comparison(tile: Tile, stats: SessionStats) -> str:
    """Both sides of the change, as numbers: what the range has of the tile's figure, and what the period before had."""
    if stats.compared is None or stats.previous is None:
        return ""
    finer = replace(tile, decimals=1) if tile.unit == "min" else tile  # or whole minutes differ by another than is told
    now, before = value_words(finer, stats.compared), value_words(finer, stats.previous)
    if stats.compared.end == stats.end:
        return ". " + _("Change: {now}, {before} in the previous period", now=now, before=before)
    said = _("Change: {now} so far, {before} in the previous period up to the same point", now=now, before=before)
    return f". {said}"


def _interval(interval: tuple[float, float] | None, decimals: int, value: str) -> str:
    if interval is None:
        return ""
    if are_alike(interval):
        return "; " + _("all alike: nothing tells how far off it may be")
    low, high = (number(end, decimals) for end in interval)
    return "; " + _("95% interval {low} to {high}", low=low, high=_(value, value=high))


def _sparkline(trend: Sequence[float | None], colour: str) -> html.Div | None:
    """A line through the buckets that have a value, drawn as a mask so that css gives it its colour."""
    points = [(index, value) for index, value in enumerate(trend) if value is not None]
    if len(points) < 2:
        return None
    low, high = min(value for _, value in points), max(value for _, value in points)
    last = len(trend) - 1
    path = " ".join(
        f"{100 * index / last:.1f},{26 - 22 * ((value - low) / (high - low) if high > low else 0.5):.1f}"
        for index, value in points
    )
    svg = (
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 28' preserveAspectRatio='none'>"
        f"<polyline points='{path}' fill='none' stroke='black' stroke-width='1.8' vector-effect='non-scaling-stroke'/>"
        "</svg>"
    )
    return html.Div(
        className="spark",
        style={"--line-mask": f'url("data:image/svg+xml,{quote(svg)}")', "background": f"var(--{colour})"},
        **{"aria-hidden": "true"},
    )
