"""What is filtered by, in words, each with a way to take it back."""

from collections.abc import Mapping

from dash import html

from layouts.language import gettext as _
from layouts.words import FLAG_LABELS, PRESET_LABELS, STATUS_LABELS, days
from queries.filters import SessionFilters
from queries.periods import Period, RangePreset

Chosen = Mapping[tuple[str, str], str]


def chips(filters: SessionFilters, chosen: Chosen) -> list[html.Span]:
    """One chip a value; `chosen` names the courses, STs and students by (field, id)."""
    found = [_chip("range", "", period_words(filters.period), removable=filters.period.preset is not DEFAULT_RANGE)]
    found += [
        _chip("course_id", id_, _("Course: {name}", name=chosen[("course_id", id_)])) for id_ in filters.course_ids
    ]
    found += [_chip("st_id", id_, _("ST: {name}", name=chosen[("st_id", id_)])) for id_ in filters.st_ids]
    if filters.student_id is not None:
        name = chosen[("student_id", filters.student_id)]
        found.append(_chip("student_id", filters.student_id, _("Student: {name}", name=name)))
    if filters.student_q is not None:
        found.append(_chip("student_q", filters.student_q, _("Student: “{typed}”", typed=filters.student_q)))
    found += [_chip("status", status, _(STATUS_LABELS[status])) for status in filters.statuses]
    found += _rating_chips(filters)
    return found + [_chip("flag", flag, _(FLAG_LABELS[flag])) for flag in filters.flags]


def chip_words(filters: SessionFilters, chosen: Chosen) -> list[str]:
    """What the chips say, the range apart."""
    return [chip.children[0].children for chip in chips(filters, chosen)[1:]]


def plain_chips(filters: SessionFilters, chosen: Chosen) -> list[html.Span]:
    """The same words where they are told only, and not to be taken back."""
    return [html.Span(chip.children[0], className="chip") for chip in chips(filters, chosen)]


UPCOMING_FIELDS = ("course_id", "st_id", "student_id", "student_q")  # what holds for what is to come as well
DEFAULT_RANGE = RangePreset.LAST_12_WEEKS


def period_words(period: Period, *, year: bool = False) -> str:
    """Last 12 weeks: 2 Sep – 24 Nov."""
    if period.preset is RangePreset.ALL:
        return _(PRESET_LABELS[period.preset])
    covered = days(period.first, period.last, year=year) if period.first or period.last else _instants(period)
    return f"{_(PRESET_LABELS[period.preset])}: {covered}" if period.preset else covered


def _instants(period: Period) -> str:
    start = f"{period.start:%Y-%m-%d %H:%M} UTC" if period.start else ""
    end = f"{period.end:%Y-%m-%d %H:%M} UTC" if period.end else ""
    return f"{start} – {end}" if start or end else _("All time")


def _rating_chips(filters: SessionFilters) -> list[html.Span]:
    found = []
    low, high = filters.rating_min, filters.rating_max
    if low is not None or high is not None:
        least, most = low or 1, high or 5
        words = _("Rated {stars} ★", stars=least)
        if least != most:
            words = _("Rated {least} to {most} ★", least=least, most=most)
        found.append(_chip("rating_min rating_max", "", words))
    if filters.rated is not None:
        found.append(_chip("rated", "", _("Rated") if filters.rated else _("Not rated")))
    if filters.timed is not None:
        timed = _("With a plausible duration") if filters.timed else _("Without a plausible duration")
        found.append(_chip("timed", "", timed))
    return found


def _chip(fields: str, value: str, words: str, *, removable: bool = True) -> html.Span:
    said = _("Remove {filter}", filter=words)
    remove = html.Button(
        "✕", className="chip-remove", **{"data-remove": fields, "data-value": value, "aria-label": said}
    )
    past = {"data-past": "true"} if fields.partition(" ")[0] not in UPCOMING_FIELDS else {}
    return html.Span([html.Span(words, dir="auto"), remove if removable else None], className="chip", **past)
