"""The five tiles: value, unit, change against the previous period, and what it rests on."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import quote

from dash import html

from layouts.words import counted, number
from queries.models import Bucket, SessionStats

Good = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure. `good` is the direction that is good news; `name` its field in stats, changes and buckets.

    `counts` is the field that says how many rows it counts, `opens` the filter fields that show exactly those.
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


RATED = {"status": "completed", "rated": "true"}


TILES = (
    Tile("total_sessions", "Sessions", "", 0, "accent", "up", "%", 1, "total_sessions"),
    Tile("completion_rate", "Completion rate", "%", 1, "done", "up", " pts", 1, "completed", {"status": "completed"}),
    Tile("no_show_rate", "No-show rate", "%", 1, "nosh", "down", " pts", 1, "no_show", {"status": "no_show"}),
    Tile("avg_rating", "Average rating", "★", 2, "gold", "up", "", 2, "rated_sessions", RATED),
    Tile("avg_duration", "Average duration", "min", 0, "accent", "up", " min", 0, "timed_sessions", {"timed": "true"}),
)


def tiles(stats: SessionStats, buckets: Sequence[Bucket]) -> list[html.Div]:
    return [_tile(tile, stats, buckets) for tile in TILES]


def empty_tiles() -> list[html.Div]:
    """Tiles of the same size without figures, so that nothing moves when those arrive."""
    return [
        html.Div(
            [html.Div(tile.label, className="l"), html.Div("\u00a0", className="v"), html.Div("\u00a0", className="d")],
            className="kpi loading",
        )
        for tile in TILES
    ]


def basis(tile: Tile, stats: SessionStats) -> str:
    """What the figure is made of: formula, numerator, denominator, and what was left out."""
    met = stats.completed + stats.no_show
    due = met + stats.cancelled
    return {
        "total_sessions": f"{counted(stats.completed, 'completed', 'completed')}, {number(stats.cancelled)} cancelled, "
        f"{number(stats.no_show)} no-show, {number(stats.scheduled)} scheduled",
        "completion_rate": f"{number(stats.completed)} completed of {counted(due, 'session')} completed, cancelled or "
        f"missed{_interval(stats.completion_rate_interval, 1, '%')}",
        "no_show_rate": f"{number(stats.no_show)} missed by either side of {counted(met, 'session')} completed or "
        f"missed{_interval(stats.no_show_rate_interval, 1, '%')}",
        "avg_rating": f"Mean of {counted(stats.rated_sessions, 'student rating')} of "
        f"{counted(stats.completed, 'completed session')}{_interval(stats.avg_rating_interval, 2, '')}",
        "avg_duration": f"Mean of {counted(stats.timed_sessions, 'completed session')} with both times; median "
        f"{number(stats.median_duration)} min; {counted(stats.implausible_durations, 'implausible duration')} left out",
    }[tile.name]


def _tile(tile: Tile, stats: SessionStats, buckets: Sequence[Bucket]) -> html.Div:
    value = getattr(stats, tile.name)
    unit = html.Small(tile.unit) if tile.unit and value is not None else None
    trend = [getattr(bucket, tile.name) for bucket in buckets]
    return html.Div(
        [
            html.Div(_opener(tile, stats), className="l"),
            html.Div([number(value, tile.decimals), unit], className="v"),
            _change(tile, stats),
            _sparkline(trend, tile.colour),
            html.Div(basis(tile, stats) + _comparison(tile, stats), className="basis", role="tooltip"),
        ],
        className="kpi",
    )


def _opener(tile: Tile, stats: SessionStats) -> html.Button | str:
    """The tile's label; a button over the whole tile where there are rows that its figure counts."""
    if not getattr(stats, tile.counts):
        return tile.label
    opens = {"data-filter": json.dumps(tile.opens)} if tile.opens else {"data-jump": "grid-sessions"}
    return html.Button(tile.label, className="tile-button", **opens)


def _change(tile: Tile, stats: SessionStats) -> html.Div:
    change = getattr(stats.changes, tile.name) if stats.changes else None
    if change is None:
        return html.Div("no comparison", className="d mute")
    shown = number(abs(change), tile.change_decimals)
    if float(shown.replace(",", "")) == 0:
        return html.Div([html.Span("unchanged", className="mute"), _against(stats)], className="d mute")
    direction: Good = "up" if change > 0 else "down"
    news = "good" if direction == tile.good else "bad"
    arrow = "▲" if direction == "up" else "▼"
    return html.Div(
        [html.B(f"{arrow} {shown}{tile.change_unit}", className=news), _against(stats)],
        className="d",
    )


def _against(stats: SessionStats) -> html.Span:
    """With what the change compares; a range that is not over yet only as far as it has come."""
    so_far = stats.compared is not None and stats.compared.end != stats.end
    return html.Span([" so far" if so_far else "", " vs previous", html.Span(" period", className="wide-only")])


def _comparison(tile: Tile, stats: SessionStats) -> str:
    """Both sides of the change, as numbers: what the range has of the tile's figure, and what the period before had."""
    if stats.compared is None or stats.previous is None:
        return ""
    unit = {"": "", "min": " min"}.get(tile.unit, tile.unit)
    now, before = (
        f"{number(value, tile.decimals)}{unit if value is not None else ''}"
        for value in (getattr(stats.compared, tile.name), getattr(stats.previous, tile.name))
    )
    so_far = " so far" if stats.compared.end != stats.end else ""
    return f". Change: {now}{so_far}, {before} in the previous period{' up to the same point' if so_far else ''}"


def _interval(interval: tuple[float, float] | None, decimals: int, unit: str) -> str:
    if interval is None:
        return ""
    return f"; 95% interval {number(interval[0], decimals)} to {number(interval[1], decimals)}{unit}"


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
