"""Which durations and ratings count, and what is overdue, at and just past each boundary."""

from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.exports import AS_OF, START, write_export
from warehouse.build import build_snapshot
from warehouse.source import open_export

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def rows_of(snapshot: Path) -> dict[str, dict[str, Any]]:
    with duckdb.connect(snapshot, read_only=True) as con:
        return {row["id"]: row for row in con.sql("FROM sessions").to_arrow_table().to_pylist()}


@pytest.fixture(scope="module")
def boundaries(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Sessions at and just past each boundary, by id."""
    tick = timedelta(microseconds=1)

    def lasting(actual: timedelta, scheduled: timedelta, **more: Any) -> dict[str, Any]:
        return {
            "scheduled_start": START, "scheduled_end": START + scheduled,
            "actual_start": START, "actual_end": START + actual, **more,
        }  # fmt: skip

    def ended(before: timedelta, status: str) -> dict[str, Any]:
        return {"scheduled_start": AS_OF - 30 * DAY, "scheduled_end": AS_OF - before, "status": status}

    hours = timedelta(hours=1)
    cases = {
        "12h": lasting(12 * hours, 6 * hours),
        "over12h": lasting(12 * hours + tick, 6 * hours),
        "3x": lasting(180 * MINUTE, 60 * MINUTE),
        "over3x": lasting(180 * MINUTE + tick, 60 * MINUTE),
        "zero": lasting(timedelta(), 60 * MINUTE),
        "over3x-no_show": lasting(300 * MINUTE, 60 * MINUTE, status="no_show"),
        "24h": ended(DAY, "scheduled"),
        "over24h": ended(DAY + tick, "scheduled"),
        "over24h-completed": ended(2 * DAY, "completed"),
        "upcoming": ended(-DAY, "scheduled"),
        **{f"odd{n}": lasting(3 * timedelta(seconds=n), timedelta(seconds=n)) for n in range(1, 400)},
    }
    folder = tmp_path_factory.mktemp("boundaries")
    sessions = [{"id": id_, **case} for id_, case in cases.items()]
    assessed = [{"session_id": id_, "rating": 2} for id_ in ("12h", "over3x-no_show", "upcoming")]
    export = write_export(folder / "export", sessions=sessions, session_assessments=assessed)
    return rows_of(build_snapshot(open_export(export), folder / "out"))


@pytest.mark.parametrize(
    ("id_", "implausible", "timed"),
    [
        ("12h", False, 720),
        ("over12h", True, None),
        ("3x", False, 180),
        ("over3x", True, None),
        ("zero", False, 0),
        ("over3x-no_show", False, None),
        ("over24h-completed", False, None),
    ],
)
def test_a_duration_counts_up_to_12_hours_and_three_times_the_scheduled_length(
    boundaries: dict[str, dict[str, Any]], id_: str, implausible: bool, timed: float | None
) -> None:
    row = boundaries[id_]
    assert (row["implausible_duration"], row["timed_minutes"]) == (implausible, timed)


def test_exactly_three_times_an_odd_length_is_not_implausible_for_a_rounding_error(
    boundaries: dict[str, dict[str, Any]],
) -> None:
    odd = [row for id_, row in boundaries.items() if id_.startswith("odd")]
    assert len(odd) == 399
    assert [row["id"] for row in odd if row["implausible_duration"]] == []
    assert all(row["timed_minutes"] == pytest.approx(float(Fraction(3 * int(row["id"][3:]), 60))) for row in odd)


@pytest.mark.parametrize(
    ("id_", "overdue"), [("24h", False), ("over24h", True), ("over24h-completed", False), ("upcoming", False)]
)
def test_a_scheduled_session_is_overdue_when_it_ended_more_than_24_hours_before_the_data(
    boundaries: dict[str, dict[str, Any]], id_: str, overdue: bool
) -> None:
    assert boundaries[id_]["overdue"] is overdue


@pytest.mark.parametrize(("id_", "counted"), [("12h", 2), ("over3x-no_show", None), ("upcoming", None), ("3x", None)])
def test_a_rating_counts_on_completed_sessions_only(
    boundaries: dict[str, dict[str, Any]], id_: str, counted: int | None
) -> None:
    assert boundaries[id_]["counted_rating"] == counted
