"""Writes a demo export: draws a small world of creators, then lays it down as the export contract asks."""

import shutil
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow.parquet as pq

from warehouse.demo import tables
from warehouse.demo.bookings import draw_bookings
from warehouse.demo.cast import creator_sizes, draw_courses, draw_enrollments
from warehouse.demo.disputes import draw_disputes
from warehouse.demo.draws import Ints
from warehouse.demo.feedback import draw_assessments, draw_notes, student_ratings
from warehouse.demo.outcomes import COMPLETED, draw_outcomes
from warehouse.demo.people import draw_people
from warehouse.demo.rhythm import calendar, draw_days
from warehouse.demo.tables import CLIP_NAMES, World
from warehouse.demo.teachers import draw_teachers

Progress = Callable[[str, float], None]
_ASSESSMENT_FILES: Final = 4
_WRITERS: Final = 2


def quiet(_stage: str, _fraction: float) -> None:
    """Report no progress."""


def write_demo(
    out: Path,
    *,
    sessions: int,
    creators: int,
    seed: int,
    now: datetime | None = None,
    progress: Progress = quiet,
) -> None:
    """Write an export with `sessions` sessions of `creators` creators to the folder `out`.

    The same arguments and `now` (by default the present) give the same rows. `progress` hears a stage and the
    share of it that is done. The folder appears whole, by a rename; an earlier demo there is replaced, and
    anything else is left alone. Raises FileExistsError for such a folder, and ValueError for a `now` without
    a zone, fewer than 3 creators, or fewer than `creators` + 3 sessions.
    """
    out = Path(out).absolute()
    _refuse_to_replace(out)
    world = draw_world(sessions, creators, seed, now or datetime.now(UTC), progress)
    unfinished = out.with_name(f".{out.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        _write_world(world, unfinished, progress)
        if out.exists():
            shutil.rmtree(out)
        unfinished.rename(out)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def draw_world(sessions: int, creators: int, seed: int, now: datetime, progress: Progress = quiet) -> World:
    """Everything a demo holds, in memory; errors as for `write_demo`."""
    if now.tzinfo is None:
        raise ValueError("now needs a time zone")
    rng, cal, stage = np.random.default_rng(seed), calendar(now.astimezone(UTC)), "drawing the demo"
    progress(stage, 0)
    sizes = creator_sizes(sessions, creators)
    teachers, courses, days = draw_teachers(rng, sizes), draw_courses(rng, sizes), draw_days(rng, cal, sizes)
    enrollments = draw_enrollments(rng, days, courses, teachers)
    people = draw_people(rng, creators, teachers, enrollments)
    progress(stage, 0.2)
    bookings = draw_bookings(rng, cal, days, enrollments, teachers)
    progress(stage, 0.5)
    outcomes = draw_outcomes(rng, bookings, teachers, cal.now)
    progress(stage, 0.7)
    assessments = draw_assessments(rng, bookings, outcomes, teachers, cal.now)
    ratings = student_ratings(assessments, sessions)
    disputes = draw_disputes(rng, bookings, outcomes, ratings, cal.now)
    subject = courses.subject[enrollments.course[bookings.enrollment]]
    notes = draw_notes(rng, outcomes.status == COMPLETED, subject, bookings.place)
    progress(stage, 1)
    return World(courses, teachers, enrollments, people, bookings, outcomes, assessments, disputes, notes)


def months(start: Ints) -> Iterable[tuple[str, Ints]]:
    """Each month (UTC, `2026-11`) and the rows that start in it, by time; `start` in seconds since 1970."""
    bits = len(start).bit_length()
    order = np.sort((start // 60 << bits) | np.arange(len(start))) & ((1 << bits) - 1)
    month = start[order].astype("datetime64[s]").astype("datetime64[M]")
    edges = np.flatnonzero(np.diff(month.astype(np.int64))) + 1
    for rows in np.split(order, edges):
        yield str(start[rows[0]].astype("datetime64[s]").astype("datetime64[M]")), rows


def _write_world(world: World, folder: Path, progress: Progress) -> None:
    _write(tables.users(world), folder / "users.parquet")
    _write(tables.courses(world), folder / "courses.parquet")
    _write(tables.enrollments(world), folder / "enrollments.parquet")
    _copy_clips(folder / "recordings" / "demo")
    jobs: list[tuple[Callable[[World, Ints], Any], Ints, Path]] = [
        (tables.sessions, rows, folder / "sessions" / f"month={month}" / "part-0.parquet")
        for month, rows in months(world.bookings.start)
    ]
    chunks = np.array_split(np.arange(len(world.assessments.session)), _ASSESSMENT_FILES)
    jobs += [
        (tables.assessments, rows, folder / "session_assessments" / f"part-{part}.parquet")
        for part, rows in enumerate(chunks)
    ]
    with ThreadPoolExecutor(_WRITERS) as pool:
        for done, _ in enumerate(pool.map(lambda job: _write(job[0](world, job[1]), job[2]), jobs), start=1):
            progress("writing the demo", done / len(jobs))


def _write(table: Any, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, compression="zstd", compression_level=1, store_schema=False)


def _copy_clips(folder: Path) -> None:
    folder.mkdir(parents=True)
    for name in CLIP_NAMES:
        with as_file(files("warehouse.demo") / "clips" / f"{name}.webm") as clip:
            shutil.copyfile(clip, folder / clip.name)


def _refuse_to_replace(out: Path) -> None:
    """Only an empty folder or an earlier demo may be replaced: a real export has no demo recordings."""
    if out.exists() and any(out.iterdir()) and not (out / "recordings" / "demo").is_dir():
        raise FileExistsError(f"{out} is not empty and not a demo; remove it or choose another folder")
