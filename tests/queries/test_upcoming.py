"""What is to come: thousands of questions to busy exports, each answered twice, and the edges one by one."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auth.viewer import CreatorScope
from queries import upcoming
from queries.models import UpcomingOverview
from queries.sessions import Sort
from queries.statement import setup_sql
from queries.upcoming import get_overview
from tests.queries import fold, fold_time, fold_upcoming
from tests.queries.asking import asked_questions, question
from tests.queries.busy import DAY, HOUR, MICROSECOND, NOW, Busy, any_rows, booked, told
from tests.queries.fold import Asked
from tests.queries.world import TEACHING, held, write_world
from warehouse.build import build_snapshot
from warehouse.snapshot import Snapshot
from warehouse.source import open_export

BERLIN, KATHMANDU = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kathmandu")
Make = Callable[[list[dict[str, Any]]], Busy]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Make]:
    opened: list[Snapshot] = []

    def made(rows: list[dict[str, Any]]) -> Busy:
        folder: Path = tmp_path_factory.mktemp("busy")
        export = open_export(write_world(folder / "export", rows))
        opened.append(Snapshot(build_snapshot(export, folder / "snapshots"), setup_sql()))
        return Busy(opened[-1], held(rows))

    yield made
    for snapshot in opened:
        snapshot.close()


@pytest.fixture(scope="module")
def worlds(make: Make) -> list[Busy]:
    return [make(any_rows(seed)) for seed in (1, 2, 3)]


def at(zone: ZoneInfo, *parts: int) -> datetime:
    return datetime(*parts, tzinfo=zone).astimezone(UTC)  # type: ignore[arg-type,misc]  # year, month, day, hour, minute


NOWS = st.just(NOW - DAY) | st.integers(-10, 40 * 48).map(lambda count: NOW + count * HOUR / 2)
QUESTIONS = st.builds(lambda asked, now: replace(asked, now=now), asked_questions(), NOWS)


@settings(max_examples=400, deadline=None)
@given(asked=QUESTIONS, which=st.integers(0, 2))
def test_the_overview_is_the_folds(worlds: list[Busy], asked: Asked, which: int) -> None:
    busy = worlds[which]
    found = busy.overview(asked)
    assert told(found) == fold_upcoming.overview(busy.rows, asked, fold_time.range_of(asked).holds)
    assert found.idle_sts_total == len(found.idle_sts)
    assert all(session.conflict for group in found.conflict_groups for session in group.sessions)


@settings(max_examples=250, deadline=None)
@given(asked=QUESTIONS, which=st.integers(0, 2), sort=st.sampled_from(Sort), limit=st.sampled_from((7, 500)))
def test_each_row_says_whether_its_st_is_booked_twice(
    worlds: list[Busy], asked: Asked, which: int, sort: Sort, limit: int
) -> None:
    busy = worlds[which]
    holds, twice = fold_time.range_of(asked).holds, fold_upcoming.conflicts(busy.rows, asked)
    matching = [one for one in fold.chosen(fold_upcoming.coming(busy.rows, asked), asked) if holds(one.start)]
    expected = {one.id: one.id in twice for one in fold.ordered(matching, sort)[:limit]}
    assert list(busy.marked(asked, sort, limit).items()) == list(expected.items())


def test_the_questions_above_meet_conflicts_and_idle_sts_of_every_kind(worlds: list[Busy]) -> None:
    groups = [fold_upcoming.groups(busy.rows, Asked(None, NOW)) for busy in worlds]
    assert min(map(len, groups)) > 20
    assert max(len(group) for found in groups for group in found) > 4
    late = [Asked(creator, NOW + days * DAY) for creator in TEACHING for days in (15, 16)]
    assert all(any(fold_upcoming.idle(busy.rows, asked) for asked in late) for busy in worlds)


# The edges


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (booked(2, NOW + HOUR), False),
        (booked(2, NOW + HOUR - MICROSECOND), True),
        (booked(2, NOW - HOUR), False),
        (booked(2, NOW - HOUR, HOUR + MICROSECOND), True),
        (booked(2, NOW), True),
        (booked(2, NOW, MICROSECOND), True),
        (booked(2, NOW - DAY, 3 * DAY), True),
        (booked(2, NOW, status="cancelled"), False),
        (booked(2, NOW, status="completed"), False),
        (booked(2, NOW, st_id="t4"), False),
        (booked(2, NOW, student_id="u05", course_id="k2"), True),
        (booked(2, NOW, course_id="k4", student_id="u10"), False),
    ],
)
def test_two_sessions_are_in_conflict(make: Make, second: dict[str, Any], expected: bool) -> None:
    """Or not: back to back, of another status, ST or creator."""
    busy = make([booked(1, NOW), second])
    assert busy.marked(Asked("c1", NOW))["s0001"] is expected


def test_a_session_that_has_ended_is_in_nobodys_way(make: Make) -> None:
    busy = make([booked(1, NOW - HOUR), booked(2, NOW - HOUR, 2 * HOUR)])
    assert busy.marked(Asked("c1", NOW - MICROSECOND)) == {"s0001": True, "s0002": True}
    assert busy.marked(Asked("c1", NOW)) == {"s0002": False}


def test_a_chain_is_one_group_though_its_ends_do_not_meet(make: Make) -> None:
    chain = [booked(n, NOW + n * 50 * timedelta(minutes=1)) for n in range(1, 5)]
    apart = [booked(5, NOW + 5 * HOUR), booked(6, NOW + 6 * HOUR), booked(7, NOW + 6 * HOUR)]
    under_a_long_one = [booked(8, NOW + DAY, 9 * HOUR), booked(9, NOW + DAY + HOUR), booked(10, NOW + DAY + 5 * HOUR)]
    found = make([*chain, *apart, *under_a_long_one]).overview(Asked("c1", NOW))
    assert [[one.id for one in group.sessions] for group in found.conflict_groups] == [
        ["s0001", "s0002", "s0003", "s0004"], ["s0006", "s0007"], ["s0008", "s0009", "s0010"],
    ]  # fmt: skip
    assert (found.total, found.conflicts) == (10, 9)


def test_no_filter_hides_that_an_st_is_booked_twice_and_a_group_is_shown_whole(make: Make) -> None:
    busy = make([booked(1, NOW), booked(2, NOW, student_id="u01", course_id="k2"), booked(3, NOW + DAY)])
    for params in ({"student_id": "u01"}, {"course_id": ["k2"]}, {"to": NOW + HOUR, "student_id": "u01"}):
        found = busy.overview(Asked("c1", NOW, params=params))
        assert busy.marked(Asked("c1", NOW, params=params)) == {"s0002": True}
        assert (found.total, found.conflicts) == (1, 1)
        assert [[one.id for one in group.sessions] for group in found.conflict_groups] == [["s0001", "s0002"]]
    assert busy.overview(Asked("c1", NOW, params={"from": NOW + DAY})).conflict_groups == []


def test_a_creator_learns_nothing_of_what_another_has_booked_and_staff_see_both(make: Make) -> None:
    """c1 and c2 share t3. For c2 t3 is idle though c1 has something coming."""
    other = {"course_id": "k4", "student_id": "u10"}
    busy = make(
        [booked(1, NOW), booked(2, NOW, **other, st_id="t3"), booked(3, NOW - DAY, **other),
         booked(4, NOW + DAY, st_id="t1"), booked(5, NOW - DAY, **other, st_id="t2", status="completed"),
         booked(6, NOW + DAY, st_id="t2")]
    )  # fmt: skip
    mine, others, all_ = (busy.overview(Asked(creator, NOW)) for creator in ("c1", "c2", None))
    assert (mine.total, mine.conflicts, mine.conflict_groups) == (3, 0, [])
    assert (others.total, others.conflicts, others.conflict_groups) == (1, 0, [])
    assert [(one.st.id, one.sessions) for one in others.idle_sts] == [("t2", 1)]
    assert [[one.id for one in group.sessions] for group in all_.conflict_groups] == [["s0001", "s0002"]]
    assert all_.idle_sts == []
    nobody = CreatorScope()
    asking = question(Asked("c1", NOW))
    empty = get_overview(busy.snapshot, nobody, asking.filters, asking.clock)
    assert empty == UpcomingOverview(0, 0, [], [], 0, [], 0)


@pytest.mark.parametrize(
    ("zone", "start", "day"),
    [
        (BERLIN, at(BERLIN, 2026, 10, 25, 0, 0), date(2026, 10, 25)),
        (BERLIN, at(BERLIN, 2026, 10, 25, 0, 0) - MICROSECOND, date(2026, 10, 24)),
        (BERLIN, at(BERLIN, 2026, 10, 25, 23, 59), date(2026, 10, 25)),
        (BERLIN, at(BERLIN, 2026, 10, 25, 0, 0) + 25 * HOUR, date(2026, 10, 26)),
        (BERLIN, at(BERLIN, 2026, 10, 25, 0, 0) + 24 * HOUR, date(2026, 10, 25)),
        (KATHMANDU, datetime(2026, 10, 25, 18, 15, tzinfo=UTC), date(2026, 10, 26)),
        (KATHMANDU, datetime(2026, 10, 25, 18, 14, 59, tzinfo=UTC), date(2026, 10, 25)),
        (ZoneInfo("America/New_York"), datetime(2026, 11, 2, 4, 59, tzinfo=UTC), date(2026, 11, 1)),
        (ZoneInfo("America/New_York"), datetime(2026, 11, 2, 5, 0, tzinfo=UTC), date(2026, 11, 2)),
        (ZoneInfo("Pacific/Kiritimati"), datetime(2026, 10, 25, 10, 0, tzinfo=UTC), date(2026, 10, 26)),
    ],
    ids=str,
)
def test_a_session_belongs_to_the_day_on_which_it_starts_in_the_zone(
    make: Make, zone: ZoneInfo, start: datetime, day: date
) -> None:
    found = make([booked(1, start, 5 * HOUR)]).overview(Asked("c1", NOW, zone=zone))
    assert [(one.day, one.sessions, one.conflicts) for one in found.days] == [(day, 1, 0)]


def test_an_st_has_nothing_booked(make: Make) -> None:
    """Who started at least one session in the 84 days before now, and has none coming."""
    lately = NOW - 84 * DAY
    done = {"status": "completed"}
    busy = make(
        [booked(1, lately, st_id="t1", **done), booked(2, lately - MICROSECOND, st_id="t2", **done),
         booked(3, NOW - DAY, st_id="t3", status="cancelled"), booked(4, NOW - DAY, st_id="t4", status="no_show"),
         booked(5, NOW - 2 * DAY, st_id="t4", course_id="k2", **done), booked(6, NOW - DAY, st_id="t5", **done),
         booked(7, NOW + 90 * DAY, st_id="t5", course_id="k2"), booked(8, NOW - DAY, st_id="t6"),
         booked(9, NOW - HOUR, 2 * HOUR, st_id="t7"), booked(10, NOW, st_id="t8", **done)]
    )  # fmt: skip

    def idle(**params: Any) -> list[tuple[str, datetime, int]]:
        found = busy.overview(Asked("c1", NOW, params=params)).idle_sts
        return [(one.st.id, one.last_start, one.sessions) for one in found]

    assert idle() == [("t4", NOW - DAY, 2), ("t6", NOW - DAY, 1), ("t1", lately, 1)]
    assert idle(course_id=["k2"]) == [("t4", NOW - 2 * DAY, 1)]
    assert idle(st_id=["t1", "t5"]) == [("t1", lately, 1)]
    assert idle(student_id="u01", range="today", status=["scheduled"]) == idle()


def test_what_is_shown_is_bounded_and_what_is_not_is_counted(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, most in (("MOST_GROUPS", 2), ("MOST_IN_GROUP", 3), ("MOST_IDLE", 1)):
        monkeypatch.setattr(upcoming, name, most)
    busy = make(
        [booked(n, NOW + n // 5 * DAY) for n in range(15)]
        + [booked(20 + n, NOW - DAY, st_id=f"t{n}", status="completed") for n in (4, 5)]
    )
    found = busy.overview(Asked("c1", NOW))
    assert [(group.total, [one.id for one in group.sessions]) for group in found.conflict_groups] == [
        (5, ["s0000", "s0001", "s0002"]), (5, ["s0005", "s0006", "s0007"]),
    ]  # fmt: skip
    assert (found.conflict_groups_total, len(found.idle_sts), found.idle_sts_total) == (3, 1, 2)
