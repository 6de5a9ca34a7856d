"""Who takes part in the demo: creators and their sizes, courses, enrollments, and the user table."""

from dataclasses import dataclass

import numpy as np

from warehouse.demo.catalog import AWKWARD_TITLES, FIRST_TITLES, titles_and_subjects
from warehouse.demo.draws import Floats, Ints, choose, starts, within
from warehouse.demo.rhythm import Days
from warehouse.demo.teachers import STRUGGLING_RANK, Teachers

SESSIONS_PER_ENROLLMENT = 8
FEW = 3
LARGER = 200


@dataclass(frozen=True, slots=True)
class Courses:
    """Courses creator by creator: (courses,) arrays; `first` and `counts` are (creators,)."""

    counts: Ints
    first: Ints
    creator: Ints
    title: list[str]
    subject: Ints


@dataclass(frozen=True, slots=True)
class Enrollments:
    """Enrollments creator by creator: (enrollments,) arrays; `first` and `counts` are (creators,).

    `upto` is where an enrollment ends among its creator's sessions laid in order of time, as a share of them.
    `student` numbers students from 0; `newcomer` is the number of the creator's first own student.
    """

    counts: Ints
    first: Ints
    creator: Ints
    upto: Floats
    course: Ints
    place: Ints
    student: Ints
    newcomer: Ints


def creator_sizes(sessions: int, creators: int) -> Ints:
    """Sessions of each creator, largest first: the last has none, the one before exactly three.

    Raises ValueError where there are too few creators or sessions for that.
    """
    if creators < FEW or sessions < creators + FEW:
        raise ValueError(f"a demo needs 3 creators, and 3 sessions more than those: {creators=} {sessions=}")
    shared = sessions - FEW - (creators - 2)
    weights = np.arange(1, creators - 1) ** -0.7
    sizes = 1 + np.floor(shared * weights / weights.sum()).astype(np.int64)
    sizes[0] += sessions - FEW - sizes.sum()
    return np.append(sizes, [FEW, 0])


def draw_courses(rng: np.random.Generator, sizes: Ints) -> Courses:
    """1 to 8 courses for each creator. All larger ones but the first have an awkward title."""
    chosen: list[int] = []
    titles, subjects = titles_and_subjects()
    ordinary = len(titles) - len(AWKWARD_TITLES)
    counts = np.clip(rng.poisson(1 + np.log10(sizes + 1)), np.where(sizes >= LARGER, FEW, 1), 8)
    counts[0] = len(FIRST_TITLES)
    for creator, count in enumerate(counts.tolist()):
        picks = rng.permutation(ordinary)[:count].tolist()
        if creator and count >= FEW:
            picks[-1] = ordinary + creator % len(AWKWARD_TITLES)
        chosen += [titles.index(title) for title in FIRST_TITLES] if creator == 0 else picks
    return Courses(
        counts,
        starts(counts),
        np.repeat(np.arange(len(sizes)), counts),
        [titles[index] for index in chosen],
        np.array([subjects[index] for index in chosen], dtype=np.int64),
    )


def draw_enrollments(rng: np.random.Generator, days: Days, courses: Courses, teachers: Teachers) -> Enrollments:
    """Enrollments by time within each creator, each with a course and the ST who mostly teaches it."""
    counts = np.maximum(2, days.sizes // SESSIONS_PER_ENROLLMENT)
    first, creator = starts(counts), np.repeat(np.arange(len(counts)), counts)
    lengths = rng.lognormal(0, 0.7, len(creator))
    totals = np.add.reduceat(lengths, first)
    upto = np.cumsum(lengths)
    upto = (upto - np.repeat(upto[first] - lengths[first], counts)) / totals[creator]
    course, place = np.empty_like(creator), np.empty_like(creator)
    for c, (begin, count) in enumerate(zip(first.tolist(), counts.tolist(), strict=True)):
        rows = slice(begin, begin + count)
        ends = upto[rows]
        course[rows], place[rows] = _assign(rng, ends, courses, teachers, c)
        _introduce(place[rows], ends, float(days.now_quantile[c]), teachers, c)
    student, newcomer = _students(rng, creator, first, counts)
    return Enrollments(counts, first, creator, upto, course, place, student, newcomer)


def _assign(rng: np.random.Generator, when: Floats, courses: Courses, teachers: Teachers, c: int) -> tuple[Ints, Ints]:
    """The course and place of creator `c`'s enrollments: what runs then, by who teaches it."""
    n_courses, n_places = int(courses.counts[c]), int(teachers.counts[c])
    launched = np.arange(n_courses) * 0.09 * rng.random()
    popularity = (np.arange(n_courses) + 1.2) ** -0.8
    course = choose(rng, (launched <= when[:, None]) * popularity)
    places = slice(int(teachers.first[c]), int(teachers.first[c]) + n_places)
    teaches = np.where(rng.random((n_places, n_courses)) < 0.45, 1.0, 0.06)
    teaches[: STRUGGLING_RANK + 1] = 1
    active = (teachers.begins[places] <= when[:, None]) & (when[:, None] <= teachers.ends[places])
    place = choose(rng, active * teachers.weight[places] * teaches[:, course].T)
    return courses.first[c] + course, teachers.first[c] + place


def _introduce(place: Ints, ends: Floats, now_quantile: float, teachers: Teachers, c: int) -> None:
    """Give each fresh ST one short enrollment that has just begun (in place)."""
    begin = int(teachers.first[c])
    fresh = begin + np.flatnonzero(teachers.fresh[begin : begin + int(teachers.counts[c])])
    if not len(fresh):
        return
    last = min(int(np.searchsorted(ends, now_quantile)), len(ends) - 1)
    recent = np.arange(max(0, last - 14), last + 1)
    lengths = np.diff(ends, prepend=0.0)[recent]
    by_fit = recent[np.argsort(np.abs(lengths * len(ends) - 0.7), kind="stable")]
    place[by_fit[: len(fresh)]] = fresh[: len(by_fit)]


def _students(rng: np.random.Generator, creator: Ints, first: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """Who enrolls: mostly someone new, now and then a recent student, rarely another creator's."""
    total = len(creator)
    again = (rng.random(total) < 0.16) & (within(counts) > 0)
    newest = np.cumsum(~again) - 1
    newcomer = newest[first]
    recent = np.maximum(newest - rng.integers(0, 30, total), newcomer[creator])
    elsewhere = (rng.random(total) * (newest + 1)).astype(np.int64)
    return np.where(again, np.where(rng.random(total) < 0.15, elsewhere, recent), newest), newcomer
