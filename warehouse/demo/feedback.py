"""What both sides say afterwards: assessments by students and STs, session notes and disputes."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from warehouse.demo.bookings import Bookings
from warehouse.demo.draws import Ints, Mask, Pool, pool
from warehouse.demo.outcomes import COMPLETED, NO_SHOW, Outcomes
from warehouse.demo.phrases import ABSENT_ST, ABSENT_STUDENT, comments, notes
from warehouse.demo.teachers import Teachers

ASSESSORS: Final = ("student", "st")
STUDENT, ST = range(2)
COMMENTS: Final[Pool] = pool([*comments("student"), *comments("st"), ABSENT_STUDENT, ABSENT_ST])
NOTES: Final[Pool] = pool(notes())
_ABSENT_STUDENT, _ABSENT_ST = 10, 11
_COMMENTED: Final = np.array([0, 0.85, 0.75, 0.5, 0.32, 0.4])


@dataclass(frozen=True, slots=True)
class Assessments:
    """One row an assessment; every array is (assessments,).

    `session` indexes the bookings, `assessor` ASSESSORS. `rating` is 0 where there is none, `comment` indexes
    COMMENTS.texts or is -1, `created` is in seconds since 1970.
    """

    session: Ints
    assessor: Ints
    rating: Ints
    comment: Ints
    created: Ints


def draw_assessments(
    rng: np.random.Generator, bookings: Bookings, outcomes: Outcomes, teachers: Teachers, now: int
) -> Assessments:
    """Both sides' assessments, written before `now`; either side may stay silent."""
    held = outcomes.status == COMPLETED
    parts = [
        _by_students(rng, bookings, outcomes, teachers),
        _by_sts(rng, held),
        _absence(rng, outcomes.status == NO_SHOW, ST, 0.25),
        _absence(rng, outcomes.status == NO_SHOW, STUDENT, 0.07),
    ]
    session, assessor, rating, comment = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    finished = np.where(outcomes.timed, outcomes.actual_end, bookings.end)[session]
    hours = rng.standard_exponential(len(session), np.float32) * np.where(assessor == STUDENT, 11, 5)
    created = finished + 150 + (hours * 3600).astype(np.int64)
    kept = created <= now
    return Assessments(session[kept], assessor[kept], rating[kept], comment[kept], created[kept])


def draw_notes(rng: np.random.Generator, held: Mask, subject: Ints, place: Ints) -> Ints:
    """An index into NOTES.texts a session, -1 for none: about three held ones in ten have one."""
    habit = np.clip(rng.normal(0.3, 0.12, int(place.max()) + 1), 0.05, 0.8)[place]
    rows = np.flatnonzero(held & (rng.random(len(held)) < habit))
    found = np.full(len(held), -1, dtype=np.int64)
    found[rows] = NOTES.draw(rng, subject[rows])
    return found


def student_ratings(assessments: Assessments, sessions: int) -> Ints:
    """Each session's rating by its student, 0 where there is none: (sessions,)."""
    rows = assessments.assessor == STUDENT
    ratings = np.zeros(sessions, dtype=np.int64)
    ratings[assessments.session[rows]] = assessments.rating[rows]
    return ratings


Part = tuple[Ints, Ints, Ints, Ints]


def _by_students(rng: np.random.Generator, bookings: Bookings, outcomes: Outcomes, teachers: Teachers) -> Part:
    held = outcomes.status == COMPLETED
    rows = np.flatnonzero(held & (rng.random(len(held)) < teachers.rated[bookings.place]))
    count = len(rows)
    bad_day = (rng.random(count) < 0.035) | (outcomes.cut[rows] & (rng.random(count) < 0.5))
    felt = teachers.quality[bookings.place[rows]] - 1.05 * bookings.slide[rows] + 0.82 * rng.standard_normal(count)
    felt -= bad_day * rng.uniform(1.4, 3.4, count)
    return _with_comments(rng, rows, STUDENT, np.clip(np.rint(felt), 1, 5).astype(np.int64), 0.03)


def _by_sts(rng: np.random.Generator, held: Mask) -> Part:
    rows = np.flatnonzero(held & (rng.random(len(held)) < 0.5))
    felt = 4.35 + 0.85 * rng.standard_normal(len(rows))
    return _with_comments(rng, rows, ST, np.clip(np.rint(felt), 1, 5).astype(np.int64), 0.06)


def _with_comments(rng: np.random.Generator, rows: Ints, assessor: int, felt: Ints, unrated: float) -> Part:
    """Comments that match what was felt; those who give no rating always leave a comment."""
    silent = rng.random(len(rows)) < unrated
    commented = silent | (rng.random(len(rows)) < _COMMENTED[felt])
    comment = np.where(commented, COMMENTS.draw(rng, felt - 1 + 5 * assessor), -1)
    return rows, np.full(len(rows), assessor), np.where(silent, 0, felt), comment


def _absence(rng: np.random.Generator, missed: Mask, assessor: int, share: float) -> Part:
    """Words about a session that did not take place: STs leave no rating then, students the lowest."""
    rows = np.flatnonzero(missed & (rng.random(len(missed)) < share))
    group = _ABSENT_STUDENT if assessor == ST else _ABSENT_ST
    comment = COMMENTS.draw(rng, np.full(len(rows), group))
    return rows, np.full(len(rows), assessor), np.full(len(rows), int(assessor == STUDENT)), comment
