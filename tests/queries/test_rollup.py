"""What the rollup tells of all creators is what all of their sessions tell."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auth.viewer import CreatorScope
from queries import options, rollup, sessions, stats
from queries.options import count_choices
from queries.rollup import has_days_of_quarters, rolled
from queries.sessions import count_sessions, get_session
from queries.statement import setup_sql
from queries.stats import count_student_teachers, get_stats, get_totals, list_over_time
from tests.exports import session, write_export
from tests.queries.asking import NEAR_MIDNIGHTS, PRESETS, ROWS, ZONES, Question, question
from tests.queries.fold import LOW, Asked
from tests.queries.test_against_fold import assert_agree
from tests.queries.world import NOW
from warehouse.build import build_snapshot
from warehouse.snapshot import Row, Snapshot
from warehouse.source import open_export

ALL = CreatorScope(all_creators=True)
KINDS: dict[str, list[Any]] = {
    "status": [["completed"], ["scheduled", "no_show"]], "rating_min": [2], "rating_max": [4], "rated": [True, False],
    "timed": [True, False], "flag": [["low_rating"], ["dispute", "overdue"], ["implausible_duration", "no_recording"]],
}  # fmt: skip
ROLLED_QUESTIONS = st.builds(
    lambda zone, period, filters: question(Asked(None, NOW, zone=zone, params={**period, **filters})),
    st.sampled_from(ZONES),
    st.sampled_from(PRESETS).map(lambda preset: {"range": preset})
    | st.tuples(NEAR_MIDNIGHTS, NEAR_MIDNIGHTS).map(lambda days: {"from": min(days), "to": max(days)}),
    st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in KINDS.items()}),
)
ANSWERS: dict[str, Callable[[Snapshot, Question], Any]] = {
    "stats": lambda snapshot, asked: asdict(get_stats(snapshot, asked.scope, asked.filters, asked.clock)),
    "over time": lambda snapshot, asked: asdict(list_over_time(snapshot, asked.scope, asked.filters, asked.clock)),
    "count": lambda snapshot, asked: count_sessions(snapshot, asked.scope, asked.filters),
    "totals": lambda snapshot, asked: asdict(get_totals(snapshot, asked.scope, asked.clock)),
    "choices": lambda snapshot, asked: count_choices(snapshot, asked.scope, LOW),
}


@contextmanager
def from_all_sessions() -> Iterator[None]:
    """The rollup answers nothing: as far as it can be told apart, every statement reads the sessions."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("is_rolled", "is_of_quarters"):
            patch.setattr(stats, name, lambda *asked: False)
        patch.setattr(sessions, "is_rolled", lambda *asked: False)
        patch.setattr(options, "COUNT_CHOICES_ROLLED", options.COUNT_CHOICES)
        yield


@contextmanager
def tables_read() -> Iterator[set[str]]:
    read: set[str] = set()
    with pytest.MonkeyPatch.context() as patch:
        asked = Snapshot.kept

        def kept(snapshot: Snapshot, sql: str, values: dict[str, Any]) -> list[Row]:
            read.update(name for name in ("rollup", "sessions") if f"FROM snapshot.{name}" in sql)
            return asked(snapshot, sql, values)

        patch.setattr(Snapshot, "kept", kept)
        yield read


@pytest.mark.parametrize("answer", ANSWERS)
@settings(max_examples=60, deadline=None)
@given(asked=ROLLED_QUESTIONS)
def test_the_rollup_tells_what_all_sessions_tell(snapshot: Snapshot, answer: str, asked: Question) -> None:
    found = ANSWERS[answer](snapshot, asked)
    with from_all_sessions(), tables_read() as read:
        expected = ANSWERS[answer](snapshot, asked)
    assert read == {"sessions"}
    assert_agree(found, expected, answer)


@pytest.mark.parametrize("answer", ["count", "totals", "choices"])
def test_counts_of_all_creators_read_no_sessions(snapshot: Snapshot, answer: str) -> None:
    with tables_read() as read:
        assert ANSWERS[answer](snapshot, question(Asked(None, NOW)))
    assert read == {"rollup"}


@pytest.mark.parametrize(
    "params",
    [{"course_id": ["k1"]}, {"st_id": ["t1"]}, {"student_id": "u01"}, {"student_id": ""}, {"student_q": "e"},
     {"from": datetime(2026, 3, 1, 0, 0, 1, tzinfo=UTC)}, {"to": datetime(2026, 9, 1, 8, 14, tzinfo=UTC)}],
)  # fmt: skip
@pytest.mark.parametrize("answer", ["stats", "over time", "count"])
def test_what_the_rollup_cannot_tell_apart_is_asked_of_the_sessions(
    snapshot: Snapshot, answer: str, params: dict[str, Any]
) -> None:
    with tables_read() as read:
        ANSWERS[answer](snapshot, question(Asked(None, NOW, params=params)))
    assert read == {"sessions"}


def test_nothing_in_the_rollup_is_a_creators(snapshot: Snapshot) -> None:
    for scope in (CreatorScope(creator_id="c1"), CreatorScope()):
        values = {"all_creators": scope.all_creators, "creator_id": scope.creator_id}
        assert rolled(options.COUNT_CHOICES).rows(snapshot, values | {"low_rating": LOW}) == []
    assert rolled(options.COUNT_CHOICES).rows(snapshot, {"all_creators": True, "creator_id": None, "low_rating": LOW})


def test_a_day_that_begins_within_a_quarter_is_found_in_the_sessions(tmp_path: Path) -> None:
    """Newfoundland's clocks went back at a minute past midnight until 2011: the first minute of the day comes
    before the last hour of the day before."""
    start = datetime(2010, 11, 7, 2, 35, tzinfo=UTC)
    rows = [session(1, scheduled_start=start, scheduled_end=start.replace(hour=3))]
    export = write_export(tmp_path / "export", sessions=rows, session_assessments=[])
    zone = ZoneInfo("America/St_Johns")
    snapshot = Snapshot(build_snapshot(open_export(export), tmp_path / "out"), setup_sql())
    try:
        assert not has_days_of_quarters(snapshot, zone)
        assert has_days_of_quarters(snapshot, ZoneInfo("Asia/Kathmandu"))
        asked = question(Asked(None, NOW, zone=zone, params={"from": date(2010, 11, 5), "to": start.date()}))
        found = list_over_time(snapshot, ALL, asked.filters, asked.clock)
        assert [bucket.total_sessions for bucket in found.buckets] == [0, 1, 0]
    finally:
        snapshot.close()


def test_medians_of_long_ago_are_of_their_own_days(tmp_path: Path) -> None:
    """Before 1970 instants are counted backwards."""
    starts = datetime(1969, 12, 30, 23, 50, tzinfo=UTC), datetime(1969, 12, 31, 0, 10, tzinfo=UTC)
    rows = [
        session(
            n, scheduled_start=start, scheduled_end=start + timedelta(hours=1),
            actual_start=start, actual_end=start + timedelta(minutes=10 * (n + 1)),
        )
        for n, start in enumerate(starts)
    ]  # fmt: skip
    export = write_export(tmp_path / "export", sessions=rows, session_assessments=[])
    snapshot = Snapshot(build_snapshot(open_export(export), tmp_path / "out"), setup_sql())
    try:
        asked = question(Asked(None, NOW, params={"from": starts[0].date(), "to": starts[1].date()}))
        found = list_over_time(snapshot, ALL, asked.filters, asked.clock)
        assert [bucket.median_duration for bucket in found.buckets] == [10, 20]
    finally:
        snapshot.close()


@pytest.mark.parametrize("row", ROWS[::200], ids=lambda row: row.id)
def test_anybodys_session_is_found_by_its_id(snapshot: Snapshot, row: Any) -> None:
    everything = question(Asked(None, NOW))
    found = get_session(snapshot, ALL, everything.filters, row.id)
    assert found.detail.id == row.id
    assert found == get_session(snapshot, CreatorScope(creator_id=found.detail.creator.id), everything.filters, row.id)


def test_a_rolled_statement_counts_lines_by_their_sessions() -> None:
    assert "count(" not in rolled(stats.LIST_OVER_TIME).sql
    assert "median(" not in rolled(stats.LIST_OVER_TIME).sql
    assert rollup.QUARTER.total_seconds() == 900


@pytest.mark.parametrize("params", [{}, {"range": "last_12_weeks"}, {"range": "this_week"}, {"student_q": "e"}])
@pytest.mark.parametrize("most", [1, 4, 500])
def test_of_many_student_teachers_those_with_most_sessions_are_told(
    snapshot: Snapshot, params: dict[str, Any], most: int
) -> None:
    asked = question(Asked(None, NOW, params=params))
    whole = get_stats(snapshot, ALL, asked.filters, asked.clock)
    found = get_stats(snapshot, ALL, asked.filters, asked.clock, most_sts=most)
    kept = sorted(whole.by_st, key=lambda row: (-row.sessions, row.st.id))[:most]
    assert_agree(asdict(found), {**asdict(whole), "by_st": [asdict(row) for row in whole.by_st if row in kept]}, "top")
    assert count_student_teachers(snapshot, ALL, asked.filters) == len(whole.by_st) > 4


@pytest.mark.parametrize("at_once", [1, 7, 30])
def test_figures_of_very_many_sessions_are_read_some_student_teachers_at_a_time(
    snapshot: Snapshot, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = question(Asked(None, NOW))
    whole = asdict(get_stats(snapshot, ALL, asked.filters, asked.clock))
    assert len(whole["by_st"]) > 4
    monkeypatch.setattr(stats, "SESSIONS_AT_ONCE", at_once)
    read, asked_for = snapshot.query, list[str]()

    def query(snapshot: Snapshot, sql: str, parameters: dict[str, Any] | None = None) -> list[Row]:
        asked_for.append(sql)
        return read(sql, parameters)

    monkeypatch.setattr(Snapshot, "query", query)
    assert_agree(asdict(get_stats(snapshot, ALL, asked.filters, asked.clock)), whole, "in parts")
    assert sum("$parts" in sql for sql in asked_for) == -(-whole["total_sessions"] // at_once)
