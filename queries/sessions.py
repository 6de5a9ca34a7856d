"""Sessions as rows: the list, and one in full."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from queries.at_places import rows_at
from queries.filters import FilterParams, SessionFilters, Status
from queries.models import CourseRef, Dispute, Feedback, Pagination, Person, Place, Session, SessionDetail, SessionPage
from queries.rollup import is_rolled, rolled, rolled_rows
from queries.scope import Scope
from queries.statement import Statement, filter_values, load
from queries.timeline import places_in_range
from warehouse.snapshot import Row, Snapshot, utc

S = TypeVar("S", bound=Session)
MAX_LIMIT = 500
MAX_PAGE = 1_000_000_000
LARGE_SCOPE = 20_000
DEEP_OFFSET = 1_000
STATUSES = {status.value: status for status in Status}

OF_ITS_CREATOR = "AND creator_id IN (SELECT creator_id FROM snapshot.session_marks WHERE mark = mark_of($session_id))"


def _of_one(name: str, *parameters: str) -> Mapping[bool, Statement]:
    """A statement about one session, by whether it may be anybody's: then it is looked up whose it is."""
    statement = load(name, *parameters)
    return {is_any: statement.replacing("of_its_creator", OF_ITS_CREATOR * is_any) for is_any in (False, True)}


LIST_SESSIONS_LATE = load("list_sessions_late", "limit", "offset", kept=True)
ORDER_SESSIONS = load("order_sessions")
FIND_SESSION = _of_one("find_session", "session_id")
COUNT_SESSIONS = load("count_sessions", kept=True)
COUNT_SESSIONS_ROLLED = rolled(COUNT_SESSIONS)
GET_SESSION = _of_one("get_session", "session_id", "sees_private")
GET_PLACE = load("get_place", "session_id")


class NotFoundError(Exception):
    """Nothing of that id in the viewer's scope, whether or not it exists elsewhere."""

    def __init__(self, field: str, id_: str) -> None:
        self.field = field
        self.id = id_
        self.message = f"no such {field.removeprefix('vs_').removesuffix('_id').replace('_', ' ')}: {id_!r}"
        super().__init__(f"{field}: {self.message}")


class Sort(StrEnum):
    """Wire names of the orders; `-` is descending."""

    SCHEDULED_START = "scheduled_start"
    SCHEDULED_START_DESC = "-scheduled_start"
    COURSE = "course"
    COURSE_DESC = "-course"
    STUDENT = "student"
    STUDENT_DESC = "-student"
    ST = "st"
    ST_DESC = "-st"
    DURATION = "duration"
    DURATION_DESC = "-duration"
    STATUS = "status"
    STATUS_DESC = "-status"
    RATING = "rating"
    RATING_DESC = "-rating"
    RECORDING = "recording"
    RECORDING_DESC = "-recording"


_COLUMNS = {
    "scheduled_start": "scheduled_start",
    "course": "lower(course_title)",
    "student": "student_search",
    "st": "lower(st_name)",
    "duration": "actual_minutes",
    "status": "status",
    "rating": "rating",
    "recording": "has_recording",
}


def _order_by(sort: Sort) -> str:
    """Rows without a value last in either direction; ties by newest, then by id, which is unique."""
    column = _COLUMNS[sort.removeprefix("-")]
    direction = "DESC" if sort.startswith("-") else "ASC"
    if column == "scheduled_start":
        return f"scheduled_start {direction}, id {direction}"
    return f"{column} {direction} NULLS LAST, scheduled_start DESC, id DESC"


OrderBy = StrEnum("OrderBy", {sort.name: _order_by(sort) for sort in Sort})  # type: ignore[misc]  # from a closed enum


class ListParams(FilterParams):
    """Filters, order and page of a list."""

    sort: Sort = Field(Sort.SCHEDULED_START_DESC, description="Order; a leading - is descending")
    page: int = Field(1, ge=1, le=MAX_PAGE, description="Page, from 1")
    limit: int = Field(50, ge=1, le=MAX_LIMIT, description="Rows a page")


@dataclass(frozen=True, slots=True)
class FoundSession:
    """A session and its object key, which is for signing and never leaves the server."""

    detail: SessionDetail
    recording_key: str | None


def list_sessions(
    snapshot: Snapshot, scope: Scope, filters: SessionFilters, *, sort: Sort, page: int, limit: int
) -> SessionPage:
    """One page, `page` from 1; past the end it is empty and the total still true.

    A range of one creator's is a slice of what is kept of them. Another large scope's early pages leave the rest
    unsorted. All others are read by their places, once the order of the whole is known.
    """
    values, order_by = filter_values(scope, filters), OrderBy[sort.name]
    offset = (page - 1) * limit
    is_large = _is_large(snapshot, scope)
    order = _by_start(snapshot, scope, filters, sort)
    if order is None and is_large and offset < DEEP_OFFSET:
        rows = LIST_SESSIONS_LATE.rows(snapshot, values | {"limit": limit, "offset": offset}, order_by)
        return _page(rows, page, limit, lambda: count_sessions(snapshot, scope, filters))
    if order is None:
        (order,) = ORDER_SESSIONS.columns(snapshot, values, order_by, keep=is_large or snapshot.keeps_answers)
    rows = rows_at(snapshot, values, order[offset : offset + limit].tolist())
    return _page(rows, page, limit, lambda: len(order))


def _by_start(snapshot: Snapshot, scope: Scope, filters: SessionFilters, sort: Sort) -> NDArray[np.int64] | None:
    """The places of what is asked for in its order, where the creator's timeline tells them."""
    if sort not in (Sort.SCHEDULED_START, Sort.SCHEDULED_START_DESC):
        return None
    places = places_in_range(snapshot, scope, filters)
    return places[::-1] if places is not None and sort is Sort.SCHEDULED_START_DESC else places


def _is_large(snapshot: Snapshot, scope: Scope) -> bool:
    return scope.all_creators or snapshot.sessions_of(scope.creator_id) > LARGE_SCOPE


def count_sessions(snapshot: Snapshot, scope: Scope, filters: SessionFilters) -> int:
    values = filter_values(scope, filters)
    if is_rolled(scope, filters):
        return int(rolled_rows(COUNT_SESSIONS_ROLLED, snapshot, values)[0][0])
    return int(COUNT_SESSIONS.rows(snapshot, values)[0][0])


def get_session(snapshot: Snapshot, scope: Scope, filters: SessionFilters, session_id: str) -> FoundSession:
    """One session of the scope, in full. Raises NotFoundError."""
    values = filter_values(scope, filters) | {"session_id": session_id, "sees_private": scope.sees_private}
    rows = GET_SESSION[scope.all_creators].rows(snapshot, values)
    if not rows:
        raise NotFoundError("session_id", session_id)
    return _found(rows[0])


def get_place(snapshot: Snapshot, scope: Scope, filters: SessionFilters, sort: Sort, session_id: str) -> Place | None:
    """The session's place among the filtered ones; None where the filters leave it out."""
    values = filter_values(scope, filters) | {"session_id": session_id}
    if _is_large(snapshot, scope):
        return _place_in_order(snapshot, values, OrderBy[sort.name])
    rows = GET_PLACE.rows(snapshot, values, OrderBy[sort.name])
    return Place(*rows[0]) if rows else None


def _place_in_order(snapshot: Snapshot, values: dict[str, Any], order_by: OrderBy) -> Place | None:
    found = FIND_SESSION[values["all_creators"]].rows(snapshot, values)
    if not found:
        return None
    (order,) = ORDER_SESSIONS.columns(snapshot, values, order_by, keep=True)
    index = int(np.flatnonzero(order == found[0][0])[0])
    before, after = order[max(0, index - 1) : index].tolist(), order[index + 1 : index + 2].tolist()
    ids = [row[0] for row in rows_at(snapshot, values, before + after)]
    return Place(index + 1, len(order), ids[0] if before else None, ids[-1] if after else None)


def _page(rows: list[Row], page: int, limit: int, count: Callable[[], int]) -> SessionPage:
    return SessionPage([as_session(row, Session) for row in rows], pagination(len(rows), page, limit, count))


def pagination(shown: int, page: int, limit: int, count: Callable[[], int]) -> Pagination:
    """Of a page that shows so many rows: the total is counted only where the page does not tell it itself."""
    reached = (page - 1) * limit + shown
    is_last = 0 < shown < limit or reached == 0
    total = reached if is_last else count()
    return Pagination(page, limit, total, reached < total)


def as_session(row: Row, kind: Callable[..., S], **more: Any) -> S:
    """A Session, or what has `more` fields than it, from the columns of session_columns.sql."""
    (id_, start, end, minutes, status, course_id, course_title, student_id, student_name, student_avatar,
     st_id, st_name, st_avatar, rating, has_recording, low, overdue, implausible, dispute,
     creator_id) = row  # fmt: skip
    return kind(
        id=id_,
        scheduled_start=utc(start),
        scheduled_end=utc(end),
        actual_duration=minutes,
        status=STATUSES[status],
        course=CourseRef(course_id, course_title),
        student=Person(student_id, student_name, student_avatar),
        st=Person(st_id, st_name, st_avatar),
        rating=rating,
        has_recording=has_recording,
        low_rating=low,
        overdue=overdue,
        implausible_duration=implausible,
        dispute_status=dispute,
        creator_id=creator_id,
        **more,
    )


def _found(row: Row) -> FoundSession:
    (id_, start, end, booked, actual_start, actual_end, minutes, status, course_id, course_title,
     student_id, student_name, student_avatar, st_id, st_name, st_avatar, enrollment_id, rating,
     has_student_feedback, student_comment, has_st_feedback, st_rating, st_comment, notes,
     has_recording, recording_key, dispute, dispute_reason, dispute_opened_at,
     low, overdue, implausible, creator_id, creator_name) = row  # fmt: skip
    detail = SessionDetail(
        id=id_,
        scheduled_start=utc(start),
        scheduled_end=utc(end),
        scheduled_duration=booked,
        actual_start=_instant(actual_start),
        actual_end=_instant(actual_end),
        actual_duration=minutes,
        status=Status(status),
        course=CourseRef(course_id, course_title),
        student=Person(student_id, student_name, student_avatar),
        st=Person(st_id, st_name, st_avatar),
        enrollment_id=enrollment_id,
        rating=rating,
        student_feedback=Feedback(rating, student_comment) if has_student_feedback else None,
        st_feedback=Feedback(st_rating, st_comment) if has_st_feedback else None,
        notes=notes,
        has_recording=has_recording,
        recording_url=None,
        dispute=Dispute(dispute, dispute_reason, _instant(dispute_opened_at)) if dispute else None,
        low_rating=low,
        overdue=overdue,
        implausible_duration=implausible,
        creator=Person(creator_id, creator_name, None),
    )
    return FoundSession(detail, recording_key)


def _instant(naive: Any) -> datetime | None:
    return utc(naive) if naive else None
