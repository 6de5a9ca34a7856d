from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from layouts.language import counted
from layouts.words import NO_DATA, as_of, days, minutes, moment, number

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [(None, 0, NO_DATA), (0, 0, "0"), (1085, 0, "1,085"), (4.456, 2, "4.46"), (87.25, 1, "87.2"), (0.0, 1, "0.0")],
)
def test_numbers_are_grouped_and_missing_ones_are_an_en_dash(value: float | None, decimals: int, shown: str) -> None:
    assert number(value, decimals) == shown


def test_a_missing_duration_is_not_zero_minutes() -> None:
    assert minutes(None) == NO_DATA
    assert minutes(0) == "0 min"


def test_one_is_not_many() -> None:
    assert counted(1, "{count} session", "{count} sessions") == "1 session"
    assert counted(2000, "{count} session", "{count} sessions") == "2,000 sessions"


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        (date(2026, 9, 1), date(2026, 11, 23), "1 Sep – 23 Nov"),
        (date(2025, 9, 1), date(2026, 11, 23), "1 Sep 2025 – 23 Nov 2026"),
        (date(2026, 9, 1), date(2026, 9, 1), "1 Sep 2026"),
        (date(2026, 9, 1), None, "since 1 Sep 2026"),
        (None, date(2026, 9, 1), "until 1 Sep 2026"),
        (None, None, "All time"),
    ],
)
def test_days_carry_the_year_only_where_it_is_needed(first: date | None, last: date | None, shown: str) -> None:
    assert days(first, last) == shown


def test_moments_are_of_the_readers_zone() -> None:
    assert moment(datetime(2026, 11, 20, 23, 30, tzinfo=UTC), BERLIN) == "Sat 21 Nov 2026, 00:30"


def test_data_of_today_is_told_by_its_time_and_older_data_by_its_day() -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert as_of(datetime(2026, 11, 23, 9, 42, tzinfo=UTC), now, BERLIN) == "10:42"
    assert as_of(datetime(2026, 11, 22, 9, 42, tzinfo=UTC), now, BERLIN) == "Sun 22 Nov, 10:42"
    assert as_of(datetime(2025, 11, 22, 9, 42, tzinfo=UTC), now, BERLIN) == "Sat 22 Nov 2025, 10:42"
