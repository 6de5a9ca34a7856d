"""What the store says of reviews: where a session stands, the lines of its history, and what a decision makes of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a session stands. `facts` is what it rests on: a closed one with others comes back."""

    state: str
    outcome: str | None = None
    assignee_account: str | None = None
    assignee_name: str | None = None
    flagged: bool = False
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """Who did something, and when."""

    at: datetime
    account: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Head:
    """A session as it stands now; its version is the number of entries it has, `action` is the last one's, and its
    change tells what is newer."""

    session_id: str
    creator_id: str
    version: int
    action: str
    standing: Standing
    made: Made
    change: int


@dataclass(frozen=True, slots=True)
class Mark:
    """How far somebody has read: the number of a change, and one session of it with its time, by which a store is known
    again: one that was put back from an older copy gives the same numbers to other changes."""

    change: int
    session_id: str
    at: datetime | None


START = Mark(0, "", None)


@dataclass(frozen=True, slots=True)
class Changes:
    """Sessions that changed, and the mark to ask with next; `more` says that there are others after it already.
    `another`: this is not the store that the mark is from, and must be read from START."""

    heads: list[Head]
    mark: Mark
    more: bool = False
    another: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a history. `undoes` is the version that it takes back."""

    session_id: str
    version: int
    action: str
    note: str | None
    undoes: int | None
    request: str | None
    standing: Standing
    made: Made


@dataclass(frozen=True, slots=True)
class Item:
    """A session to decide, and the version that whoever decides has seen."""

    session_id: str
    creator_id: str
    version: int


@dataclass(frozen=True, slots=True)
class Step:
    """What a decision makes of a session."""

    standing: Standing
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A session that was left as it is: `why` is the rule's own word, or None where somebody else was first, which
    `head` then tells of."""

    session_id: str
    head: Head | None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing done to several sessions at once. `request` is of whoever asks: asked twice, it is done once. `chosen`
    are those fields of a standing that whoever decides chose, by name."""

    action: str
    note: str | None
    request: str | None
    made: Made
    chosen: Mapping[str, str | None] = field(default_factory=dict)


# From a session's id, where it stands and its history (where the action is an undo) to the step, or why there is none.
Rule = Callable[[str, Standing | None, Sequence[Entry]], Step | str]
