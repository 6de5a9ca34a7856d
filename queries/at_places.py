"""Rows of sessions by their places in the table: those that lie together are kept, block by block."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from queries.statement import load
from warehouse.snapshot import Row, Snapshot

BLOCK = 4096  # rows: some days of a very large creator, most of a typical one, 750 KB
NEAR = 20_000
# A block is a creator's, whatever the filters: other questions about the same creator read the same blocks.
OF_BLOCK = ("all_creators", "creator_id", "low_rating")
LIST_BLOCK = load("list_sessions_at", kept=True).replacing("at_places", "true")
# Asked of each row, which is quicker to plan than a join, and slower where there are many rows to ask.
LIST_FEW_AT = load("list_sessions_at", kept=True).replacing("at_places", "list_contains($places, rowid)")
LIST_MANY_AT = load("list_sessions_at", kept=True).replacing("at_places", "rowid IN (SELECT unnest($places::BIGINT[]))")


def rows_at(snapshot: Snapshot, values: Mapping[str, Any], places: Sequence[int]) -> list[Row]:
    """The rows at these places of the table, in the order of the places, which must be some that `values` find."""
    if not places:
        return []
    first, last = min(places), max(places)
    apart = last - first + 1
    if apart == len(places) and not values["all_creators"]:
        rows = _in_blocks(snapshot, values, first, last)
    else:
        statement = LIST_FEW_AT if apart <= NEAR else LIST_MANY_AT
        asked = {**values, "places": list(places), "first_place": first, "last_place": last}
        rows = statement.rows(snapshot, asked)
    found = {row[0]: row[1:] for row in rows}
    return [found[place] for place in places]


def _in_blocks(snapshot: Snapshot, values: Mapping[str, Any], first: int, last: int) -> list[Row]:
    """One creator's rows from `first` to `last`, and perhaps others between them, each with its place."""
    creator = {name: values[name] for name in OF_BLOCK}
    rows: list[Row] = []
    for begin in range(first // BLOCK * BLOCK, last + 1, BLOCK):
        block = LIST_BLOCK.table(snapshot, creator | {"first_place": begin, "last_place": begin + BLOCK - 1})
        places = block.column(0).to_numpy()
        found = np.flatnonzero((places >= first) & (places <= last))
        if len(found):
            rows += _rows(block.slice(found[0], found[-1] - found[0] + 1))
    return rows


def _rows(table: pa.Table) -> list[Row]:
    """As a cursor fetches them. numpy is quicker than pyarrow, and has no null among numbers."""
    columns = [
        column.to_pylist()
        if column.null_count and pa.types.is_primitive(column.type)
        else column.to_numpy(zero_copy_only=False).tolist()
        for column in table.columns
    ]
    return list(zip(*columns, strict=True))
