"""Questions of every kind for the generated world, and how the application answers one."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from auth.viewer import CreatorScope
from queries.filters import FilterParams, SessionFilters, resolve
from queries.periods import Clock
from tests.queries.fold import LOW, Asked
from tests.queries.world import CLOCK_CHANGES, COURSES, EDGES, NOW, STUDENTS, TEACHERS, held

ROWS = held()
LAST_START = max(row.start for row in ROWS)
ZONES = tuple(
    map(
        ZoneInfo,
        ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Auckland", "America/Sao_Paulo"),
    )
)
SEARCHES = (
    "jose", "JOSÉ", "jose\u0301", "lukasz", "strasse", "ß", "100%", "%", "_", "a_b", "\\", "o'b", "名", "ipek isik",
    " ", "e", "dang", "coeur", "nobody",
)  # fmt: skip
MIDNIGHTS = sorted({*(day for days in CLOCK_CHANGES.values() for day in days), *EDGES})


@dataclass(frozen=True)
class Question:
    """What the query functions are called with."""

    scope: CreatorScope
    filters: SessionFilters
    clock: Clock


def question(asked: Asked) -> Question:
    """Through the query string, as both doors have it."""
    given = {name: _wire(value) for name, value in asked.params.items()}
    params = FilterParams.from_query(urlencode({"tz": asked.zone.key, **given}, doseq=True))
    clock = Clock(asked.now, asked.as_of, LAST_START, asked.zone, asked.week_start)
    return Question(CreatorScope(asked.creator is None, asked.creator), resolve(params, clock, LOW), clock)


def _wire(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _few(values: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), max_size=3, unique=True)


HALF_HOURS = st.integers(-60, 60).map(lambda count: timedelta(minutes=30 * count))
INSTANTS = st.builds(
    lambda midnight, shift: midnight.replace(tzinfo=UTC) + shift, st.sampled_from(MIDNIGHTS), HALF_HOURS
)
SOME_INSTANTS = INSTANTS | st.datetimes(datetime(2025, 9, 1), datetime(2026, 12, 31), timezones=st.just(UTC))
NEAR_MIDNIGHTS = st.builds(
    lambda midnight, days: midnight.date() + timedelta(days=days), st.sampled_from(MIDNIGHTS), st.integers(-2, 2)
)
SOME_DAYS = NEAR_MIDNIGHTS | st.dates(date(2025, 9, 1), date(2026, 12, 31))
LENGTHS = st.integers(0, 400) | st.sampled_from((0, 6, 29, 43, 44, 45, 278, 279, 280))
PRESETS = ("today", "this_week", "this_month", "last_7_days", "last_30_days", "last_12_weeks", "all")


def _from_to(start: datetime, length: timedelta, cut: str) -> dict[str, Any]:
    """Instants, or one of them a day, never the wrong way round."""
    wide = length + timedelta(days=2)
    if cut == "from":
        return {"from": start.date(), "to": start + wide}
    return {"from": start, "to": (start + wide).date() if cut == "to" else start + length}


RANGES = st.one_of(
    st.just({}),
    st.sampled_from(PRESETS).map(lambda preset: {"range": preset}),
    st.sampled_from(PRESETS).map(lambda preset: {"range": preset}),
    (SOME_DAYS | SOME_INSTANTS).map(lambda start: {"from": start}),
    (SOME_DAYS | SOME_INSTANTS).map(lambda end: {"to": end}),
    st.builds(lambda first, length: {"from": first, "to": first + timedelta(days=length)}, SOME_DAYS, LENGTHS),
    st.builds(
        _from_to, SOME_INSTANTS, st.integers(0, 4000).map(lambda hours: timedelta(hours=hours)),
        st.sampled_from(("from", "to", "neither")),
    ),
)  # fmt: skip
FILTERS: dict[str, st.SearchStrategy[Any]] = {
    "course_id": _few(tuple(COURSES)),
    "st_id": _few(tuple(TEACHERS)),
    "student_id": st.sampled_from(tuple(STUDENTS)),
    "student_q": st.sampled_from(SEARCHES),
    "status": _few(("completed", "scheduled", "cancelled", "no_show")),
    "rating_min": st.integers(1, 5),
    "rating_max": st.integers(1, 5),
    "rated": st.booleans(),
    "timed": st.booleans(),
    "flag": _few(("low_rating", "dispute", "overdue", "implausible_duration", "no_recording")),
}
FEW_FILTERS = st.lists(st.sampled_from(tuple(FILTERS)), max_size=4, unique=True)
CREATOR_OR_ALL = st.sampled_from((None, "c1", "c1", "c1", "c2", "c3", "c4", "c5", "nobody"))
NOWS = st.just(NOW) | INSTANTS

WIRE_NAMES = [*FilterParams.model_fields, "from", "page", "limit", "sort", "x", "path", "query", "from_"]
WIRE_VALUES = st.one_of(
    st.text(max_size=12),
    st.integers(-10, 10_000).map(str),
    st.sampled_from(["completed", "today", "UTC", "all", "true", "low_rating", "rating", "\0", "%00", "NaN", "1e9"]),
    st.dates().map(str),
    st.datetimes(timezones=st.sampled_from((None, UTC))).map(datetime.isoformat),
    st.dates(date(1900, 1, 1), date(9000, 1, 1)).map(str),
)
# Query strings, most of them wrong in some way
QUERIES = st.lists(st.tuples(st.sampled_from(WIRE_NAMES), WIRE_VALUES), max_size=4).map(urlencode) | st.text(
    max_size=40
)


@st.composite
def asked_questions(draw: st.DrawFn) -> Asked:
    """Any scope, zone, moment and range, with up to a handful of filters."""
    now = draw(NOWS)
    return Asked(
        creator=draw(CREATOR_OR_ALL),
        now=now,
        as_of=draw(
            st.sampled_from((now, now, now - timedelta(hours=5), now + timedelta(days=1), now - timedelta(days=9)))
        ),
        week_start=draw(st.sampled_from((0, 6))),
        zone=draw(st.sampled_from(ZONES)),
        params=draw(RANGES) | {name: draw(FILTERS[name]) for name in draw(FEW_FILTERS)},
    )
