"""Each figure of both sides, how far they lie apart, drawn and said: nothing is coloured that is not established."""

from dash import html

from layouts.language import gettext as _
from layouts.language import marked
from layouts.metrics import PERCENT, TILES, VALUES, Tile
from layouts.words import NO_DATA, number
from queries.compare_models import FEWEST, Comparison, Difference, Verdict

COUNT, *COMPARED = TILES
MORE_DECIMALS = {"avg_duration": 1}
SCALES = (0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


def differences_table(found: Comparison) -> html.Div:
    """A row a figure: A, B, the difference with its interval around a zero, and what may be said."""
    titles = (_("Figure"), "A", "B", _("A minus B"), _("Enough data to say?"))
    head = html.Tr([html.Th(title, scope="col") for title in titles])
    rows = [_row(tile, getattr(found.differences, tile.name), _reach(found, tile.change_unit)) for tile in COMPARED]
    return html.Div(
        html.Table([html.Thead(head), html.Tbody([_count_row(found), *rows])], className="compare-table"),
        className="card-box compare-box",
    )


def _count_row(found: Comparison) -> html.Tr:
    change = NO_DATA if found.total_change is None else _(PERCENT, value=signed(found.total_change, 1))
    shown = (
        html.Span(change, className="difference mute") if _days_apart(found) else html.B(change, className="difference")
    )
    return html.Tr(
        [
            html.Th(_(COUNT.label), scope="row"),
            _cell("A", number(found.a.total_sessions)),
            _cell("B", number(found.b.total_sessions)),
            html.Td(html.Div(shown, className="apart")),
            html.Td(html.Span(_said_of_counts(found), className="mute")),
        ]
    )


def _said_of_counts(found: Comparison) -> str:
    days = [number(days) for days in _days_apart(found)]
    if days:
        return _("The ranges have {a} and {b} days, so their counts do not compare.", a=days[0], b=days[1])
    return _("Counted, not estimated: it has no interval.")


def _days_apart(found: Comparison) -> list[float]:
    """The days that each side's range has, where they are not as many."""
    a, b = found.a, found.b
    if a.start and a.end and b.start and b.end and abs((a.end - a.start) - (b.end - b.start)).days >= 1:
        return [(end - start).total_seconds() / 86_400 for start, end in ((a.start, a.end), (b.start, b.end))]
    return []


def _reach(found: Comparison, unit: str) -> float:
    """How far a scale goes to either side: the same for all in one unit, so that their lines compare."""
    alike = [getattr(found.differences, tile.name).interval for tile in COMPARED if tile.change_unit == unit]
    widest = max((abs(end) for interval in alike if interval for end in interval), default=0.0)
    return next((scale for scale in SCALES if scale >= widest), widest)


def _row(tile: Tile, found: Difference, reach: float) -> html.Tr:
    decimals = MORE_DECIMALS.get(tile.name, tile.change_decimals)
    colour = _colour(tile, found)
    shown = NO_DATA if found.difference is None else _(tile.change_unit, value=signed(found.difference, decimals))
    apart = [html.B(shown, className=f"difference {colour}"), _drawing(found, colour, reach)]
    return html.Tr(
        [
            html.Th(_(tile.label), scope="row"),
            _cell("A", _value(tile, found.value_a), found.n_a),
            _cell("B", _value(tile, found.value_b), found.n_b),
            html.Td(html.Div(apart, className="apart")),
            html.Td(_answer(tile, found, decimals)),
        ]
    )


def _cell(mark: str, shown: str, basis: int | None = None) -> html.Td:
    """On a phone, where the headings are gone, the cell says whose it is."""
    of = [" ", html.Span(_("of {count}", count=number(basis)), className="mute")] if basis is not None else []
    return html.Td([html.B(mark, className="cell-mark", **{"aria-hidden": "true"}), shown, *of], className="num")


def _value(tile: Tile, value: float | None) -> str:
    decimals = MORE_DECIMALS.get(tile.name, tile.decimals)
    return NO_DATA if value is None else _(VALUES[tile.unit], value=number(value, decimals))


def signed(value: float, decimals: int) -> str:
    """+1.1, −6.0; what rounds to nothing has no sign."""
    shown = number(abs(value), decimals)
    if round(abs(value), decimals) == 0:
        return shown
    return f"+{shown}" if value > 0 else f"−{shown}"


def _colour(tile: Tile, found: Difference) -> str:
    if not found.enough:
        return "mute"
    return "good" if (found.verdict is Verdict.HIGHER) == (tile.good == "up") else "bad"


def _answer(tile: Tile, found: Difference, decimals: int) -> html.Div:
    sure = found.enough or found.verdict is Verdict.SIMILAR
    words = html.B(_(SHORT[found.verdict]), className="" if sure else "mute")
    more = _explained(tile, found, decimals)
    return html.Div([words, " ", html.Span(more, className="mute")] if more else [words])


SHORT = {
    Verdict.HIGHER: marked("Yes: A is higher."),
    Verdict.LOWER: marked("Yes: A is lower."),
    Verdict.SIMILAR: marked("Yes: they are much alike."),
    Verdict.TOO_FEW: marked("Too little to say."),
    Verdict.NO_DATA: marked("No data."),
}


def _explained(tile: Tile, found: Difference, decimals: int) -> str:
    if found.interval is None:
        return "" if found.verdict is Verdict.NO_DATA else _("One side has fewer than two.")
    low, high = (signed(end, decimals) for end in found.interval)
    high = _(tile.change_unit, value=high)
    if found.enough:
        return _("The difference is {low} to {high} (95% interval).", low=low, high=high)
    if found.verdict is Verdict.SIMILAR:
        most = number(max(map(abs, found.interval)), decimals)
        return _("Any difference is at most {most}.", most=_(tile.change_unit, value=most))
    if min(found.n_a, found.n_b) < FEWEST:
        return _(
            "One side has fewer than five: the difference may be anything from {low} to {high}.", low=low, high=high
        )
    return _("The difference may be anything from {low} to {high}.", low=low, high=high)


def _drawing(found: Difference, colour: str, reach: float) -> html.Div | None:
    """The interval as a line, the difference as a dot, zero in the middle of a scale of `reach` to either side.

    The cells beside it say the same in words and numbers, so it is hidden from those who are read to.
    """
    if found.interval is None or found.difference is None:
        return None
    low, high = found.interval

    def at(value: float) -> str:
        return f"{50 + 50 * value / reach:.2f}%"

    line = {"left": at(low), "width": f"{50 * (high - low) / reach:.2f}%"}
    scale = number(reach, 0 if reach >= 1 else 1)
    return html.Div(
        [
            html.Div(
                [
                    html.I(className="zero"),
                    html.I(className="interval", style=line),
                    html.I(className="dot", style={"left": at(found.difference)}),
                ],
                className=f"track {colour}",
            ),
            html.Div([html.Span(f"−{scale}"), html.Span("0"), html.Span(f"+{scale}")], className="track-scale"),
        ],
        className="drawing",
        **{"aria-hidden": "true"},
    )
