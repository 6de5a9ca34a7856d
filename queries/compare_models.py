"""What a comparison gives back: two sides, and how far each figure of one lies from the other's."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from queries.models import Figures, Interval

FEWEST = 5  # under so many on either side nothing is said, whatever the interval


class Relative(StrEnum):
    """Ranges of B that follow from A's."""

    PREVIOUS = "previous"
    YEAR_BEFORE = "year_before"
    SAME = "same"


class Verdict(StrEnum):
    """What may be said of a difference. SIMILAR: whatever it is, it is too small to matter."""

    HIGHER = "higher"
    LOWER = "lower"
    SIMILAR = "similar"
    TOO_FEW = "too_few"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side(Figures):
    """The figures of one side, and of which range, courses and Student-Teachers it is; no ids are all of them."""

    start: datetime | None
    end: datetime | None
    course_id: tuple[str, ...]
    st_id: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A less B: percentage points of rates, rating steps, minutes. `n_a` and `n_b` are what the values rest on.

    `enough`: the 95% interval leaves out 0, and neither side is a handful.
    """

    value_a: float | None
    value_b: float | None
    n_a: int
    n_b: int
    difference: float | None
    interval: Interval | None
    enough: bool
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Differences:
    completion_rate: Difference
    no_show_rate: Difference
    avg_rating: Difference
    avg_duration: Difference


@dataclass(frozen=True, slots=True)
class Comparison:
    """`total_change` is that of A's count against B's, in percent; None where B has no sessions.

    `shared_sessions` are in both sides.
    """

    data_as_of: datetime
    a: Side
    b: Side
    total_change: float | None
    differences: Differences
    shared_sessions: int
