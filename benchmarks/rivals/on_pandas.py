"""python -m benchmarks.rivals.on_pandas EXPORT PORT: one DataFrame, merged once, then masks and groupby."""

import sys
import unicodedata
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.rivals.wire import Rows, serve_rows
from warehouse.source import Export, open_export

PAGE, FOUND = 100, 12
COLUMNS = [
    "id", "scheduled_start", "scheduled_end", "actual_minutes", "status", "course_id", "course_title",
    "student_id", "student_name", "student_avatar", "st_id", "st_name", "st_avatar", "rating", "has_recording",
    "low", "overdue", "implausible", "dispute_status", "creator_id",
]  # fmt: skip
LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ı": "i", "ħ": "h", "ŧ": "t", "ς": "σ", "ß": "ss", "æ": "ae", "œ": "oe"}
)
SUMS = ["completed", "cancelled", "no_show", "scheduled", "overdue"]


def load(export: Export) -> pd.DataFrame:
    """One row a session, with whatever its figures need worked out beforehand."""
    sessions = _read(
        export, "sessions", "id", "course_id", "student_id", "st_id", "scheduled_start", "scheduled_end",
        "actual_start", "actual_end", "status", "recording_key", "dispute_status",
    )  # fmt: skip
    courses = _read(export, "courses", "id", "title", "creator_id")
    users = _read(export, "users", "id", "name", "avatar")
    ratings = _read(export, "session_assessments", "session_id", "assessor", "rating")
    ratings = ratings.loc[ratings.assessor == "student", ["session_id", "rating"]]
    frame = sessions.merge(courses.rename(columns={"id": "course_id", "title": "course_title"}), on="course_id")
    for role in ("student", "st"):
        named = users.rename(columns={"id": f"{role}_id", "name": f"{role}_name", "avatar": f"{role}_avatar"})
        frame = frame.merge(named, on=f"{role}_id")
    frame = frame.merge(ratings, how="left", left_on="id", right_on="session_id").drop(columns="session_id")
    return _with_figures(frame, export.as_of)


def _read(export: Export, table: str, *columns: str) -> pd.DataFrame:
    paths = [str(path) for path in export.files[table]]
    return pd.read_parquet(paths, columns=list(columns), partitioning=None)


def _with_figures(frame: pd.DataFrame, as_of: datetime) -> pd.DataFrame:
    took = frame.actual_end - frame.actual_start
    booked = frame.scheduled_end - frame.scheduled_start
    for status in ("completed", "cancelled", "no_show", "scheduled"):
        frame[status] = frame.status == status
    frame["actual_minutes"] = took / pd.Timedelta(minutes=1)
    frame["implausible"] = frame.completed & ((took > timedelta(hours=12)) | (took > 3 * booked))
    frame["timed_minutes"] = frame.actual_minutes.where(frame.completed & ~frame.implausible)
    frame["counted_rating"] = frame.rating.where(frame.completed)
    frame["squared_rating"] = frame.counted_rating**2
    frame["low"] = frame.counted_rating <= 2
    frame["overdue"] = frame.scheduled & (frame.scheduled_end < as_of - timedelta(hours=24))
    frame["has_recording"] = frame.recording_key.notna()
    names = frame.student_name.drop_duplicates()
    frame["student_search"] = frame.student_name.map(dict(zip(names, map(_plain, names), strict=True)))
    for column in ("creator_id", "st_id", "status"):
        frame[column] = frame[column].astype("category")  # compared as numbers
    return frame.drop(columns=["actual_start", "actual_end", "recording_key"])


def _plain(name: str) -> str:
    split = unicodedata.normalize("NFD", name.lower())
    return "".join(char for char in split if not unicodedata.combining(char)).translate(LETTERS)


class Answers:
    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame

    async def stats(self, creator: str, previous: datetime, start: datetime, end: datetime) -> Rows:
        found = self._ranged(creator, previous, end)
        now, before = found[found.scheduled_start >= start], found[found.scheduled_start < start]
        parts = [
            *_figures("all", now, np.zeros(len(now), np.int8)),
            *_figures("previous", before, np.zeros(len(before), np.int8)),
            *_figures("st", now, "st_id"),
        ]
        return [part if part[0] == "st" else [part[0], None, None, None, *part[4:]] for part in parts]

    async def page(self, creator: str, previous: datetime, start: datetime, end: datetime) -> Rows:
        found = self._ranged(creator, start, end)
        newest = found.nlargest(PAGE, "scheduled_start", keep="all")
        newest = newest.sort_values(["scheduled_start", "id"], ascending=False).head(PAGE)
        return [
            [*(_given(value) for value in row), len(found)]
            for row in newest[COLUMNS].itertuples(index=False, name=None)
        ]

    async def students(self, creator: str, q: str) -> Rows:
        own = self._frame[self._frame.creator_id == creator]
        own = own[own.student_search.str.contains(q, regex=False)]
        people = own.groupby("student_id").agg(
            name=("student_name", "first"), avatar=("student_avatar", "first"), sessions=("id", "size"),
            search=("student_search", "first"),
        )  # fmt: skip
        people = people.reset_index().sort_values(["sessions", "search", "student_id"], ascending=[False, True, True])
        first = people.head(FOUND)[["student_id", "name", "avatar", "sessions"]]
        return [[_given(value) for value in row] for row in first.itertuples(index=False, name=None)]

    def _ranged(self, creator: str, since: datetime, end: datetime) -> pd.DataFrame:
        frame = self._frame
        return frame[(frame.creator_id == creator) & (frame.scheduled_start >= since) & (frame.scheduled_start < end)]


def _figures(part: str, own: pd.DataFrame, by: Any) -> list[list[Any]]:
    """A row for each group."""
    figures = own.groupby(by, observed=True).agg(
        st_name=("st_name", "first"), st_avatar=("st_avatar", "first"), sessions=("id", "size"),
        **{name: (name, "sum") for name in SUMS},
        timed=("timed_minutes", "count"), minutes=("timed_minutes", "sum"), median=("timed_minutes", "median"),
        implausible=("implausible", "sum"), rated=("counted_rating", "count"), ratings=("counted_rating", "sum"),
        squares=("squared_rating", "sum"), low=("low", "sum"), disputes=("dispute_status", "count"),
    )  # fmt: skip
    return [[part, *(_given(value) for value in row)] for row in figures.itertuples(name=None)]


def _given(value: Any) -> Any:
    """None for pandas' several kinds of nothing; Python's own datetimes and numbers."""
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    return value.item() if hasattr(value, "item") else value


if __name__ == "__main__":
    answers = Answers(load(open_export(Path(sys.argv[1]))))
    serve_rows(int(sys.argv[2]), answers.stats, answers.page, answers.students)
