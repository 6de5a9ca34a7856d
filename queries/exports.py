"""The statement that gives all rows of a sessions table, to be run elsewhere."""

from collections.abc import Sequence

from queries.export_columns import Column
from queries.filters import SessionFilters
from queries.literals import inlined
from queries.scope import Scope
from queries.sessions import OrderBy, Sort
from queries.statement import filter_values, load
from warehouse.extract import Content

EXPORT_SESSIONS = load("export_sessions")
LIST_FOLDERS = load("list_folders")


def sessions_sql(scope: Scope, filters: SessionFilters, sort: Sort, columns: Sequence[Column], *, as_text: bool) -> str:
    """The statement without parameters. `as_text`: instants as text, UTC as RFC 3339, for a format without types."""
    selected = ", ".join(_selected(column, as_text) for column in columns)
    values = filter_values(scope, filters) | {"zone": str(filters.zone)}
    sql, bound = EXPORT_SESSIONS.replacing("columns", selected).bound(values, OrderBy[sort.name])
    return inlined(sql, bound)


def _selected(column: Column, as_text: bool) -> str:
    expression = _expression(column, as_text)
    return column.name if expression == column.name else f"{expression} AS {column.name}"


def _expression(column: Column, as_text: bool) -> str:
    if not as_text or column.content not in (Content.UTC, Content.LOCAL):
        return column.sql
    text = f"({column.sql})::VARCHAR"
    return f"replace({text}, ' ', 'T') || 'Z'" if column.content is Content.UTC else text
