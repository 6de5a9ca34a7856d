"""Two sides drawn: what each answer says, which colour it may have, where its line lies, and where its buttons lead."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from layouts.comparison import Asked, comparison
from layouts.differences import differences_table, signed
from queries.filters import SessionFilters
from queries.periods import Period, RangePreset, period_of_days
from tests.layouts.samples import NOON, a_comparison, attributes_of, words_of

BERLIN = ZoneInfo("Europe/Berlin")
NAMES = {
    ("course_id", "c"): "<b>Maths</b>", ("course_id", "d"): "Art", ("st_id", "s"): "Priya", ("st_id", "t"): "Tom",
}  # fmt: skip
WEEK = period_of_days(date(2026, 11, 2), date(2026, 11, 8), BERLIN)
A = SessionFilters(BERLIN, 2, period=WEEK)
MANY = {"total_sessions": 900, "completed": 800, "cancelled": 60, "no_show": 40}
WORSE = MANY | {"completed": 500, "cancelled": 300, "no_show": 100}
MILLION = {name: 1000 * count for name, count in MANY.items()}
FEW = {"total_sessions": 4, "completed": 4}


def drawn(a: SessionFilters, b: SessionFilters, **more: Any) -> Any:
    return comparison(a_comparison(MANY, WORSE, **more), Asked(a, NAMES), Asked(b, NAMES))


def changes(a: SessionFilters, b: SessionFilters) -> list[dict[str, Any]]:
    """What the buttons do to the address: A's sessions, the swap, B's chips, B's sessions."""
    return [json.loads(text) for text in attributes_of(drawn(a, b), "data-compare")]


def answers(a: dict[str, int], b: dict[str, int]) -> str:
    return words_of(differences_table(a_comparison(a, b)))


def test_an_established_difference_is_said_and_has_the_colour_of_its_news() -> None:
    found = answers(MANY, WORSE)
    assert "Yes: A is higher." in found
    assert "Yes: A is lower." in found
    for sides, colours in (((MANY, WORSE), {"good"}), ((WORSE, MANY), {"bad"})):
        classes = attributes_of(differences_table(a_comparison(*sides)), "className")
        assert {name.split()[1] for name in classes if name.startswith("track ")} == colours


def test_what_is_not_established_has_no_colour_of_news() -> None:
    for a, b in ((MANY, MANY), (FEW, MANY), (FEW, {}), ({}, {})):
        classes = " ".join(attributes_of(differences_table(a_comparison(a, b)), "className"))
        assert "good" not in classes
        assert "bad" not in classes


@pytest.mark.parametrize(
    ("a", "b", "says"),
    [
        (FEW, WORSE, "Too little to say. One side has fewer than five: the difference may be anything from"),
        (MANY, MANY | {"completed": 795}, "Too little to say. The difference may be anything from −"),
        (FEW, {}, "No data."),
        (MILLION, MILLION, "Yes: they are much alike. Any difference is at most"),
    ],
)  # fmt: skip
def test_what_cannot_be_said_is_told_plainly(a: dict[str, int], b: dict[str, int], says: str) -> None:
    assert says in " ".join(answers(a, b).split())


def test_numbers_carry_their_sign_unless_they_round_to_nothing() -> None:
    assert [signed(value, 1) for value in (1.06, -6.0, 0.04, -0.04, 0.0)] == ["+1.1", "−6.0", "0.0", "0.0", "0.0"]


def test_lines_in_one_unit_have_one_scale_with_zero_in_its_middle() -> None:
    found = differences_table(a_comparison(MANY, WORSE))
    texts = words_of(found)
    assert texts.count("+50") == 2
    rated = {"rated_sessions": 40, "ratings": 180, "rating_squares": 830}
    assert words_of(differences_table(a_comparison(MANY | rated, WORSE | rated))).count("+50") == 2
    dots = [style["left"] for style in attributes_of(found, "style") if set(style) == {"left"}]
    rate, missed = 100 * 800 / 900 - 100 * 500 / 900, 100 * 40 / 840 - 100 * 100 / 600
    assert [float(left.rstrip("%")) for left in dots] == pytest.approx([50 + rate, 50 + missed], abs=0.01)


def test_swapped_each_side_has_what_the_other_had() -> None:
    a = replace(A, course_ids=("c",), period=replace(WEEK, preset=RangePreset.LAST_7_DAYS))
    b = replace(A, st_ids=("s",), period=period_of_days(date(2026, 10, 1), date(2026, 10, 7), BERLIN))
    assert changes(a, b)[1] == {
        "range": None, "from": "2026-10-01", "to": "2026-10-07", "course_id": [], "st_id": ["s"],
        "vs_range": "last_7_days", "vs_from": None, "vs_to": None, "vs_course_id": ["c"], "vs_st_id": [],
        "vs_without": ["st_id"],
    }  # fmt: skip


def test_swapped_sides_of_one_range_still_have_one() -> None:
    swap = changes(A, replace(A, st_ids=("s",)))[1]
    assert (swap["vs_range"], swap["vs_from"], swap["st_id"], swap["vs_without"]) == ("same", None, ["s"], ["st_id"])


def test_a_part_of_a_range_goes_by_its_instants() -> None:
    until = datetime(2026, 11, 5, 9, 30, 0, 5, tzinfo=UTC)
    opens = changes(replace(A, period=Period(WEEK.start, until)), A)[0]
    assert (opens["from"], opens["to"]) == ("2026-11-01T23:00:00+00:00", "2026-11-05T09:30:00.000005+00:00")
    assert {name for name, value in opens.items() if value is None} >= {"tab", "range", "vs_range", "vs_st_id"}


@pytest.mark.parametrize(
    ("a", "b", "chip"),
    [
        (("s",), ("s",), {"vs_st_id": [], "vs_without": ["st_id"]}),
        (("s", "t"), ("s", "t"), {"vs_st_id": ["t"], "vs_without": []}),
        (("s",), ("t",), {"vs_st_id": None, "vs_without": []}),
        ((), ("t",), {"vs_st_id": None, "vs_without": []}),
        (("s",), (), {"vs_st_id": None, "vs_without": []}),
    ],
)
def test_a_chip_of_b_takes_back_what_is_its_own_and_leaves_out_what_is_as(
    a: tuple[str, ...], b: tuple[str, ...], chip: dict[str, Any]
) -> None:
    found = changes(replace(A, st_ids=a), replace(A, st_ids=b))[2]
    assert {name: found[name] for name in chip} == chip


def test_side_a_is_changed_above_and_has_no_chips_to_remove() -> None:
    assert len(changes(replace(A, course_ids=("c",), st_ids=("s",)), A)) == 3 + 2


def test_names_are_text() -> None:
    assert "Course: <b>Maths</b>" in words_of(drawn(replace(A, course_ids=("c",)), A))


def test_sessions_on_both_sides_are_told() -> None:
    assert "3 sessions are on both sides" in words_of(drawn(A, A, shared=3))
    same = comparison(a_comparison(FEW, FEW, shared=4), Asked(A, {}), Asked(A, {}))
    assert "Both sides are the same sessions" in words_of(same)
    within = comparison(a_comparison(FEW, MANY, shared=4), Asked(A, {}), Asked(A, {}))
    assert "4 sessions are on both sides" in words_of(within)
    assert "both sides" not in words_of(drawn(A, A)).casefold()


def test_counts_of_ranges_of_other_lengths_are_said_not_to_compare() -> None:
    assert "84 and 7 days" in words_of(drawn(A, A, end=NOON + timedelta(days=77)))
    assert "no interval" in words_of(drawn(A, A))


def test_without_sessions_on_either_side_there_is_no_table() -> None:
    found = comparison(a_comparison({}, {}), Asked(A, {}), Asked(A, {}))
    assert "Neither side has sessions" in words_of(found)
    assert "Completion rate" not in words_of(found)
