"""Where nothing matches: which of the filters to drop, and how many sessions there would be."""

from dataclasses import replace
from typing import Any

from queries.filters import SessionFilters
from queries.models import WayOut
from queries.periods import Period, RangePreset
from queries.scope import Scope
from queries.sessions import count_sessions
from warehouse.snapshot import Snapshot

# What each filter is without a value; the wire fields of one stand together.
DROPPED: dict[tuple[str, ...], dict[str, Any]] = {
    ("range", "from", "to"): {"period": Period(preset=RangePreset.ALL)},
    ("course_id",): {"course_ids": ()},
    ("st_id",): {"st_ids": ()},
    ("student_id",): {"student_id": None},
    ("student_q",): {"student_q": None},
    ("status",): {"statuses": ()},
    ("rating_min", "rating_max"): {"rating_min": None, "rating_max": None},
    ("rated",): {"rated": None},
    ("timed",): {"timed": None},
    ("flag",): {"flags": ()},
}


def list_ways_out(snapshot: Snapshot, scope: Scope, filters: SessionFilters) -> list[WayOut]:
    """The filters without which alone there would be sessions, those with the fewest first: they lie nearest."""
    found = []
    for fields, values in DROPPED.items():
        without = replace(filters, **values)
        if without.values() == filters.values():
            continue
        sessions = count_sessions(snapshot, scope, without)
        if sessions:
            found.append(WayOut(fields, sessions))
    return sorted(found, key=lambda way: way.sessions)
