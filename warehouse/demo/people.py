"""The user table: creators first, then STs, then students, named as people of many places are."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.demo.cast import Enrollments
from warehouse.demo.draws import Ints, Mask
from warehouse.demo.names import AWKWARD_NAMES, FIRST_CREATOR, FIRST_STS, first_and_last_names
from warehouse.demo.teachers import Teachers


@dataclass(frozen=True, slots=True)
class People:
    """`names` (users) by number: creators, then STs from `sts` on, then students from `students` on."""

    names: Any
    sts: int
    students: int


def draw_people(rng: np.random.Generator, creators: int, teachers: Teachers, enrollments: Enrollments) -> People:
    """Name everyone; awkward names go to a few students of each creator, an ST of most and some creators."""
    n_sts, n_students = int(teachers.person.max()) + 1, int(enrollments.student.max()) + 1
    names = _ordinary(rng, creators + n_sts + n_students)
    awkward = np.full(len(names), -1, dtype=np.int64)
    numbers = np.arange(creators)
    awkward[:creators] = np.where(numbers % 9 == 4, numbers * 7 % len(AWKWARD_NAMES), -1)
    named = (teachers.rank == 3) & (teachers.creator > 0) & (teachers.creator % 5 < 4)
    awkward[creators + teachers.person[named]] = teachers.creator[named] * 5 % len(AWKWARD_NAMES)
    awkward[creators + n_sts :] = _awkward_students(n_students, enrollments.newcomer)
    names = _replace(names, awkward >= 0, pa.array(AWKWARD_NAMES).take(pa.array(awkward[awkward >= 0])))
    mask, known = np.zeros(len(names), dtype=np.bool_), [FIRST_CREATOR]
    mask[0] = True
    places = int(teachers.counts[0])
    ranks = np.arange(places)[: len(FIRST_STS)]
    mask[creators + teachers.person[ranks]] = True
    known += [FIRST_STS[-1] if rank == places - 1 else FIRST_STS[rank] for rank in ranks.tolist()]
    return People(_replace(names, mask, pa.array(known)), creators, creators + n_sts)


def _ordinary(rng: np.random.Generator, count: int) -> Any:
    """First and last names; two people in three have both from the same region."""
    firsts, lasts, region = first_and_last_names()
    first = rng.integers(0, len(firsts), count)
    own = first // region * region + rng.integers(0, region, count)
    last = np.where(rng.random(count) < 0.67, own, rng.integers(0, len(lasts), count))
    given, family = pa.array(firsts).take(pa.array(first)), pa.array(lasts).take(pa.array(last))
    return pc.binary_join_element_wise(given, family, " ")


def _awkward_students(students: int, newcomer: Ints) -> Ints:
    """An index into the awkward names for each student, -1 for most; evenly spread."""
    counts = np.diff(newcomer, append=students)
    creator = np.repeat(np.arange(len(newcomer)), counts)
    place = np.arange(students) - newcomer[creator]
    stride = np.maximum(25, counts // len(AWKWARD_NAMES))[creator]
    index = (place // stride + creator * 5) % len(AWKWARD_NAMES)
    return np.where(place % stride == stride // 2, index, -1)


def _replace(names: Any, mask: Mask, others: Any) -> Any:
    return pc.replace_with_mask(names, pa.array(mask), others)
