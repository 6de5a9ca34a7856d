"""What a query string may say, and what is said of one that may not."""

from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings

from queries.filters import FilterError, FilterParams, Flag, SessionFilters, Status, resolve
from queries.periods import Clock
from queries.sessions import ListParams, Sort
from tests.queries.asking import QUERIES
from tests.queries.world import AS_OF, NOW

CLOCK = Clock(NOW, AS_OF, NOW, ZoneInfo("Europe/Berlin"))


def understood(query: str) -> SessionFilters:
    return resolve(FilterParams.from_query(query), CLOCK, 2)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("colour=red", "colour"),
        ("path=1", "path"),
        ("query=1", "query"),
        ("from_=2026-11-01", "from_"),
        ("creator_id=c2", "creator_id"),
        ("all_creators=true", "all_creators"),
        ("Status=completed", "Status"),
        ("status=done", "status"),
        ("status=", "status"),
        ("flag=late", "flag"),
        ("rating_min=0", "rating_min"),
        ("rating_min=6", "rating_min"),
        ("rating_max=0", "rating_max"),
        ("rating_max=6", "rating_max"),
        ("rating_max=2.5", "rating_max"),
        ("rating_min=", "rating_min"),
        ("rated=perhaps", "rated"),
        ("timed=2", "timed"),
        ("range=yesterday", "range"),
        ("range=", "range"),
        ("tz=Mars/Olympus", "tz"),
        ("tz=europe/berlin", "tz"),
        ("tz=/etc/passwd", "tz"),
        ("tz=localtime", "tz"),
        ("tz=", "tz"),
        ("from=", "from"),
        ("from=yesterday", "from"),
        ("from=2026-02-30", "from"),
        ("from=2026-13-01", "from"),
        ("from=26-11-01", "from"),
        ("from=2026-11-1", "from"),
        ("from=20261101", "from"),
        ("from=2026-W45-1", "from"),
        ("from=1700000000", "from"),
        ("from=%D9%A2%D9%A0%D9%A2%D9%A6-11-01", "from"),
        ("from=1899-12-31", "from"),
        ("from=1899-12-30T23:59:59Z", "from"),
        ("to=9000-01-02", "to"),
        ("to=9000-01-03T00:00:00Z", "to"),
        ("to=0001-01-01T00:00:00Z", "to"),
        ("to=2026-11-01T09:00:00", "to"),
        ("to=2026-11-01T09:00", "to"),
        ("to=2026-11-01T25:00:00Z", "to"),
        ("to=2026-11-01T09:00:60Z", "to"),
        ("to=2026-11-01T09:00:00+25:00", "to"),
        ("to=2026-11-01T09:00:00+01:00", "to"),  # its + is a space in a URL
        ("from=2026-11-02&to=2026-11-01", "from"),
        ("from=2026-11-01T10:00:00Z&to=2026-11-01T09:59:59Z", "from"),
        ("from=2026-11-02&to=2026-11-01T00:00:00Z", "from"),
        ("range=today&from=2026-11-01", "range"),
        ("range=all&to=2026-11-01", "range"),
        ("student_q=" + "a" * 201, "student_q"),
        ("student_id=u1&student_id=u2", "student_id"),
        ("tz=UTC&tz=UTC", "tz"),
        ("from=2026-11-01&from=2026-11-02", "from"),
    ],
)
def test_a_query_that_cannot_be_understood_is_refused_by_the_name_of_its_field(query: str, field: str) -> None:
    with pytest.raises(FilterError) as error:
        understood(query)
    assert error.value.field == field
    assert str(error.value).startswith(f"{field}: ")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"), ("limit=501", "limit"), ("limit=-1", "limit"), ("limit=all", "limit"),
        ("page=0", "page"), ("page=-1", "page"), ("page=1.5", "page"), ("page=1000000001", "page"),
        ("page=1&page=2", "page"), ("limit=" + "9" * 5000, "limit"), ("sort=name", "sort"),
        ("sort=id;DROP TABLE x", "sort"), ("sort=--rating", "sort"), ("sort=rating&sort=st", "sort"),
    ],
)  # fmt: skip
def test_a_page_or_order_that_there_is_not_is_refused_by_name(query: str, field: str) -> None:
    with pytest.raises(FilterError) as error:
        ListParams.from_query(query)
    assert error.value.field == field


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {}),
        ("?status=completed", {"statuses": (Status.COMPLETED,)}),
        ("status=completed&status=no_show", {"statuses": (Status.COMPLETED, Status.NO_SHOW)}),
        ("course_id=k1&course_id=k2&st_id=t1", {"course_ids": ("k1", "k2"), "st_ids": ("t1",)}),
        ("student_id=u%2F1", {"student_id": "u/1"}),
        ("student_q=%20jos%C3%A9%20", {"student_q": "josé"}),
        ("student_q=%20%20", {"student_q": None}),
        ("student_q=", {"student_q": None}),
        ("student_q=%20%CC%81%CC%83", {"student_q": None}),
        ("student_q=e%CC%81", {"student_q": "e\u0301"}),
        ("student_q=%25_", {"student_q": "%_"}),
        ("rating_min=1&rating_max=5", {"rating_min": 1, "rating_max": 5}),
        ("rated=false", {"rated": False}),
        ("flag=overdue&flag=dispute", {"flags": (Flag.OVERDUE, Flag.DISPUTE)}),
    ],
)
def test_a_query_is_understood(query: str, expected: dict[str, Any]) -> None:
    found = understood(query)
    assert {name: getattr(found, name) for name in expected} == expected
    untouched = {"course_ids", "st_ids", "student_id", "student_q", "statuses", "rated", "flags"} - set(expected)
    assert not any(getattr(found, name) for name in untouched)


def test_pages_and_orders_have_their_defaults_and_limits() -> None:
    default = ListParams.from_query("")
    assert (default.sort, default.page, default.limit) == (Sort.SCHEDULED_START_DESC, 1, 50)
    assert ListParams.from_query("limit=500&page=1000000000").limit == 500
    assert {ListParams.from_query(urlencode({"sort": sort})).sort for sort in Sort} == set(Sort)


@pytest.mark.parametrize(
    ("query", "start", "end"),
    [
        ("from=2026-11-23", datetime(2026, 11, 22, 23, tzinfo=UTC), None),
        ("to=2026-11-23", None, datetime(2026, 11, 23, 23, tzinfo=UTC)),
        ("from=2026-11-23T00:00:00Z", datetime(2026, 11, 23, tzinfo=UTC), None),
        ("to=2026-11-23T00:00:00Z", None, datetime(2026, 11, 23, tzinfo=UTC)),
        ("from=2026-11-23T00:00:00%2B01:00", datetime(2026, 11, 22, 23, tzinfo=UTC), None),
        ("from=2026-11-23t09:30z", datetime(2026, 11, 23, 9, 30, tzinfo=UTC), None),
        ("to=2026-11-23T09:30:00.25-05:30", None, datetime(2026, 11, 23, 15, 0, 0, 250_000, tzinfo=UTC)),
        (
            "from=2026-11-23&to=2026-11-23",
            datetime(2026, 11, 22, 23, tzinfo=UTC),
            datetime(2026, 11, 23, 23, tzinfo=UTC),
        ),
        (
            "from=2026-11-23&to=2026-11-23T12:00:00Z",
            datetime(2026, 11, 22, 23, tzinfo=UTC),
            datetime(2026, 11, 23, 12, tzinfo=UTC),
        ),
        (
            "from=2026-11-23T12:00:00Z&to=2026-11-23T12:00:00Z",
            datetime(2026, 11, 23, 12, tzinfo=UTC),
            datetime(2026, 11, 23, 12, tzinfo=UTC),
        ),
        ("range=all", None, None),
        ("", None, None),
    ],
)
def test_a_date_is_a_whole_day_in_the_zone_and_an_instant_is_exact(
    query: str, start: datetime | None, end: datetime | None
) -> None:
    period = understood(query).period
    assert (period.start, period.end) == (start, end)


def test_a_range_keeps_the_days_it_was_given_as() -> None:
    period = understood("from=2026-11-01&to=2026-11-23T00:00:00Z").period
    assert (period.first, period.last) == (date(2026, 11, 1), None)


@settings(max_examples=1000, deadline=None)
@given(query=QUERIES)
@example(query="from=1900-01-01&to=9000-01-01")
@example(query="from=9000-01-01&to=9000-01-01")
@example(query="student_q=\ud800")
@example(query="=&=&&;")
def test_any_query_is_either_understood_or_refused(query: str) -> None:
    for params in (FilterParams, ListParams):
        try:
            resolve(params.from_query(query), CLOCK, 2)
        except FilterError:
            continue
