"""A creator's sessions in the order of their start, kept while the snapshot serves: a range of it is a slice."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from queries.filters import SessionFilters
from queries.periods import EPOCH, Period
from queries.scope import Scope
from queries.statement import load
from warehouse.snapshot import Columns, Snapshot

LIST_STARTS = load("list_starts")
MOST_SESSIONS = 1_000_000  # 24 MB: three eighths of all that a snapshot keeps of orders
MICROSECOND = timedelta(microseconds=1)


def places_in_range(snapshot: Snapshot, scope: Scope, filters: SessionFilters) -> NDArray[np.int64] | None:
    """Places in the table of one creator's sessions of a range, in the order of their start and then of their id.

    None where the question is about all creators, about a creator of too many sessions, or filters by more than the
    range.
    """
    kept = _kept(snapshot, scope, filters)
    if kept is None:
        return None
    places, starts, _ = kept
    return places[_between(starts, filters.period)]


def minutes_in(
    snapshot: Snapshot, scope: Scope, filters: SessionFilters, periods: Iterable[Period]
) -> list[NDArray[np.float64]] | None:
    """The minutes that count in the mean of such sessions, of each period; None where places are not told either."""
    kept = _kept(snapshot, scope, filters)
    if kept is None:
        return None
    _, starts, minutes = kept
    found = [minutes[_between(starts, period)] for period in periods]
    return [some[~np.isnan(some)] for some in found]


def _kept(snapshot: Snapshot, scope: Scope, filters: SessionFilters) -> Columns | None:
    """The columns of list_starts.sql, where they are kept for such a question."""
    too_many = scope.all_creators or snapshot.sessions_of(scope.creator_id) > MOST_SESSIONS
    range_alone = SessionFilters(zone=filters.zone, low_rating=filters.low_rating, period=filters.period)
    if too_many or filters != range_alone:
        return None
    of_scope = {"all_creators": scope.all_creators, "creator_id": scope.creator_id}
    return LIST_STARTS.columns(snapshot, of_scope, keep=True)


def _between(starts: NDArray[np.int64], period: Period) -> slice:
    begin = np.searchsorted(starts, _microseconds(period.start)) if period.start else 0
    end = np.searchsorted(starts, _microseconds(period.end)) if period.end else len(starts)
    return slice(begin, end)


def _microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND
