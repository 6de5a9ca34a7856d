"""What is to come, again: conflicts pair by pair, groups as what hangs together, from the definitions alone."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from tests.queries import fold
from tests.queries.fold import Asked
from tests.queries.world import Held

Holds = Callable[[Any], bool]


def coming(rows: Iterable[Held], asked: Asked) -> list[Held]:
    """All coming sessions of the scope, whatever is filtered."""
    own = fold.chosen(rows, Asked(asked.creator, asked.now))
    return [row for row in own if row.status == "scheduled" and row.end > asked.now]


def overlap(one: Held, other: Held) -> bool:
    same_time = max(one.start, other.start) < min(one.end, other.end)
    return one.id != other.id and one.st_id == other.st_id and same_time


def conflicts(rows: Iterable[Held], asked: Asked) -> set[str]:
    """Ids of the coming sessions whose ST is booked twice."""
    booked = coming(rows, asked)
    return {one.id for one in booked if any(overlap(one, other) for other in booked)}


def groups(rows: Iterable[Held], asked: Asked) -> list[list[Held]]:
    """Sessions that hang together by overlaps, each group and all groups in order of time."""
    left = coming(rows, asked)
    found = []
    while left:
        group, added = [], [left.pop()]
        while added:
            group += added
            added = [one for one in left if any(overlap(one, other) for other in added)]
            left = [one for one in left if one not in added]
        if len(group) > 1:
            found.append(sorted(group, key=lambda row: (row.start, row.id)))
    return sorted(found, key=lambda group: (group[0].start, group[0].st_id))


def idle(rows: Iterable[Held], asked: Asked) -> list[tuple[str, Any, int]]:
    """ST, last start and number of sessions of the 84 days before now, of those with nothing booked."""
    booked = {row.st_id for row in coming(rows, asked)}
    narrowed = {name: value for name, value in asked.params.items() if name in ("course_id", "st_id")}
    judged = [
        row for row in fold.chosen(rows, Asked(asked.creator, asked.now, params=narrowed))
        if asked.now - timedelta(days=84) <= row.start < asked.now and row.status != "cancelled"
    ]  # fmt: skip
    counts = Counter((row.st_name.lower(), row.st_id) for row in judged if row.st_id not in booked)
    ordered = sorted(counts, key=lambda st: (-counts[st], st))
    return [(st[1], max(row.start for row in judged if row.st_id == st[1]), counts[st]) for st in ordered]


def overview(rows: Iterable[Held], asked: Asked, holds: Holds) -> dict[str, Any]:
    """`holds` tells whether a start lies in the asked range."""
    matching = {row.id for row in fold.chosen(rows, asked) if holds(row.start)}
    shown = [row for row in coming(rows, asked) if row.id in matching]
    twice = conflicts(rows, asked)
    per_day = Counter(row.start.astimezone(asked.zone).date() for row in shown)
    twice_per_day = Counter(row.start.astimezone(asked.zone).date() for row in shown if row.id in twice)
    touched = [group for group in groups(rows, asked) if any(row.id in matching for row in group)]
    return {
        "total": len(shown),
        "conflicts": sum(row.id in twice for row in shown),
        "days": [(day, per_day[day], twice_per_day[day]) for day in sorted(per_day)],
        "conflict_groups": [(group[0].st_id, len(group), [row.id for row in group]) for group in touched[:20]],
        "conflict_groups_total": len(touched),
        "idle_sts": idle(rows, asked),
    }
