"""What needs review, again: why, how urgently, and where it stands, row by row from the definitions alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tests.queries.world import Held

URGENCY = {
    "dispute": 100, "flagged": 60, "low_rating": 40, "short": 25, "no_show": 20, "rating_gap": 15, "no_recording": 10,
}  # fmt: skip
RULES = tuple(name for name in URGENCY if name != "flagged")
STATES = ("new", "under_review", "resolved", "dismissed")


@dataclass(frozen=True)
class Rules:
    """The settings; `on` are the rules in force."""

    on: frozenset[str] = frozenset(RULES)
    short_percent: int = 50
    rating_gap: int = 3
    low_rating: int = 2


@dataclass(frozen=True)
class Standing:
    """Where the store has a session; `known` are the reasons that it was decided on, unchanged since."""

    version: int
    state: str
    outcome: str | None
    assignee: tuple[str, str] | None
    flagged: bool
    known: frozenset[str]
    at: datetime


@dataclass(frozen=True)
class Wanted:
    """Which part of the queue; without reasons any, `assignee` an account, "none", or None for everybody's."""

    states: frozenset[str]
    reasons: frozenset[str]
    assignee: str | None


@dataclass(frozen=True)
class Queued:
    """A session of the queue: the row, and what is to be said of it."""

    row: Held
    reasons: tuple[str, ...]
    state: str
    again: bool
    outcome: str | None
    assignee: tuple[str, str] | None
    version: int
    at: datetime | None

    @property
    def urgency(self) -> int:
        return sum(URGENCY[reason] for reason in self.reasons)


def raised(row: Held, rules: Rules) -> set[str]:
    """Why the export alone makes a session one to review."""
    completed = row.status == "completed"
    ratings = row.rating is not None and row.st_rating is not None
    found = {
        "dispute": row.dispute in ("open", "under_review"),
        "low_rating": completed and row.rating is not None and row.rating <= rules.low_rating,
        "short": completed
        and row.actual is not None
        and row.actual * 100 < (row.end - row.start) * rules.short_percent,
        "no_show": row.status == "no_show",
        "rating_gap": ratings and abs(row.rating - row.st_rating) >= rules.rating_gap,  # type: ignore[operator]
        "no_recording": completed and not row.has_recording,
    }
    return {name for name in rules.on if found[name]}


def queued(row: Held, rules: Rules, standing: Standing | None) -> Queued | None:
    """None for a session about which there is nothing to say."""
    why = raised(row, rules)
    if standing is None:
        return Queued(row, _sorted(why), "new", False, None, None, 0, None) if why else None
    again = standing.state in ("resolved", "dismissed") and bool(why - standing.known)
    if standing.flagged:
        why |= {"flagged"}
    if not why and standing.state == "new":
        return None
    if again:
        return Queued(row, _sorted(why), "new", True, None, None, standing.version, standing.at)
    return Queued(
        row, _sorted(why), standing.state, False, standing.outcome, standing.assignee, standing.version, standing.at
    )


def queue(rows: Iterable[Held], rules: Rules, standings: Mapping[str, Standing], assignee: str | None) -> list[Queued]:
    """All of these rows that need, or had, a review, and are the assignee's: the most urgent first, then the oldest."""
    found = [one for row in rows if (one := queued(row, rules, standings.get(row.id)))]
    theirs = [one for one in found if assignee in (None, one.assignee[0] if one.assignee else "none")]
    return sorted(theirs, key=lambda one: (-one.urgency, one.row.start, one.row.id))


def shown(found: Iterable[Queued], wanted: Wanted) -> list[Queued]:
    """Where only decided ones are wanted, the latest decision first."""
    asked = [one for one in found if one.state in wanted.states and _has(one, wanted)]
    if {"new", "under_review"} & set(wanted.states):
        return asked
    return sorted(asked, key=lambda one: one.at or datetime.min, reverse=True)


def by_reason(found: list[Queued], wanted: Wanted) -> dict[str, int]:
    """Of the wanted states, whichever reasons are wanted."""
    return {name: sum(name in one.reasons and one.state in wanted.states for one in found) for name in URGENCY}


def by_state(found: list[Queued], wanted: Wanted) -> dict[str, int]:
    """For the wanted reasons, whichever states are wanted."""
    return {state: sum(one.state == state and _has(one, wanted) for one in found) for state in STATES}


def _has(one: Queued, wanted: Wanted) -> bool:
    return not wanted.reasons or not wanted.reasons.isdisjoint(one.reasons)


def _sorted(reasons: set[str]) -> tuple[str, ...]:
    return tuple(name for name in URGENCY if name in reasons)
