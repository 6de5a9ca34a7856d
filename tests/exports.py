"""Small exports for tests: one valid one by default, and what a test changes in it."""

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

Row = Mapping[str, Any]

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
AS_OF = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
INSTANT = pa.timestamp("us", tz="UTC")
SCHEMAS = {
    "sessions": pa.schema(
        [
            *((name, pa.string()) for name in ("id", "course_id", "enrollment_id", "student_id", "st_id")),
            *((name, INSTANT) for name in ("scheduled_start", "scheduled_end", "actual_start", "actual_end")),
            *((name, pa.string()) for name in ("status", "notes", "recording_key")),
            *((name, pa.string()) for name in ("dispute_status", "dispute_reason")),
            ("dispute_opened_at", INSTANT),
        ]
    ),
    "users": pa.schema([(name, pa.string()) for name in ("id", "name", "avatar")]),
    "courses": pa.schema([(name, pa.string()) for name in ("id", "title", "creator_id")]),
    "enrollments": pa.schema([(name, pa.string()) for name in ("id", "course_id", "student_id")]),
    "session_assessments": pa.schema(
        [
            *((name, pa.string()) for name in ("session_id", "assessor")),
            ("rating", pa.int8()),
            ("comment", pa.string()),
            ("created_at", INSTANT),
        ]
    ),
}
DEFAULTS: dict[str, Row] = {
    "sessions": {
        "id": "s1",
        "course_id": "k1",
        "enrollment_id": "e1",
        "student_id": "u1",
        "st_id": "t1",
        "scheduled_start": START,
        "scheduled_end": START + timedelta(hours=1),
        "actual_start": None,
        "actual_end": None,
        "status": "completed",
    },
    "users": {"id": "u1", "name": "Ulf Ullmann"},
    "courses": {"id": "k1", "title": "Knots", "creator_id": "c1"},
    "enrollments": {"id": "e1", "course_id": "k1", "student_id": "u1"},
    "session_assessments": {"session_id": "s1", "assessor": "student", "rating": 4, "created_at": START},
}
ROWS: dict[str, Sequence[Row]] = {
    "sessions": [
        {"actual_start": START, "actual_end": START + timedelta(minutes=50)},
        {"id": "s2", "status": "scheduled", "enrollment_id": None},
    ],
    "users": [
        {},
        {"id": "t1", "name": "Tove Tind"},
        {"id": "c1", "name": "Cleo Castro"},
        {"id": "c2", "name": "Cem Can"},
    ],
    "courses": [{}, {"id": "k2", "title": "Kites", "creator_id": "c2"}],
    "enrollments": [{}],
    "session_assessments": [{}, {"assessor": "st", "rating": 5}],
}


def session(number: int, **changes: Any) -> dict[str, Any]:
    """One valid session row, `number` its id and the day on which it starts."""
    start = START + timedelta(days=number)
    return {"id": f"s{number}", "scheduled_start": start, "scheduled_end": start + timedelta(hours=1), **changes}


def arrow_table(name: str, rows: Sequence[Row] | None = None) -> Any:
    """Rows of one table with the contract's types; what a row leaves out comes from DEFAULTS."""
    rows = ROWS[name] if rows is None else rows
    return pa.Table.from_pylist([{**DEFAULTS[name], **row} for row in rows], SCHEMAS[name])


def write_table(path: Path, table: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path)
    return path


def write_export(folder: Path, *, as_of: datetime = AS_OF, **tables: Any) -> Path:
    """A valid export of two sessions in `folder`, but for the tables given: rows, an arrow table, or None for none.

    Its files were last written at `as_of`, which is the data's as-of time.
    """
    for name in SCHEMAS:
        given = tables.pop(name, ROWS[name])
        if given is not None:
            write_table(folder / f"{name}.parquet", given if isinstance(given, pa.Table) else arrow_table(name, given))
    assert not tables, f"no such tables: {', '.join(tables)}"
    written_at(folder, as_of)
    return folder


def written_at(folder: Path, when: datetime) -> None:
    """Set when the files of an export were last written."""
    for path in folder.rglob("*.parquet"):
        os.utime(path, (when.timestamp(), when.timestamp()))


def retyped(table: Any, kind: Any, *columns: str) -> Any:
    """The arrow table with these columns cast to `kind`."""
    for name in columns:
        at = table.schema.get_field_index(name)
        table = table.set_column(at, name, table.column(name).cast(kind))
    return table


def all_null(table: Any, *columns: str) -> Any:
    """The arrow table with these columns of Arrow's null type."""
    for name in columns:
        table = table.set_column(table.schema.get_field_index(name), name, pa.nulls(len(table)))
    return table
