"""Columns of an exported sessions table: name, where it comes from, and what it means."""

from collections.abc import Sequence
from dataclasses import dataclass

from queries.filters import FilterError
from queries.scope import Scope
from warehouse.extract import Content


@dataclass(frozen=True, slots=True)
class Column:
    """`sql` gives it from snapshot.sessions; private ones are only for those who may read what people wrote."""

    name: str
    sql: str
    content: Content
    meaning: str
    always: bool = True
    private: bool = False


def _text(name: str, meaning: str, sql: str = "", *, always: bool = True, private: bool = False) -> Column:
    return Column(name, sql or name, Content.TEXT, meaning, always, private)


def _plain(name: str, meaning: str, sql: str = "", *, always: bool = True) -> Column:
    return Column(name, sql or name, Content.PLAIN, meaning, always)


def _instant(name: str, meaning: str, *, always: bool = True, private: bool = False) -> tuple[Column, Column]:
    utc = Column(f"{name}_utc", f"{name} AT TIME ZONE 'UTC'", Content.UTC, f"{meaning}, in UTC", always, private)
    local_sql = f"{name} AT TIME ZONE $zone"
    local = Column(f"{name}_local", local_sql, Content.LOCAL, "the same by the clocks of the zone", always, private)
    return utc, local


SESSION_COLUMNS: tuple[Column, ...] = (
    _text("id", "the session"),
    *_instant("scheduled_start", "booked start"),
    *_instant("scheduled_end", "booked end"),
    _plain("actual_duration", "actual minutes; empty where start or end is missing", "actual_minutes"),
    Column("status", "status", Content.PLAIN, "completed, scheduled, cancelled or no_show"),
    _text("course_id", "the course"),
    _text("course", "the course's title", "course_title"),
    _text("student_id", "the student"),
    _text("student", "the student's name", "student_name"),
    _text("st_id", "the Student-Teacher"),
    _text("st", "the Student-Teacher's name", "st_name"),
    _plain("rating", "the student's rating, 1 to 5; figures count those of completed sessions only"),
    _plain("has_recording", "whether the platform names a recording; that it can be played is not checked"),
    _plain("low_rating", "completed, and rated no higher than the setting", "is_low(counted_rating, $low_rating)"),
    _plain("overdue", "scheduled, and its end passed more than 24 hours before the data's as-of time"),
    _plain("implausible_duration", "over 12 hours or three times the booked length: in no mean"),
    Column("dispute_status", "dispute_status", Content.PLAIN, "open, under_review, resolved or rejected, as exported"),
    _text("creator_id", "the course's creator"),
    _text("creator", "the creator's name", "creator_name", always=False),
    _text("student_avatar", "address of the student's picture", always=False),
    _text("st_avatar", "address of the Student-Teacher's picture", always=False),
    _text("enrollment_id", "the enrolment", always=False),
    _plain("scheduled_duration", "minutes booked", "scheduled_minutes", always=False),
    *_instant("actual_start", "actual start", always=False),
    *_instant("actual_end", "actual end", always=False),
    _plain("st_rating", "the Student-Teacher's rating of the session, 1 to 5", always=False),
    *_instant("dispute_opened_at", "when the dispute was opened", always=False),
    _text("student_comment", "what the student wrote", always=False, private=True),
    _text("st_comment", "what the Student-Teacher wrote", always=False, private=True),
    _text("notes", "notes of the session", always=False, private=True),
    _text("dispute_reason", "why it is disputed", always=False, private=True),
)  # fmt: skip
BY_NAME = {column.name: column for column in SESSION_COLUMNS}


def open_to(scope: Scope) -> list[Column]:
    """Columns that somebody of this scope may export."""
    return [column for column in SESSION_COLUMNS if scope.sees_private or not column.private]


def chosen(names: Sequence[str], scope: Scope) -> list[Column]:
    """The named columns in the order of their names as given, or those that are always shown. Raises FilterError."""
    allowed = {column.name: column for column in open_to(scope)}
    if not names:
        return [column for column in allowed.values() if column.always]
    for name in names:
        if name in BY_NAME and name not in allowed:
            raise FilterError("column", f"{name!r} may be read by those only who see comments and notes")
        if name not in allowed:
            raise FilterError("column", f"{name!r} is none of {', '.join(allowed)}")
    if len(set(names)) < len(names):
        raise FilterError("column", "the same column is given twice")
    return [allowed[name] for name in names]
