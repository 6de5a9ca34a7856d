"""A creator's sessions in the order of their start, kept while the snapshot serves: a range of it is a slice."""

from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from queries.filters import SessionFilters
from queries.periods import EPOCH
from queries.scope import Scope
from queries.statement import load
from warehouse.snapshot import Snapshot

LIST_STARTS = load("list_starts")
MOST_SESSIONS = 1_000_000  # 24 MB: three eighths of all that a snapshot keeps of orders
MICROSECOND = timedelta(microseconds=1)


def places_in_range(snapshot: Snapshot, scope: Scope, filters: SessionFilters) -> NDArray[np.int64] | None:
    """Places in the table of one creator's sessions of a range, in the order of their start and then of their id.

    None where the question is about all creators, about a creator of too many sessions, or filters by more than the
    range.
    """
    found = _in_range(snapshot, scope, filters)
    return None if found is None else found[0]


def minutes_in_range(snapshot: Snapshot, scope: Scope, filters: SessionFilters) -> NDArray[np.float64] | None:
    """The minutes that count in the mean of the same sessions; None where their places are not kept either."""
    found = _in_range(snapshot, scope, filters)
    return None if found is None else found[1][~np.isnan(found[1])]


def _in_range(
    snapshot: Snapshot, scope: Scope, filters: SessionFilters
) -> tuple[NDArray[np.int64], NDArray[np.float64]] | None:
    too_many = scope.all_creators or snapshot.sessions_of(scope.creator_id) > MOST_SESSIONS
    range_alone = SessionFilters(zone=filters.zone, low_rating=filters.low_rating, period=filters.period)
    if too_many or filters != range_alone:
        return None
    of_scope = {"all_creators": scope.all_creators, "creator_id": scope.creator_id}
    places, starts, minutes = LIST_STARTS.columns(snapshot, of_scope, keep=True)
    first, last = filters.period.start, filters.period.end
    begin = np.searchsorted(starts, _microseconds(first)) if first else 0
    end = np.searchsorted(starts, _microseconds(last)) if last else len(starts)
    return places[begin:end], minutes[begin:end]


def _microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND
