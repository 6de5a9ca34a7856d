"""The export's tables, as Arrow, from the demo's arrays."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa

from warehouse.demo.arrow import ids, instants, scrambled, texts
from warehouse.demo.bookings import Bookings
from warehouse.demo.cast import Courses, Enrollments
from warehouse.demo.disputes import DISPUTE_STATUSES, REASONS, Disputes
from warehouse.demo.draws import Ints
from warehouse.demo.feedback import ASSESSORS, COMMENTS, NOTES, Assessments
from warehouse.demo.outcomes import LOST, STATUSES, Outcomes
from warehouse.demo.people import People
from warehouse.demo.teachers import Teachers

CLIP_NAMES: Final = ("recap", "exercise", "questions")
_KEYS: Final = [f"demo/{name}.webm" for name in CLIP_NAMES] + [f"demo/lost-{n:04x}.webm" for n in range(LOST)]
_MIN_ID_BITS: Final = 16


@dataclass(frozen=True, slots=True)
class World:
    """All of one demo, before it is written: arrays as their own classes say, `notes` (sessions,)."""

    courses: Courses
    teachers: Teachers
    enrollments: Enrollments
    people: People
    bookings: Bookings
    outcomes: Outcomes
    assessments: Assessments
    disputes: Disputes
    notes: Ints

    def session_ids(self, rows: Ints) -> Any:
        """The ids of these rows of the bookings."""
        bits = max(_MIN_ID_BITS, len(self.bookings.start).bit_length())
        return ids("ses_", scrambled(rows, bits))


def users(world: World) -> Any:
    names = world.people.names
    numbers = np.arange(1, len(names) + 1)
    return pa.table({"id": ids("usr_", numbers), "name": names, "avatar": pa.nulls(len(names), pa.string())})


def courses(world: World) -> Any:
    made = world.courses
    return pa.table(
        {
            "id": ids("crs_", np.arange(1, len(made.title) + 1)),
            "title": pa.array(made.title, pa.string()),
            "creator_id": ids("usr_", made.creator + 1),
        }
    )


def enrollments(world: World) -> Any:
    made = world.enrollments
    return pa.table(
        {
            "id": ids("enr_", np.arange(1, len(made.course) + 1)),
            "course_id": ids("crs_", made.course + 1),
            "student_id": ids("usr_", world.people.students + made.student + 1),
        }
    )


def sessions(world: World, rows: Ints) -> Any:
    """The sessions at `rows` of the bookings, in that order."""
    enrollment, place = world.bookings.enrollment[rows], world.bookings.place[rows]
    start, timed = world.bookings.start[rows], world.outcomes.timed[rows]
    dispute = world.disputes.status[rows]
    return pa.table(
        {
            "id": world.session_ids(rows),
            "course_id": ids("crs_", world.enrollments.course[enrollment] + 1),
            "enrollment_id": ids("enr_", enrollment + 1, world.bookings.linked[rows]),
            "student_id": ids("usr_", world.people.students + world.enrollments.student[enrollment] + 1),
            "st_id": ids("usr_", world.people.sts + world.teachers.person[place] + 1),
            "scheduled_start": instants(start),
            "scheduled_end": instants(start + world.bookings.minutes[rows] * 60),
            "actual_start": instants(world.outcomes.actual_start[rows], timed),
            "actual_end": instants(world.outcomes.actual_end[rows], timed),
            "status": texts(STATUSES, world.outcomes.status[rows].astype(np.int64)),
            "notes": texts(NOTES.texts, world.notes[rows]),
            "recording_key": texts(_KEYS, world.outcomes.recording[rows]),
            "dispute_status": texts(DISPUTE_STATUSES, dispute),
            "dispute_reason": texts(REASONS.texts, world.disputes.reason[rows]),
            "dispute_opened_at": instants(world.disputes.opened[rows], dispute >= 0),
        }
    )


def assessments(world: World, rows: Ints) -> Any:
    """The assessments at `rows`, in that order."""
    made = world.assessments
    rating = made.rating[rows]
    return pa.table(
        {
            "session_id": world.session_ids(made.session[rows]),
            "assessor": texts(ASSESSORS, made.assessor[rows]),
            "rating": pa.array(rating, pa.int8(), mask=rating == 0),
            "comment": texts(COMMENTS.texts, made.comment[rows]),
            "created_at": instants(made.created[rows]),
        }
    )
