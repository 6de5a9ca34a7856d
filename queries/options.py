"""What can be chosen: courses, Student-Teachers and creators of a scope, and whether ids are among them."""

from queries.filters import SessionFilters
from queries.models import CourseOption, PersonOption
from queries.scope import Scope
from queries.sessions import NotFoundError
from queries.statement import load
from warehouse.snapshot import Snapshot

SCOPE_PARAMETERS = ("all_creators", "creator_id")
LIST_COURSES = load("list_courses", *SCOPE_PARAMETERS)
LIST_STUDENT_TEACHERS = load("list_student_teachers", *SCOPE_PARAMETERS)
LIST_CREATORS = load("list_creators", *SCOPE_PARAMETERS)
LIST_UNKNOWN_IDS = load("list_unknown_ids", *SCOPE_PARAMETERS, "course_ids", "st_ids", "student_ids")


def list_courses(snapshot: Snapshot, scope: Scope) -> list[CourseOption]:
    return [CourseOption(*row) for row in LIST_COURSES.rows(snapshot, _scope_values(scope))]


def list_student_teachers(snapshot: Snapshot, scope: Scope) -> list[PersonOption]:
    return [PersonOption(*row) for row in LIST_STUDENT_TEACHERS.rows(snapshot, _scope_values(scope))]


def list_creators(snapshot: Snapshot, scope: Scope) -> list[PersonOption]:
    """Creators of the scope, those with most sessions first."""
    return [PersonOption(*row) for row in LIST_CREATORS.rows(snapshot, _scope_values(scope))]


def check_ids(snapshot: Snapshot, scope: Scope, filters: SessionFilters) -> None:
    """Raises NotFoundError for a course, ST or student that is none of the scope's."""
    student_ids = [filters.student_id] if filters.student_id else []
    if not (filters.course_ids or filters.st_ids or student_ids):
        return
    values = _scope_values(scope) | {
        "course_ids": list(filters.course_ids),
        "st_ids": list(filters.st_ids),
        "student_ids": student_ids,
    }
    for field, id_ in LIST_UNKNOWN_IDS.rows(snapshot, values):
        raise NotFoundError(field, id_)


def _scope_values(scope: Scope) -> dict[str, object]:
    return {"all_creators": scope.all_creators, "creator_id": scope.creator_id}
