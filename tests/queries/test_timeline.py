"""What is kept of a creator's sessions in the order of their start tells the places of a range's, and of no more."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from auth.viewer import CreatorScope
from queries import timeline
from queries.models import SessionStats
from queries.sessions import ORDER_SESSIONS, OrderBy, Sort
from queries.statement import filter_values
from queries.stats import get_stats
from queries.timeline import places_in_range
from tests.queries.asking import RANGES, ROWS, question
from tests.queries.fold import Asked
from tests.queries.test_kept_answers import CHANGES
from tests.queries.world import NOW
from warehouse.snapshot import Snapshot

CREATORS = ("c1", "c2", "c4", "nobody")
STARTS = sorted({row.start for row in ROWS if row.creator_id == "c1"})
ONE_MICROSECOND = timedelta(microseconds=1)
ANY_SNAPSHOT = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def ordered(snapshot: Snapshot, asked: Asked) -> list[int]:
    asking = question(asked)
    values, order = filter_values(asking.scope, asking.filters), OrderBy[Sort.SCHEDULED_START.name]
    (places,) = ORDER_SESSIONS.columns(snapshot, values, order, keep=False)
    return list(places)


def of_timeline(snapshot: Snapshot, asked: Asked) -> list[int] | None:
    asking = question(asked)
    places = places_in_range(snapshot, asking.scope, asking.filters)
    return None if places is None else list(places)


@ANY_SNAPSHOT
@given(creator=st.sampled_from(CREATORS), range_=RANGES)
def test_the_places_of_any_range_are_those_that_its_statement_finds(
    snapshot: Snapshot, creator: str, range_: dict[str, object]
) -> None:
    asked = Asked(creator, NOW, params=range_)
    assert of_timeline(snapshot, asked) == ordered(snapshot, asked)


@pytest.mark.parametrize("start", STARTS[:: len(STARTS) // 6])
@pytest.mark.parametrize("shift", [-ONE_MICROSECOND, timedelta(0), ONE_MICROSECOND])
@pytest.mark.parametrize("bound", ["from", "to"])
def test_a_session_on_the_bound_of_a_range_is_in_it_at_its_begin_and_not_at_its_end(
    snapshot: Snapshot, start: object, shift: timedelta, bound: str
) -> None:
    asked = Asked("c1", NOW, params={bound: start + shift})  # type: ignore[operator]  # a datetime of the world's
    assert of_timeline(snapshot, asked) == ordered(snapshot, asked)


@pytest.mark.parametrize("field", sorted(CHANGES.keys() - {"from", "to", "range"}))
def test_whatever_filters_by_more_than_the_range_is_not_told(snapshot: Snapshot, field: str) -> None:
    assert of_timeline(snapshot, Asked("c1", NOW, params={field: CHANGES[field]})) is None


def test_all_creators_and_one_of_very_many_sessions_are_not_kept(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert of_timeline(snapshot, Asked(None, NOW)) is None
    everything = question(Asked("c1", NOW)).filters
    assert places_in_range(snapshot, CreatorScope(all_creators=True, creator_id="c1"), everything) is None
    monkeypatch.setattr(timeline, "MOST_SESSIONS", snapshot.sessions_of("c1") - 1)
    assert of_timeline(snapshot, Asked("c1", NOW)) is None
    assert of_timeline(snapshot, Asked("c4", NOW))


def test_a_scope_of_nobody_has_no_places(snapshot: Snapshot) -> None:
    places = places_in_range(snapshot, CreatorScope(), question(Asked("c1", NOW)).filters)
    assert places is not None
    assert not len(places)


def test_it_is_read_once_for_each_creator(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[str] = []
    read = Snapshot._read_columns

    def counting(self: Snapshot, sql: str, parameters: dict[str, object]) -> object:
        reads.append(str(parameters["creator_id"]))
        return read(self, sql, parameters)

    monkeypatch.setattr(Snapshot, "_read_columns", counting)
    fresh = Snapshot(snapshot.path)
    for range_ in ("all", "last_7_days", "last_12_weeks"):
        for creator in ("c1", "c2"):
            of_timeline(fresh, Asked(creator, NOW, params={"range": range_}))
    fresh.close()
    assert reads == ["c1", "c2"]


@ANY_SNAPSHOT
@given(creator=st.sampled_from(CREATORS), range_=RANGES)
def test_figures_added_up_are_those_of_a_statement_that_groups_twice(
    snapshot: Snapshot, creator: str, range_: dict[str, object]
) -> None:
    asking = question(Asked(creator, NOW, params=range_))
    added = get_stats(snapshot, asking.scope, asking.filters, asking.clock)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(timeline, "MOST_SESSIONS", -1)
        grouped = get_stats(snapshot, asking.scope, asking.filters, asking.clock)
    assert as_json(added) == alike(as_json(grouped))


def as_json(stats: SessionStats) -> Any:
    return json.loads(TypeAdapter(SessionStats).dump_json(stats))


def alike(told: Any) -> Any:
    """The same, but for what the order of a sum does to a mean's last digits."""
    if isinstance(told, dict):
        return {name: alike(value) for name, value in told.items()}
    if isinstance(told, list):
        return list(map(alike, told))
    return pytest.approx(told, rel=1e-12) if isinstance(told, float) else told
