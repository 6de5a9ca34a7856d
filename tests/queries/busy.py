"""Exports full of coming sessions that overlap, and what the application says of them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from queries.models import UpcomingOverview
from queries.sessions import Sort
from queries.upcoming import get_overview, list_upcoming
from tests.queries.asking import question
from tests.queries.fold import Asked
from tests.queries.world import ATTENDING, COURSES, TEACHING, Held
from warehouse.snapshot import Snapshot

NOW = datetime(2026, 10, 20, 12, tzinfo=UTC)
HOUR, DAY, MICROSECOND = timedelta(hours=1), timedelta(days=1), timedelta(microseconds=1)


@dataclass(frozen=True)
class Busy:
    """A snapshot and its rows, joined in plain Python."""

    snapshot: Snapshot
    rows: list[Held]

    def overview(self, asked: Asked) -> UpcomingOverview:
        asking = question(asked)
        return get_overview(self.snapshot, asking.scope, asking.filters, asking.clock)

    def marked(self, asked: Asked, sort: Sort = Sort.SCHEDULED_START, limit: int = 500) -> dict[str, bool]:
        """Of each session listed, in order, whether it is in conflict."""
        asking = question(asked)
        page = list_upcoming(
            self.snapshot, asking.scope, asking.filters, now=asked.now, sort=sort, page=1, limit=limit
        )  # fmt: skip
        return {session.id: session.conflict for session in page.sessions}


def booked(number: int, start: datetime, length: timedelta = HOUR, /, **changes: Any) -> dict[str, Any]:
    """A coming session of creator c1 with t3, whom c2 has too."""
    times = {"scheduled_start": start, "scheduled_end": start + length, "actual_start": None, "actual_end": None}
    made = {"id": f"s{number:04}", "course_id": "k1", "enrollment_id": None, "student_id": "u00", "st_id": "t3"}
    return made | times | {"status": "scheduled", "recording_key": None, "dispute_status": None} | changes


def any_rows(seed: int) -> list[dict[str, Any]]:
    """Some 400 sessions on a grid of half hours over 16 days, in which the clocks change in Berlin and New York."""
    random = Random(seed)

    def one(number: int) -> dict[str, Any]:
        creator = random.choices(("c1", "c2", "c3", "c4"), (50, 30, 15, 5))[0]
        return booked(
            number,
            NOW + random.randint(0, 16 * 48) * HOUR / 2 + random.choice((0, 0, 0, 1)) * MICROSECOND,
            random.choice((15, 30, 60, 60, 60, 90, 300)) * timedelta(minutes=1),
            course_id=random.choice([key for key, (_, owner) in COURSES.items() if owner == creator]),
            student_id=f"u{random.choice(ATTENDING[creator]):02}",
            st_id=random.choice(TEACHING[creator].split()),
            status=random.choices(("scheduled", "completed", "cancelled", "no_show"), (75, 13, 7, 5))[0],
        )

    return [one(number) for number in range(400)]


def told(found: UpcomingOverview) -> dict[str, Any]:
    return {
        "total": found.total,
        "conflicts": found.conflicts,
        "days": [(day.day, day.sessions, day.conflicts) for day in found.days],
        "conflict_groups": [
            (one.st.id, one.total, [each.id for each in one.sessions]) for one in found.conflict_groups
        ],
        "conflict_groups_total": found.conflict_groups_total,
        "idle_sts": [(one.st.id, one.last_start, one.sessions) for one in found.idle_sts],
    }
