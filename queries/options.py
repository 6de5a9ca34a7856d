"""What can be chosen: courses, Student-Teachers and creators of a scope, and the names of what is chosen."""

from pydantic import Field

from queries.filters import Flag, SessionFilters, Status, WireParams
from queries.models import CourseOption, PersonOption
from queries.rollup import rolled, rolled_rows
from queries.scope import Scope
from queries.sessions import NotFoundError
from queries.statement import FLAG_CONDITIONS, load
from warehouse.snapshot import Snapshot

SCOPE_PARAMETERS = ("all_creators", "creator_id")
LIST_COURSES = load("list_courses", *SCOPE_PARAMETERS, kept=True)
LIST_STUDENT_TEACHERS = load("list_student_teachers", *SCOPE_PARAMETERS, kept=True)
LIST_CREATORS = load("list_creators", *SCOPE_PARAMETERS, kept=True)
LIST_STUDENTS = load("list_students", *SCOPE_PARAMETERS, "q", "limit", kept=True)
LIST_ALL_STUDENTS = load("list_all_students", *SCOPE_PARAMETERS, "q", "limit", kept=True)
COUNT_CHOICES = load("count_choices", *SCOPE_PARAMETERS, "low_rating", kept=True)
COUNT_CHOICES_ROLLED = rolled(COUNT_CHOICES)
LIST_CHOSEN = load("list_chosen", *SCOPE_PARAMETERS, "course_ids", "st_ids", "student_ids", kept=True)


class StudentParams(WireParams):
    q: str = Field(min_length=1, max_length=200, description="Part of the name")
    limit: int = Field(12, ge=1, le=50, description="Students at most")


def list_courses(snapshot: Snapshot, scope: Scope) -> list[CourseOption]:
    return [CourseOption(*row) for row in LIST_COURSES.rows(snapshot, _scope_values(scope))]


def list_student_teachers(snapshot: Snapshot, scope: Scope) -> list[PersonOption]:
    return [PersonOption(*row) for row in LIST_STUDENT_TEACHERS.rows(snapshot, _scope_values(scope))]


def count_choices(snapshot: Snapshot, scope: Scope, low_rating: int) -> dict[Status | Flag, int]:
    """How many sessions of the scope, of all time, each status and each flag has."""
    values = _scope_values(scope) | {"low_rating": low_rating}
    if scope.all_creators:
        rows = rolled_rows(COUNT_CHOICES_ROLLED, snapshot, values)
    else:
        rows = COUNT_CHOICES.rows(snapshot, values)
    counts: dict[Status | Flag, int] = dict.fromkeys((*Status, *map(Flag, FLAG_CONDITIONS)), 0)
    for status, sessions, *flagged in rows:
        counts[Status(status)] = sessions
        for flag, count in zip(map(Flag, FLAG_CONDITIONS), flagged, strict=True):
            counts[flag] += count
    return counts


def list_creators(snapshot: Snapshot, scope: Scope) -> list[PersonOption]:
    """Creators of the scope, those with most sessions first."""
    return [PersonOption(*row) for row in LIST_CREATORS.rows(snapshot, _scope_values(scope))]


def list_students(snapshot: Snapshot, scope: Scope, q: str, limit: int) -> list[PersonOption]:
    """Students whose name holds `q`, case and accents ignored, those with most sessions first."""
    statement = LIST_ALL_STUDENTS if scope.all_creators else LIST_STUDENTS
    values = _scope_values(scope) | {"q": q, "limit": limit}
    return [PersonOption(*row) for row in statement.rows(snapshot, values)]


def list_chosen(snapshot: Snapshot, scope: Scope, filters: SessionFilters) -> dict[tuple[str, str], str]:
    """Names of the chosen courses, STs and student by (field, id). Raises NotFoundError for one not the scope's."""
    student_ids = () if filters.student_id is None else (filters.student_id,)
    asked = {"course_id": filters.course_ids, "st_id": filters.st_ids, "student_id": student_ids}
    if not any(asked.values()):
        return {}
    values = _scope_values(scope) | {f"{field}s": list(ids) for field, ids in asked.items()}
    found = {(field, id_): name for field, id_, name in LIST_CHOSEN.rows(snapshot, values)}
    for field, ids in asked.items():
        for id_ in ids:
            if (field, id_) not in found:
                raise NotFoundError(field, id_)
    return found


def _scope_values(scope: Scope) -> dict[str, object]:
    return {"all_creators": scope.all_creators, "creator_id": scope.creator_id}
