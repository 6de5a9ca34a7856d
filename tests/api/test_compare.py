"""Two sides through REST: equal to what one works out from the rows that the list itself gives."""

from statistics import fmean
from typing import Any

import httpx2
import pytest
from scipy.stats import ttest_ind

from tests.conftest import Served

SESSIONS = "/api/creators/all/sessions"
SPRING = {"from": "2026-03-01", "to": "2026-05-31"}
AUTUMN = {"from": "2026-09-01", "to": "2026-11-20"}
Row = dict[str, Any]


@pytest.fixture
def staff(demo: Served) -> httpx2.Client:
    return demo.as_staff()


def compared(staff: httpx2.Client, **params: Any) -> Any:
    answer = staff.get(f"{SESSIONS}/compare", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def within(rows: list[Row], first: str, last: str) -> list[Row]:
    return [row for row in rows if first <= row["scheduled_start"][:10] <= last]


def ratings(rows: list[Row]) -> list[int]:
    return [row["rating"] for row in rows if row["status"] == "completed" and row["rating"] is not None]


def count(rows: list[Row], *statuses: str) -> int:
    return sum(row["status"] in statuses for row in rows)


def assert_side(side: Any, rows: list[Row]) -> None:
    assert side["total_sessions"] == len(rows)
    assert side["completed"] == count(rows, "completed")
    due = count(rows, "completed", "cancelled", "no_show")
    assert side["completion_rate"] == pytest.approx(100 * side["completed"] / due)
    assert side["avg_rating"] == pytest.approx(fmean(ratings(rows)))


def test_two_ranges_are_what_the_list_says_of_each(staff: httpx2.Client, demo_rows: list[Row]) -> None:
    found = compared(staff, **AUTUMN, vs_from=SPRING["from"], vs_to=SPRING["to"])
    autumn, spring = within(demo_rows, *AUTUMN.values()), within(demo_rows, *SPRING.values())
    assert_side(found["a"], autumn)
    assert_side(found["b"], spring)
    assert found["total_change"] == pytest.approx(100 * (len(autumn) / len(spring) - 1))
    assert found["shared_sessions"] == 0
    rating = found["differences"]["avg_rating"]
    expected = ttest_ind(ratings(autumn), ratings(spring), equal_var=False)
    interval = expected.confidence_interval(0.95)
    assert rating["difference"] == pytest.approx(fmean(ratings(autumn)) - fmean(ratings(spring)))
    assert rating["interval"] == pytest.approx([interval.low, interval.high])
    assert rating["enough"] == bool(expected.pvalue < 0.05)
    assert (rating["n_a"], rating["n_b"]) == (len(ratings(autumn)), len(ratings(spring)))


@pytest.mark.parametrize(("field", "key"), [("course_id", "course"), ("st_id", "st")])
def test_two_courses_or_two_sts_are_what_the_list_says_of_each(
    staff: httpx2.Client, demo_rows: list[Row], field: str, key: str
) -> None:
    one, *others = sorted({row[key]["id"] for row in demo_rows})[:3]
    found = compared(staff, range="all", **{field: one, f"vs_{field}": others})
    assert_side(found["a"], [row for row in demo_rows if row[key]["id"] == one])
    assert_side(found["b"], [row for row in demo_rows if row[key]["id"] in others])
    assert (found["a"][field], found["b"][field]) == ([one], others)
    assert found["shared_sessions"] == 0


def test_one_st_against_all_counts_their_sessions_on_both_sides(staff: httpx2.Client, demo_rows: list[Row]) -> None:
    st = demo_rows[0]["st"]["id"]
    own = sum(row["st"]["id"] == st for row in demo_rows)
    found = compared(staff, range="all", st_id=st, vs_without="st_id")
    assert (found["a"]["total_sessions"], found["b"]["total_sessions"]) == (own, len(demo_rows))
    assert found["shared_sessions"] == own


def test_without_another_side_it_is_the_period_before_as_the_figures_have_it(staff: httpx2.Client) -> None:
    for range_ in ("last_30_days", "this_week", "this_month"):
        found = compared(staff, range=range_)
        stats = staff.get(f"{SESSIONS}/stats", params={"range": range_}).json()
        assert found["a"]["start"] == stats["compared"]["start"]
        assert found["a"]["end"] == stats["compared"]["end"]
        for name in ("completion_rate", "no_show_rate", "avg_rating", "avg_duration"):
            difference, change = found["differences"][name]["difference"], stats["changes"][name]
            assert difference is change is None or difference == pytest.approx(change)


def test_a_side_without_sessions_has_no_difference(staff: httpx2.Client) -> None:
    found = compared(staff, range="last_30_days", vs_from="1999-01-01", vs_to="1999-12-31")
    assert (found["b"]["total_sessions"], found["total_change"]) == (0, None)
    for one in found["differences"].values():
        assert (one["difference"], one["interval"], one["enough"], one["verdict"]) == (None, None, False, "no_data")


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"range": "all"}, "vs_range"),
        ({"vs_range": "someday"}, "vs_range"),
        ({"vs_from": "tomorrow"}, "vs_from"),
        ({"vs_from": "2026-02-01", "vs_to": "2026-01-01"}, "vs_from"),
        ({"vs_without": "rating"}, "vs_without"),
        ({"vs_student_id": "x"}, "vs_student_id"),
    ],
)
def test_what_is_wrong_with_the_other_side_names_its_parameter(
    staff: httpx2.Client, params: dict[str, str], field: str
) -> None:
    answer = staff.get(f"{SESSIONS}/compare", params=params)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert answer.json()["field"] == field


def test_only_a_comparison_knows_of_another_side(staff: httpx2.Client) -> None:
    answer = staff.get(f"{SESSIONS}/stats", params={"vs_range": "previous"})
    assert (answer.status_code, answer.json()["field"]) == (422, "vs_range")
