"""Figures by Student-Teacher and over time as tables of columns."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import date
from typing import Any, get_type_hints

import pyarrow as pa

from queries.models import Bucket, Figures, Interval, Person, StFigures
from warehouse.extract import Content

TYPES: dict[Any, pa.DataType] = {
    int: pa.int64(),
    bool: pa.bool_(),
    date: pa.date32(),
    float: pa.float64(),
    float | None: pa.float64(),
}


def as_table(rows: Sequence[Figures], kind: type[StFigures | Bucket]) -> pa.Table:
    """One row each, whoever or whenever it is of first, then figures; an interval gives two columns, its ends."""
    hints = get_type_hints(kind)
    own = [field.name for field in fields(kind) if field.name not in Figures.__dataclass_fields__]
    names = [*own, *Figures.__dataclass_fields__]
    columns = dict(column for name in names for column in _columns(name, hints[name], rows))
    return pa.table(columns)


def contents(table: pa.Table) -> dict[str, Content]:
    is_text = pa.types.is_string
    return {field.name: Content.TEXT if is_text(field.type) else Content.PLAIN for field in table.schema}


def _columns(name: str, hint: Any, rows: Sequence[Figures]) -> Iterator[tuple[str, pa.Array]]:
    values = [getattr(row, name) for row in rows]
    if hint is Person:
        yield f"{name}_id", pa.array([person.id for person in values], pa.string())
        yield name, pa.array([person.name for person in values], pa.string())
    elif hint == Interval | None:
        stem = name.removesuffix("_interval")
        for end, place in (("low", 0), ("high", 1)):
            yield f"{stem}_{end}", pa.array([value and value[place] for value in values], pa.float64())
    else:
        yield name, pa.array(values, TYPES[hint])
