"""Differences and their intervals: against published examples, SciPy, and what must hold of any numbers."""

from collections.abc import Sequence
from dataclasses import astuple
from itertools import product
from statistics import fmean, variance
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, ttest_ind

from queries.compare_models import Difference, Differences, Verdict
from queries.difference import Mean, differences, newcombe_interval, welch_interval
from queries.stats import NO_SESSIONS

NOTHING = NO_SESSIONS | {"minutes_variance": None}
# Newcombe, Interval estimation for the difference between independent proportions (1998), table II, method 10
PUBLISHED = [
    (56, 70, 48, 80, 0.0524, 0.3339),
    (9, 10, 3, 10, 0.1705, 0.8090),
    (6, 7, 2, 7, 0.0582, 0.8062),
    (5, 56, 0, 29, -0.0381, 0.1926),
    (0, 10, 0, 20, -0.1611, 0.2775),
    (0, 10, 0, 10, -0.2775, 0.2775),
    (10, 10, 0, 20, 0.6791, 1.0000),
    (10, 10, 0, 10, 0.6075, 1.0000),
]
RATINGS = st.lists(st.integers(1, 5), max_size=40)
MINUTES = st.lists(st.floats(0, 720), max_size=12)


def mean_of(values: Sequence[float]) -> Mean:
    return Mean(len(values), fmean(values) if values else None, variance(values) if len(values) > 1 else None)


def sums(
    completed: int = 0, cancelled: int = 0, no_show: int = 0, ratings: Sequence[int] = (), minutes: Sequence[float] = ()
) -> dict[str, Any]:
    return NOTHING | {
        "completed": completed,
        "cancelled": cancelled,
        "no_show": no_show,
        "rated_sessions": len(ratings),
        "ratings": sum(ratings),
        "rating_squares": sum(rating**2 for rating in ratings),
        "timed_sessions": len(minutes),
        "minutes": sum(minutes),
        "minutes_variance": variance(minutes) if len(minutes) > 1 else None,
    }


SIDES = st.builds(sums, *[st.integers(0, 60)] * 3, RATINGS, MINUTES)


def each(found: Differences) -> list[Difference]:
    return [found.completion_rate, found.no_show_rate, found.avg_rating, found.avg_duration]


@pytest.mark.parametrize(("part_a", "whole_a", "part_b", "whole_b", "low", "high"), PUBLISHED)
def test_intervals_of_rates_are_those_that_newcombe_published(
    part_a: int, whole_a: int, part_b: int, whole_b: int, low: float, high: float
) -> None:
    interval = newcombe_interval(part_a, whole_a, part_b, whole_b)
    assert interval == pytest.approx((100 * low, 100 * high), abs=0.006)


@given(a=st.lists(st.floats(0, 720), min_size=2, max_size=30), b=st.lists(st.floats(0, 720), min_size=2, max_size=30))
def test_intervals_of_means_are_scipys(a: list[float], b: list[float]) -> None:
    if min(variance(a) - 1 / len(a), variance(b) - 1 / len(b)) < 0:
        return
    expected = ttest_ind(a, b, equal_var=False).confidence_interval(0.95)
    assert welch_interval(mean_of(a), mean_of(b)) == pytest.approx((expected.low, expected.high), abs=1e-6)


@pytest.mark.parametrize(("a", "b"), [([5, 4, 3, 5], [1, 2, 2, 3, 2]), ([5] * 9 + [4], [4, 5] * 20)])
def test_ratings_come_as_sums_and_give_scipys_interval(a: list[int], b: list[int]) -> None:
    found = differences(sums(ratings=a), sums(ratings=b)).avg_rating
    expected = ttest_ind(a, b, equal_var=False).confidence_interval(0.95)
    assert found.interval == pytest.approx((expected.low, expected.high), abs=1e-9)
    assert (found.value_a, found.value_b) == pytest.approx((fmean(a), fmean(b)))
    assert (found.n_a, found.n_b) == (len(a), len(b))


def test_an_interval_of_ratings_goes_no_further_than_ratings_can_lie_apart() -> None:
    assert differences(sums(ratings=[5, 3]), sums(ratings=[4, 1])).avg_rating.interval == (-4, 4)


def test_ratings_that_are_all_alike_do_not_make_a_difference_certain() -> None:
    found = differences(sums(ratings=[5] * 8), sums(ratings=[4] * 8)).avg_rating
    one_apart = ttest_ind([5] * 7 + [4], [4] * 7 + [5], equal_var=False).confidence_interval(0.95)
    assert found.interval
    assert found.interval[1] - found.interval[0] == pytest.approx(one_apart.high - one_apart.low)
    assert differences(sums(ratings=[5, 5]), sums(ratings=[4, 4])).avg_rating.verdict is Verdict.TOO_FEW


@pytest.mark.parametrize(("a", "b"), [([], [5, 4]), ([5, 4], []), ([3], [5, 4]), ([5, 4], [3]), ([], [])])
def test_means_of_less_than_two_have_no_interval(a: list[int], b: list[int]) -> None:
    assert welch_interval(mean_of(a), mean_of(b)) is None
    found = differences(sums(ratings=a), sums(ratings=b)).avg_rating
    assert found.interval is None
    assert found.verdict is (Verdict.TOO_FEW if a and b else Verdict.NO_DATA)
    assert (found.difference is None) == (not a or not b)


@given(a=SIDES, b=SIDES)
def test_swapped_sides_negate_the_difference_and_its_interval(a: dict[str, Any], b: dict[str, Any]) -> None:
    opposite = {Verdict.HIGHER: Verdict.LOWER, Verdict.LOWER: Verdict.HIGHER}
    for one, other in zip(each(differences(a, b)), each(differences(b, a)), strict=True):
        assert (one.value_a, one.value_b, one.n_a, one.n_b) == (other.value_b, other.value_a, other.n_b, other.n_a)
        assert one.verdict is opposite.get(other.verdict, other.verdict)
        if one.difference is not None:
            assert other.difference == -one.difference
        if one.interval is not None and other.interval is not None:
            assert one.interval == pytest.approx((-other.interval[1], -other.interval[0]))


@given(a=SIDES, b=SIDES)
def test_an_interval_holds_its_difference_and_enough_means_that_it_leaves_out_zero(
    a: dict[str, Any], b: dict[str, Any]
) -> None:
    found = differences(a, b)
    for one in each(found):
        assert one.enough == (one.verdict in (Verdict.HIGHER, Verdict.LOWER))
        if one.interval is None:
            assert not one.enough
            continue
        low, high = one.interval
        assert one.difference is not None
        assert low - 1e-9 <= one.difference <= high + 1e-9
        assert one.enough == ((low > 0 or high < 0) and min(one.n_a, one.n_b) >= 5)
        assert one.enough <= ((one.difference > 0) == (one.verdict is Verdict.HIGHER))
    for rate in (found.completion_rate, found.no_show_rate):
        if rate.interval:
            assert -100 <= rate.interval[0] < rate.interval[1] <= 100


def test_no_interval_of_rates_passes_a_hundred_points_by_rounding() -> None:
    above = [newcombe_interval(n, n, 0, m) for n in range(1, 60) for m in range(1, 60)]
    below = [newcombe_interval(0, m, n, n) for n in range(1, 60) for m in range(1, 60)]
    assert {interval[1] for interval in above if interval} == {100.0}
    assert {interval[0] for interval in below if interval} == {-100.0}


def test_nothing_on_a_side_is_no_data_and_no_number() -> None:
    for a, b in [(NOTHING, sums(3, 1, 1, [5, 4], [50, 60])), (sums(3, 1, 1, [5, 4], [50, 60]), NOTHING)]:
        for one in each(differences(a, b)):
            assert (one.difference, one.interval, one.enough) == (None, None, False)
            assert one.verdict is Verdict.NO_DATA
            assert (one.value_a is None) == (a is NOTHING)


@pytest.mark.parametrize(
    ("a", "b", "verdict"),
    [
        ((95, 100), (60, 100), Verdict.HIGHER),
        ((60, 100), (95, 100), Verdict.LOWER),
        ((4, 4), (0, 4), Verdict.TOO_FEW),
        ((5, 5), (0, 5), Verdict.HIGHER),
        ((5, 5), (0, 4), Verdict.TOO_FEW),
        ((80, 100), (78, 100), Verdict.TOO_FEW),
        ((8_000, 10_000), (8_010, 10_000), Verdict.SIMILAR),
        ((8_000, 10_000), (8_095, 10_000), Verdict.TOO_FEW),
    ],
)
def test_what_may_be_said_of_two_completion_rates(
    a: tuple[int, int], b: tuple[int, int], verdict: Verdict
) -> None:  # fmt: skip
    of_a, of_b = (sums(completed=part, cancelled=whole - part) for part, whole in (a, b))
    assert differences(of_a, of_b).completion_rate.verdict is verdict


def test_alike_ratings_and_durations_are_called_so_once_there_are_enough() -> None:
    many, few = [4, 5] * 1_500, [4, 5] * 30
    assert differences(sums(ratings=many), sums(ratings=many)).avg_rating.verdict is Verdict.SIMILAR
    assert differences(sums(ratings=few), sums(ratings=few)).avg_rating.verdict is Verdict.TOO_FEW
    assert (
        differences(sums(minutes=[50, 70] * 600), sums(minutes=[50, 70] * 600)).avg_duration.verdict is Verdict.SIMILAR
    )


def test_cancelled_sessions_are_in_no_no_show_rate() -> None:
    found = differences(sums(8, 90, 2), sums(5, 90, 5)).no_show_rate
    assert (found.value_a, found.value_b, found.n_a, found.n_b) == (20, 50, 10, 10)


@pytest.mark.parametrize("counts", [(5, 5), (5, 20), (8, 8), (10, 40)])
def test_where_there_is_no_difference_one_is_seldom_seen_even_in_small_numbers(counts: tuple[int, int]) -> None:
    """Every outcome of two sides with the same rate, weighed by how likely it is: the bound is 5%, and at the worst
    rate not far over it. It is why five are asked for: two a side would err at 12%."""
    a, b = counts
    seen = np.zeros((a + 1, b + 1), bool)
    for of_a, of_b in product(range(a + 1), range(b + 1)):
        one = differences(sums(of_a, a - of_a), sums(of_b, b - of_b)).completion_rate
        seen[of_a, of_b] = one.enough
    assert seen.any()
    errors = [
        binom.pmf(range(a + 1), a, rate) @ seen @ binom.pmf(range(b + 1), b, rate)
        for rate in np.linspace(0.01, 0.99, 99)
    ]
    assert np.mean(errors) < 0.05
    assert max(errors) < 0.08


def test_every_field_of_a_difference_is_a_plain_number_or_none() -> None:
    """As JSON has them: NumPy's floats would be refused."""
    for one in each(differences(sums(8, 1, 1, [5, 4], [50, 61]), sums(5, 0, 2, [3, 4], [40, 70]))):
        assert all(type(value) in (float, int, bool, tuple, Verdict) for value in astuple(one))
