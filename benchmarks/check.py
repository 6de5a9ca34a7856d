"""Both sides must give the same answer before either is timed."""

from collections.abc import Mapping, Sequence
from math import isclose
from typing import Any

from warehouse.snapshot import Row, utc

NO_SESSIONS: tuple[Any, ...] = (0, 0, 0, 0, 0, 0, 0, None, None, 0, 0, None, None, 0, 0)
FIELDS = (
    "total_sessions", "completed", "cancelled", "no_show", "scheduled", "overdue", "timed_sessions", "avg_duration",
    "median_duration", "implausible_durations", "rated_sessions", "avg_rating", "low_ratings", "disputes",
)  # fmt: skip


REASONS = ("dispute", "flagged", "low_rating", "short", "no_show", "rating_gap", "no_recording")


class DifferenceError(Exception):
    """Two answers to one question are not the same; nothing was timed."""


def check_stats(rows: Sequence[Row], answer: Mapping[str, Any], bounds: Mapping[str, Any] | None) -> None:
    """Rows of Bare.stats against the answer of REST: in all, by Student-Teacher, and the period before."""
    by_part = {row[0]: row[4:] for row in rows if row[0] != "st"}
    _same("stats", _figures(by_part.get("all", NO_SESSIONS)), answer)
    by_st = {row[1]: row for row in rows if row[0] == "st"}
    _equal("Student-Teachers", sorted(by_st), sorted(st["st"]["id"] for st in answer["by_st"]))
    for st in answer["by_st"]:
        row = by_st[st["st"]["id"]]
        _equal("name", row[2:4], (st["st"]["name"], st["st"]["avatar"]))
        _same(f"Student-Teacher {row[1]}", _figures(row[4:]), st)
    if bounds is None:
        _equal("comparison", (answer["previous"], answer["start"], answer["end"]), (None, None, None))
        return
    _same("compared", _figures(by_part.get("all", NO_SESSIONS)), answer["compared"])
    _same("previous", _figures(by_part.get("previous", NO_SESSIONS)), answer["previous"])
    given = (answer["previous"]["start"], answer["start"], answer["end"])
    _equal("range", given, tuple(_wire(bounds[name]) for name in ("previous", "start", "end")))


def check_page(rows: Sequence[Row], answer: Mapping[str, Any]) -> None:
    """Rows of Bare.page against the answer of REST: every cell, the order and the number of all."""
    _equal("total", rows[0][-1] if rows else 0, answer["pagination"]["total"])
    _equal("sessions", [_cells(row) for row in rows], [_wire_cells(session) for session in answer["sessions"]])


def check_queue(rows: Sequence[Row], answer: Mapping[str, Any]) -> None:
    """Rows of Bare.queue against the answer of REST: every cell, reasons, order, and the numbers by reason."""
    counts = rows[0][-1] if rows else []
    by_reason = {name: sum(count for bits, count in counts if bits >> bit & 1) for bit, name in enumerate(REASONS)}
    _equal("total", sum(count for _, count in counts), answer["pagination"]["total"])
    _equal("by reason", by_reason, answer["reasons"])
    found = [
        (*_cells(row[:-3]), row[-4], [name for bit, name in enumerate(REASONS) if row[-3] >> bit & 1], row[-2])
        for row in rows
    ]
    told = [(*_wire_cells(row), row["st_rating"], row["reasons"], row["urgency"]) for row in answer["reviews"]]
    _equal("queue", found, told)


def check_students(rows: Sequence[Row], answer: Any) -> None:
    """Rows of Bare.students against the answer of REST."""
    found = [(person["id"], person["name"], person["avatar"], person["sessions"]) for person in answer]
    _equal("students", [tuple(row) for row in rows], found)


def check_same(what: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> None:
    """Two answers of REST, word for word."""
    _equal(what, one, other)


def check_alike(what: str, one: Any, other: Any) -> None:
    """Two answers of REST, word for word, but for what the order of a sum does to its last digits."""
    if isinstance(one, dict) and isinstance(other, dict):
        _equal(what, sorted(one), sorted(other))
        for name in one:
            check_alike(f"{what}, {name}", one[name], other[name])
    elif isinstance(one, list) and isinstance(other, list):
        _equal(f"{what}, how many", len(one), len(other))
        for number, (left, right) in enumerate(zip(one, other, strict=True)):
            check_alike(f"{what} {number}", left, right)
    elif not (isinstance(one, float) and isinstance(other, float) and isclose(one, other, rel_tol=1e-9)):
        _equal(what, one, other)


def _figures(row: Sequence[Any]) -> dict[str, Any]:
    counts, (timed, minutes, median, implausible), rest = row[:6], row[6:10], row[10:]
    rated, ratings, _, low, disputes = rest
    means = (minutes / timed if timed else None, ratings / rated if rated else None)
    values = (*counts, timed, means[0], median, implausible, rated, means[1], low, disputes)
    return dict(zip(FIELDS, values, strict=True))


def _same(what: str, figures: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
    for name, value in figures.items():
        given = answer[name]
        if value != given and not (value and given and isclose(value, given, rel_tol=1e-9)):
            raise DifferenceError(f"{what}, {name}: {value!r} in plain SQL, {given!r} from REST")


def _equal(what: str, one: Any, other: Any) -> None:
    if one != other:
        raise DifferenceError(f"{what}: {str(one)[:300]} is not {str(other)[:300]}")


def _cells(row: Row) -> tuple[Any, ...]:
    id_, start, end, *cells, _ = row
    return (id_, _wire(utc(start)), _wire(utc(end)), *cells)


def _wire_cells(session: Mapping[str, Any]) -> tuple[Any, ...]:
    course, student, st = session["course"], session["student"], session["st"]
    names = ("rating", "has_recording", "low_rating", "overdue", "implausible_duration", "dispute_status", "creator_id")
    return (
        *(session[name] for name in ("id", "scheduled_start", "scheduled_end", "actual_duration", "status")),
        *(course["id"], course["title"]),
        *(student["id"], student["name"], student["avatar"]),
        *(st["id"], st["name"], st["avatar"]),
        *(session[name] for name in names),
    )


def _wire(instant: Any) -> str:
    return str(instant.isoformat()).replace("+00:00", "Z")
