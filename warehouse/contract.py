"""What an export must be: tables, columns, logical types and rules, as data."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["string", "int", "timestamp"]

STATUSES = ("scheduled", "completed", "cancelled", "no_show")
DISPUTE_STATUSES = ("open", "under_review", "resolved", "rejected")
ASSESSORS = ("student", "st")


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    kind: Kind = "string"
    null: bool = False
    values: tuple[str, ...] = ()
    refers_to: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A row-level rule: rows for which `broken` holds are wrong, and `column` is shown for them."""

    column: str
    needs: tuple[str, ...]
    broken: str
    message: str


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an export: where (file and column), what, and up to five values of `count`."""

    file: str
    column: str | None
    message: str
    values: tuple[str, ...] = ()
    count: int = 0

    def summary(self) -> str:
        """All but the values: what may be told to those who may not see the export."""
        place = f"{self.file}, column {self.column}" if self.column else self.file
        rows = f" in {self.count:,} row{'s' if self.count != 1 else ''}" if self.count else ""
        return f"{place}: {self.message}{rows}"

    def __str__(self) -> str:
        shown = f": {', '.join(map(repr, self.values))}" if self.values else ""
        return self.summary() + shown


class ExportError(Exception):
    """An export breaks the contract; `problems` holds all that is wrong with it, never the first alone."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def _timestamp(name: str, *, null: bool = False) -> Column:
    return Column(name, "timestamp", null=null)


SESSIONS = Table(
    "sessions",
    ("id",),
    (
        Column("id"),
        Column("course_id", refers_to="courses"),
        Column("enrollment_id", null=True, refers_to="enrollments"),
        Column("student_id", refers_to="users"),
        Column("st_id", refers_to="users"),
        _timestamp("scheduled_start"),
        _timestamp("scheduled_end"),
        _timestamp("actual_start", null=True),
        _timestamp("actual_end", null=True),
        Column("status", values=STATUSES),
        Column("notes", null=True),
        Column("recording_key", null=True),
        Column("dispute_status", null=True, values=DISPUTE_STATUSES),
        Column("dispute_reason", null=True),
        _timestamp("dispute_opened_at", null=True),
    ),
    (
        Rule(
            "scheduled_end",
            ("scheduled_start", "scheduled_end"),
            "scheduled_end <= scheduled_start",
            "not after scheduled_start",
        ),
        Rule(
            "actual_end",
            ("actual_start", "actual_end"),
            "(actual_start IS NULL) <> (actual_end IS NULL)",
            "actual_start and actual_end must be given both or neither",
        ),
        Rule(
            "actual_end",
            ("actual_start", "actual_end"),
            "actual_end < actual_start",
            "before actual_start",
        ),
    ),
)
USERS = Table("users", ("id",), (Column("id"), Column("name"), Column("avatar", null=True)))
COURSES = Table("courses", ("id",), (Column("id"), Column("title"), Column("creator_id", refers_to="users")))
ENROLLMENTS = Table(
    "enrollments",
    ("id",),
    (Column("id"), Column("course_id", refers_to="courses"), Column("student_id", refers_to="users")),
)
ASSESSMENTS = Table(
    "session_assessments",
    ("session_id", "assessor"),
    (
        Column("session_id", refers_to="sessions"),
        Column("assessor", values=ASSESSORS),
        Column("rating", "int", null=True),
        Column("comment", null=True),
        _timestamp("created_at"),
    ),
    (Rule("rating", ("rating",), "rating NOT BETWEEN 1 AND 5", "not between 1 and 5"),),
)
TABLES = (SESSIONS, USERS, COURSES, ENROLLMENTS, ASSESSMENTS)
