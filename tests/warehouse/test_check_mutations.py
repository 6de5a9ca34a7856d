"""Whatever is done to one column of a valid export, the check names it and nothing is published."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exports import SCHEMAS, START, arrow_table, write_export
from warehouse.build import build_snapshot
from warehouse.contract import TABLES, Column, ExportError, Table
from warehouse.source import open_export

Change = Callable[[Any, Column, int], Any]


def replaced(table: Any, column: Column, row: int, value: Any) -> Any:
    rows = table.to_pylist()
    rows[row % len(rows)][column.name] = value
    return pa.Table.from_pylist(rows, table.schema)


def dropped(table: Any, column: Column, row: int) -> Any:
    return table.drop_columns([column.name])


def emptied(table: Any, column: Column, row: int) -> Any:
    return replaced(table, column, row, None)


def of_another_type(table: Any, column: Column, row: int) -> Any:
    wrong = pa.array([START.replace(tzinfo=None)] * len(table), pa.timestamp("us"))
    return table.set_column(table.schema.get_field_index(column.name), column.name, wrong)


def unknown(table: Any, column: Column, row: int) -> Any:
    return replaced(table, column, row, "nobody’s")


def out_of_range(table: Any, column: Column, row: int) -> Any:
    return replaced(table, column, row, 6 + row)


def doubled(table: Any, column: Column, row: int) -> Any:
    return pa.concat_tables([table, table.slice(row % len(table), 1)])


def changes_of(table: Table, column: Column) -> list[Change]:
    changes: list[Change] = [dropped, of_another_type]
    if not column.null:
        changes.append(emptied)
    if column.values or column.refers_to:
        changes.append(unknown)
    if column.name == "rating":
        changes.append(out_of_range)
    if column.name in table.key:
        changes.append(doubled)
    return changes


MUTATIONS = [
    (table, column, change) for table in TABLES for column in table.columns for change in changes_of(table, column)
]


@given(mutation=st.sampled_from(MUTATIONS), row=st.integers(0, 9))
@settings(max_examples=20, deadline=None)
def test_a_mutated_export_is_refused_for_the_column_that_was_changed(
    mutation: tuple[Table, Column, Change], row: int
) -> None:
    table, column, change = mutation
    with tempfile.TemporaryDirectory() as folder:
        mutated = {table.name: change(arrow_table(table.name), column, row)}
        export, out = write_export(Path(folder) / "export", **mutated), Path(folder) / "out"
        with pytest.raises(ExportError) as caught:
            build_snapshot(open_export(export), out)
        assert (f"{table.name}.parquet", column.name) in {
            (problem.file, name) for problem in caught.value.problems for name in (problem.column or "").split(", ")
        }
        assert not out.exists()


@given(
    order=st.fixed_dictionaries({name: st.permutations(schema.names) for name, schema in SCHEMAS.items()}),
    split=st.integers(0, 2),
)
@settings(max_examples=5, deadline=None)
def test_columns_in_any_order_and_rows_in_any_split_into_files_are_published(
    order: dict[str, list[str]], split: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        export, out = Path(folder) / "export", Path(folder) / "out"
        write_export(export, **{name: arrow_table(name).select(columns) for name, columns in order.items()})
        for name in SCHEMAS:
            whole = arrow_table(name).select(order[name])
            (export / f"{name}.parquet").unlink()
            for number, part in enumerate((whole.slice(0, split), whole.slice(split).select(SCHEMAS[name].names))):
                write_export(
                    export / name / f"part={number}",
                    **{other: None for other in SCHEMAS if other != name} | {name: part},
                )
        assert build_snapshot(open_export(export), out).is_file()
