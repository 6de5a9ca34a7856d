"""What is asked: the wire parameters of both doors, and the same question with its values resolved."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Self, get_origin
from unicodedata import category
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from queries.periods import (
    FIRST_DATE,
    LAST_DATE,
    Clock,
    Moment,
    Period,
    RangePreset,
    period,
    preset_period,
)

ZONES = frozenset(available_timezones() - {"localtime", "Factory"})
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:\d{2})")


class Status(StrEnum):
    COMPLETED = "completed"
    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


class Flag(StrEnum):
    LOW_RATING = "low_rating"
    DISPUTE = "dispute"
    OVERDUE = "overdue"
    IMPLAUSIBLE_DURATION = "implausible_duration"
    NO_RECORDING = "no_recording"


class FilterError(Exception):
    """A filter that cannot be understood; `field` is its wire name."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


def _moment(value: Any) -> Any:
    """A date (2026-11-23) or an RFC 3339 instant; never a time without an offset."""
    if value is None or isinstance(value, date):
        return value
    try:
        if not isinstance(value, str):
            raise ValueError
        if DAY.fullmatch(value):
            parsed: date = date.fromisoformat(value)
        elif INSTANT.fullmatch(value):
            parsed = datetime.fromisoformat(value.upper())
        else:
            raise ValueError
    except ValueError:
        raise ValueError(
            f"{value!r} is neither a date such as 2026-11-23 nor an instant with an offset"
            " such as 2026-11-23T09:00:00Z (write + as %2B in a URL)"
        ) from None
    # An instant may be a day further: where those dates begin and end, told in another zone.
    day, further = (parsed.date(), timedelta(1)) if isinstance(parsed, datetime) else (parsed, timedelta(0))
    if not FIRST_DATE - further <= day <= LAST_DATE + further:
        raise ValueError(f"{value!r} is not between {FIRST_DATE} and {LAST_DATE}")
    return parsed


def _zone(value: str) -> str:
    if value not in ZONES:
        raise ValueError(f"{value!r} is not an IANA time zone such as Europe/Berlin")
    return value


def _text(value: str) -> str:
    if "\x00" in value:
        raise ValueError("must hold no NUL")
    return value


WireMoment = Annotated[date | datetime | None, BeforeValidator(_moment)]
WireZone = Annotated[str, AfterValidator(_zone)]
WireText = Annotated[str, AfterValidator(_text)]


class WireParams(BaseModel):
    """Parameters as they stand in a URL. One value a field unless it is a list; anything unknown is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def from_query(cls, query: str) -> Self:
        """From a query string, the same for both doors. Raises FilterError."""
        values: dict[str, Any] = {}
        for name, given in parse_qs(query.removeprefix("?"), keep_blank_values=True).items():
            several = name in cls.model_fields and get_origin(cls.model_fields[name].annotation) is list
            if not several and len(given) > 1:
                raise FilterError(name, "given more than once")
            values[name] = given if several else given[0]
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise filter_error(error.errors()[0]) from None


class FilterParams(WireParams):
    """Filters; of a list any value matches."""

    course_id: list[str] = Field([], description="Courses; repeat for several")
    st_id: list[str] = Field([], description="Student-Teachers; repeat for several")
    student_id: str | None = Field(None, description="One student")
    student_q: str | None = Field(
        None, max_length=200, description="Part of the student's name; case and accents do not matter"
    )
    status: list[Status] = Field([], description="Statuses; repeat for several")
    rating_min: int | None = Field(None, ge=1, le=5, description="Least student rating")
    rating_max: int | None = Field(None, ge=1, le=5, description="Greatest student rating")
    rated: bool | None = Field(None, description="With a student rating, or without")
    timed: bool | None = Field(None, description="With a duration that counts in the mean, or without")
    flag: list[Flag] = Field([], description="Flags; repeat for several, any of them matches")
    from_: WireMoment = Field(None, alias="from", description="First day in the zone, or an RFC 3339 instant, included")
    to: WireMoment = Field(None, description="Last day in the zone, included, or an RFC 3339 instant, excluded")
    range: RangePreset | None = Field(None, description="A named range instead of from and to")
    tz: WireZone | None = Field(None, description="IANA time zone in which days begin")

    @field_validator("student_q")
    @classmethod
    def _is_not_blank(cls, value: str | None) -> str | None:
        """Nor of accents alone, which a search leaves out: nothing would be left, and all names hold that."""
        text = (value or "").strip()
        return text if any(not category(sign).startswith("M") for sign in text) else None


def filter_error(error: Mapping[str, Any]) -> FilterError:
    """A FilterError from one of pydantic's, named by its wire field."""
    field = str(error["loc"][0]) if error["loc"] else "query"
    if error["type"] == "extra_forbidden":
        return FilterError(field, "unknown parameter")
    if error["type"] == "enum":
        return FilterError(field, f"{error['input']!r} is not {error['ctx']['expected']}")
    return FilterError(field, str(error["msg"]).removeprefix("Value error, "))


@dataclass(frozen=True, slots=True)
class SessionFilters:
    """A question with every value known: what `filtered_sessions` is called with, besides the scope."""

    zone: ZoneInfo
    low_rating: int
    period: Period = field(default_factory=Period)
    course_ids: tuple[str, ...] = ()
    st_ids: tuple[str, ...] = ()
    student_id: str | None = None
    student_q: str | None = None
    statuses: tuple[Status, ...] = ()
    rating_min: int | None = None
    rating_max: int | None = None
    rated: bool | None = None
    timed: bool | None = None
    flags: tuple[Flag, ...] = ()

    def values(self) -> dict[str, Any]:
        """The parameters of filtered_sessions.sql, scope apart; None filters nothing."""
        return {
            "course_ids": list(self.course_ids) or None,
            "st_ids": list(self.st_ids) or None,
            "student_id": self.student_id,
            "student_q": self.student_q,
            "statuses": [status.value for status in self.statuses] or None,
            "range_start": self.period.start,
            "range_end": self.period.end,
            "rating_min": self.rating_min,
            "rating_max": self.rating_max,
            "rated": self.rated,
            "timed": self.timed,
            "flags": [flag.value for flag in self.flags] or None,
            "low_rating": self.low_rating,
        }


def resolve(params: FilterParams, clock: Clock, low_rating: int) -> SessionFilters:
    """Bind wire parameters to values. `clock.zone` must be that of `params.tz`. Raises FilterError."""
    return SessionFilters(
        zone=clock.zone,
        low_rating=low_rating,
        period=_resolve_period(params, clock),
        course_ids=tuple(params.course_id),
        st_ids=tuple(params.st_id),
        student_id=params.student_id,
        student_q=params.student_q,
        statuses=tuple(params.status),
        rating_min=params.rating_min,
        rating_max=params.rating_max,
        rated=params.rated,
        timed=params.timed,
        flags=tuple(params.flag),
    )


def _resolve_period(params: FilterParams, clock: Clock) -> Period:
    if params.range is not None:
        if params.from_ is not None or params.to is not None:
            raise FilterError("range", "cannot be given together with from or to")
        return preset_period(params.range, clock)
    return resolve_days(params.from_, params.to, clock.zone)


def resolve_days(start: Moment | None, end: Moment | None, zone: ZoneInfo) -> Period:
    """The period of the wire's `from` and `to`. Raises FilterError."""
    asked = period(start, end, zone)
    if (asked.start and asked.end and asked.start > asked.end) or (
        asked.first and asked.last and asked.first > asked.last
    ):
        raise FilterError("from", "must not be after to")
    return asked
