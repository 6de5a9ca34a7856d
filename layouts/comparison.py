"""Two sides and what lies between them: each difference with its interval, and in plain words whether it is one."""

import json
from dataclasses import dataclass, replace
from typing import Any, Literal

from dash import html
from dash.development.base_component import Component

from layouts.chips import Chosen, period_words
from layouts.differences import differences_table
from layouts.language import counted
from layouts.language import gettext as _
from layouts.words import moment
from queries.compare_models import Comparison, Relative, Side
from queries.filters import SessionFilters
from queries.periods import Period

Mark = Literal["A", "B"]
Wire = dict[str, Any]
Ids = tuple[str, ...]
FIELDS = ("course_id", "st_id")


@dataclass(frozen=True, slots=True)
class Asked:
    """What one side is of: its filters, and the names of what it filters by."""

    filters: SessionFilters
    chosen: Chosen


def comparison(found: Comparison, a: Asked, b: Asked) -> list[Component]:
    """Which sides, and each figure of both; `found` is of `a` and `b`."""
    swap = html.Button(
        "⇄", className="btn-plain swap", title=_("Swap A and B"),
        **{"data-compare": json.dumps(_swapped(a.filters, b.filters)), "aria-label": _("Swap A and B")},
    )  # fmt: skip
    sides = html.Div([_side("A", found.a, a, None), swap, _side("B", found.b, b, a.filters)], className="compare-sides")
    if not found.a.total_sessions and not found.b.total_sessions:
        return [sides, html.Div(html.B(_("Neither side has sessions")), className="state", role="status")]
    return [sides, *_warnings(found), differences_table(found), _small_print()]


def _side(mark: Mark, side: Side, asked: Asked, beside: SessionFilters | None) -> html.Section:
    """`beside` are A's filters where this is B, which may do without them."""
    total = counted(side.total_sessions, "{count} session", "{count} sessions")
    opens = {"data-compare": json.dumps(_alone(asked.filters))}
    return html.Section(
        [
            html.Div(
                [html.B(mark, className="side-mark"), html.B(_range_words(asked.filters))], className="side-head"
            ),
            html.Div(_chips(asked, beside), className="chips"),
            html.Button(total, className="link", **(opens if side.total_sessions else {"disabled": True})),
        ],
        className="card-box compare-side",
        **{"aria-label": _("Side {mark}", mark=mark)},
    )  # fmt: skip


def _range_words(filters: SessionFilters) -> str:
    period, zone = filters.period, filters.zone
    if period.preset or period.first or period.last or not (period.start and period.end):
        return period_words(period, year=True)  # the other side may be of another
    return f"{moment(period.start, zone)} – {moment(period.end, zone)}"


def _chips(asked: Asked, beside: SessionFilters | None) -> list[html.Span]:
    filters, found = asked.filters, []
    all_words = {"course_id": _("All courses"), "st_id": _("All Student-Teachers")}
    for field in FIELDS:
        for id_ in _ids(filters, field):
            name = asked.chosen[(field, id_)]
            words = _("Course: {name}", name=name) if field == "course_id" else _("ST: {name}", name=name)
            found.append(_chip(words, filters, beside, field, id_))
        if not _ids(filters, field):
            found.append(_chip(all_words[field], filters, beside, field))
    return found


def _chip(words: str, filters: SessionFilters, beside: SessionFilters | None, field: str, id_: str = "") -> html.Span:
    """What B has of its own goes back to what A has; what it has of A it can do without."""
    shown: list[Component] = [html.Span(words, dir="auto")]
    own = _ids(filters, field)
    if beside is not None and (own or _ids(beside, field)):
        left = tuple(one for one in own if one != id_)
        wanted = left or (() if own == _ids(beside, field) else _ids(beside, field))
        changes = json.dumps(_ids_against(beside, _with_ids(filters, field, wanted)))
        said = _("Remove {filter}", filter=words)
        shown.append(html.Button("✕", className="chip-remove", **{"data-compare": changes, "aria-label": said}))
    return html.Span(shown, className="chip")


def _ids(filters: SessionFilters, field: str) -> Ids:
    return filters.course_ids if field == "course_id" else filters.st_ids


def _with_ids(filters: SessionFilters, field: str, ids: Ids) -> SessionFilters:
    return replace(filters, course_ids=ids) if field == "course_id" else replace(filters, st_ids=ids)


def _ids_against(a: SessionFilters, b: SessionFilters) -> Wire:
    """How the address says B's courses and STs beside those of A; a list repeats its field, None removes it."""
    named = {f"vs_{field}": list(_ids(b, field)) if _ids(a, field) != _ids(b, field) else None for field in FIELDS}
    left_out = [field for field in FIELDS if _ids(a, field) and not _ids(b, field)]
    return named | {"vs_without": left_out}


def _range(period: Period) -> Wire:
    """How the address says a range."""
    if period.preset:
        return {"range": period.preset.value, "from": None, "to": None}
    if period.start is None and period.end is None:
        return {"range": "all", "from": None, "to": None}
    start = period.first or period.start
    end = period.last or period.end
    return {"range": None, "from": start.isoformat() if start else None, "to": end.isoformat() if end else None}


def _swapped(a: SessionFilters, b: SessionFilters) -> Wire:
    against = {f"vs_{name}": value for name, value in _range(a.period).items()}
    if a.period == b.period:
        against |= {"vs_range": Relative.SAME.value, "vs_from": None, "vs_to": None}
    own = {field: list(_ids(b, field)) for field in FIELDS}
    return _range(b.period) | own | against | _ids_against(b, a)


def _alone(filters: SessionFilters) -> Wire:
    """The Sessions tab with this side's filters, and no other side."""
    nothing = dict.fromkeys(("vs_range", "vs_from", "vs_to", "vs_course_id", "vs_st_id", "vs_without", "tab"))
    return _range(filters.period) | {field: list(_ids(filters, field)) for field in FIELDS} | nothing


def _warnings(found: Comparison) -> list[html.Div]:
    a, b, said = found.a, found.b, []
    if found.shared_sessions and found.shared_sessions == a.total_sessions == b.total_sessions:
        said.append(_("Both sides are the same sessions: choose another range, course or Student-Teacher for B."))
    elif found.shared_sessions:
        said.append(
            counted(
                found.shared_sessions,
                "{count} session is on both sides: the intervals are wider than they need to be.",
                "{count} sessions are on both sides: the intervals are wider than they need to be.",
            )
        )
    return [html.Div(words, className="state-warning") for words in said]


def _small_print() -> html.P:
    print_ = [
        _("The intervals take sessions for independent draws, which those of the same student are not quite."),
        _("Of twenty comparisons without a difference, one is expected to look as if it had one."),
    ]
    return html.P(" ".join(print_), className="mute small-print")
