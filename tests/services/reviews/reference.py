"""What a review's history leads to, worked out anew from its first line: an account of the rules that shares no code
with the application's."""

from dataclasses import dataclass, field

CLOSED = {"resolve": "resolved", "dismiss": "dismissed"}
FROM = {
    "flag": {"new", "resolved", "dismissed"},
    "assign": {"new", "under_review"},
    "under_review": {"new", "resolved", "dismissed"},
    "resolve": {"new", "under_review"},
    "dismiss": {"new", "under_review"},
}
ROLES = {
    "operations": {"flag", "assign", "note", "under_review", "resolve", "dismiss", "undo"},
    "creator": {"flag", "note", "undo"},
    "analyst": set[str](),
}


@dataclass
class Place:
    """Where a session stands."""

    state: str = "new"
    outcome: str | None = None
    assignee: str | None = None
    flagged: bool = False
    facts: frozenset[str] = frozenset()


@dataclass
class Line:
    """One thing done, and the session's facts at that time."""

    action: str
    account: str
    facts: frozenset[str]
    outcome: str | None = None
    assignee: str | None = None
    is_undone: bool = False


@dataclass
class Reference:
    lines: list[Line] = field(default_factory=list)

    def recorded(self) -> Place:
        """Where the lines lead that are not undone, each on the facts of its time."""
        place = Place()
        for line in self._in_force():
            place = _after(line, _seen_with(line.facts, place))
        return place

    def now(self, facts: frozenset[str]) -> Place:
        return _seen_with(facts, self.recorded())

    def allows(self, line: Line, role: str) -> bool:
        """Whether it may be done now, by somebody whose role may do such a thing at all."""
        if line.action == "note":
            return True
        if line.action == "undo":
            lines = self._in_force()
            is_own_flag = bool(lines) and (lines[-1].action, lines[-1].account) == ("flag", line.account)
            return bool(lines) and (role == "operations" or is_own_flag)
        place = self.now(line.facts)
        if line.action == "flag":
            return place.state in FROM["flag"] and not place.flagged
        is_in_queue = bool(line.facts) or place.flagged or place.state != "new"
        changes = line.action != "assign" or line.assignee != place.assignee
        return is_in_queue and changes and place.state in FROM[line.action]

    def do(self, line: Line) -> None:
        if line.action == "undo":
            self._in_force()[-1].is_undone = True
        self.lines.append(line)

    def _in_force(self) -> list[Line]:
        return [line for line in self.lines if line.action not in ("note", "undo") and not line.is_undone]


def _seen_with(facts: frozenset[str], place: Place) -> Place:
    """A closed one with anything that it was not closed on is new, as if it had never been looked at."""
    is_closed = place.state in CLOSED.values()
    return Place() if is_closed and facts - place.facts else place


def _after(line: Line, place: Place) -> Place:
    keeps = place.assignee
    if line.action == "flag":
        return Place("new", None, keeps if place.state == "new" else None, True, line.facts)
    if line.action == "assign":
        return Place(place.state, place.outcome, line.assignee, place.flagged, line.facts)
    if line.action == "under_review":
        return Place("under_review", None, keeps or line.account, place.flagged, line.facts)
    return Place(CLOSED[line.action], line.outcome, keeps, False, line.facts)
