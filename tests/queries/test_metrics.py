"""The formulas, against SciPy's and against the figures that the definitions name."""

from collections.abc import Mapping
from fractions import Fraction
from math import sqrt
from statistics import fmean, stdev

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, t

from queries.metrics import figures, mean_interval, median, rate, shrunk_mean, wilson_interval
from queries.stats import NO_SESSIONS

RATINGS = [(1, 5), (3, 3), (1, 2, 3, 4, 5), (5,) * 9 + (4,), (4, 5) * 200, (2, 2, 3)]


def sums_of(ratings: tuple[int, ...]) -> tuple[int, int, int]:
    return len(ratings), sum(ratings), sum(rating**2 for rating in ratings)


@pytest.mark.parametrize(("part", "whole", "low", "high"), [(1, 3, 6.1, 79.2), (10, 100, 5.5, 17.4)])
def test_wilson_intervals_that_the_definitions_name(part: int, whole: int, low: float, high: float) -> None:
    interval = wilson_interval(part, whole)
    assert interval
    assert interval == pytest.approx((low, high), abs=0.05)


@pytest.mark.parametrize("whole", [1, 2, 3, 10, 97, 100, 12345])
def test_wilson_intervals_are_scipys(whole: int) -> None:
    for part in {0, 1, whole // 3, whole // 2, whole - 1, whole}:
        expected = binomtest(part, whole).proportion_ci(method="wilson")
        assert wilson_interval(part, whole) == pytest.approx((100 * expected.low, 100 * expected.high), abs=1e-9)


def test_wilson_intervals_stay_between_0_and_100() -> None:
    for whole in range(1, 200):
        for part in (0, whole):
            interval = wilson_interval(part, whole)
            assert interval
            assert 0 <= interval[0] < interval[1] <= 100
            assert interval[part > 0] == pytest.approx(100 * part / whole, abs=1e-9)


@pytest.mark.parametrize("ratings", RATINGS)
def test_rating_intervals_are_scipys_clipped_to_the_scale(ratings: tuple[int, ...]) -> None:
    error = stdev(ratings) / sqrt(len(ratings))
    low, high = t.interval(0.95, len(ratings) - 1, fmean(ratings), error) if error else (ratings[0], ratings[0])
    assert mean_interval(*sums_of(ratings)) == pytest.approx((max(1, low), min(5, high)), abs=1e-9)


def test_an_interval_of_a_rating_mean_is_clipped_at_both_ends() -> None:
    assert mean_interval(*sums_of((1, 5))) == (1, 5)


@pytest.mark.parametrize("ratings", [(), (4,)])
def test_under_two_ratings_there_is_no_interval(ratings: tuple[int, ...]) -> None:
    assert mean_interval(*sums_of(ratings)) is None


def test_a_rate_of_nothing_is_unknown_and_not_zero() -> None:
    assert rate(0, 0) is None
    assert wilson_interval(0, 0) is None
    assert rate(0, 7) == 0
    assert rate(1, 8) == 12.5


def test_figures_of_no_sessions_are_counts_of_zero_and_no_rates_or_means() -> None:
    found = figures(NO_SESSIONS)
    rates = ("completion_rate", "no_show_rate", "avg_duration", "median_duration", "avg_rating", "rating_coverage")
    intervals = ("completion_rate_interval", "no_show_rate_interval", "avg_rating_interval")
    assert all(found[name] is None for name in (*rates, *intervals))
    assert all(value == 0 for name, value in found.items() if name not in (*rates, *intervals))


@pytest.mark.parametrize(
    ("counts", "completion", "no_show"),
    [
        ({"completed": 8, "cancelled": 1, "no_show": 1}, 80, 100 / 9),
        ({"completed": 0, "cancelled": 3, "no_show": 0}, 0, None),
        ({"scheduled": 4, "overdue": 4}, None, None),
        ({"completed": 0, "no_show": 2}, 0, 100),
    ],
)
def test_cancelled_and_scheduled_sessions_are_in_no_no_show_rate(
    counts: Mapping[str, int], completion: float | None, no_show: float | None
) -> None:
    found = figures(NO_SESSIONS | dict(counts))
    assert found["completion_rate"] == completion
    assert found["no_show_rate"] == no_show


def test_few_ratings_are_drawn_towards_the_mean_of_all() -> None:
    assert shrunk_mean(0, 0, 10, 40) == 4.0
    assert shrunk_mean(1, 5, 10, 40) == pytest.approx(25 / 6)
    assert shrunk_mean(100, 450, 10, 40) == pytest.approx(470 / 105)
    assert shrunk_mean(0, 0, 0, 0) is None


@given(whole=st.lists(st.integers(1, 5), min_size=1, max_size=40), data=st.data())
def test_shrunk_means_are_equal_to_the_last_digit_where_they_are_equal(whole: list[int], data: st.DataObject) -> None:
    one, other = (data.draw(st.lists(st.sampled_from(whole), max_size=20)) for _ in range(2))
    mean = Fraction(sum(whole), len(whole))
    first, second = ((5 * mean + sum(part)) / (5 + len(part)) for part in (one, other))
    found = [shrunk_mean(len(part), sum(part), len(whole), sum(whole)) for part in (one, other)]
    assert (found[0] == found[1]) == (first == second)


@given(st.lists(st.floats(0, 1_000_000, allow_subnormal=False), max_size=40))
def test_a_median_is_that_of_duckdb_to_the_last_digit(values: list[float]) -> None:
    with duckdb.connect() as con:
        told = con.execute("SELECT median(value) FROM (SELECT unnest($values::DOUBLE[]) AS value)", {"values": values})
        ((expected,),) = told.fetchall()
    assert median(np.array(values)) == expected
