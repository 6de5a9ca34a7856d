"""From what is asked to what is written: rows, columns, and the manifest that says what they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

import pyarrow as pa

from auth.viewer import CreatorScope, Viewer
from downloads.order import SUFFIXES, Extract, Format, Table
from queries import stats
from queries.export_columns import Column, chosen
from queries.exports import sessions_sql
from queries.figure_columns import meanings
from queries.filters import FilterError, SessionFilters
from queries.models import Bucket, StFigures
from queries.periods import Moment, RangePreset
from queries.sessions import count_sessions
from queries.statement import macros_sql
from services import Question
from services.downloads.figures import as_table, contents
from services.downloads.params import ExportParams, ExportTable, SqlParams
from warehouse.extract import Content

Query = list[tuple[str, str]]
NEUTRAL = (
    "an apostrophe stands before text that a spreadsheet would run as a formula;"
    " Parquet and Arrow have the text as it is"
)


@dataclass(frozen=True, slots=True)
class Places:
    """Where things are: the server's origin, and the path of the page."""

    origin: str
    page_path: str


@dataclass(frozen=True, slots=True)
class Ordered:
    """A table to write, and what of it a person would recognise it by."""

    table: Table
    rows: Extract | pa.Table
    file_name: str
    filters: Mapping[str, Any]


def order(viewer: Viewer, asked: Question, params: ExportParams, places: Places) -> Ordered:
    """Raises FilterError for columns that are not the viewer's, or are of another table."""
    if params.table is not ExportTable.SESSIONS and params.column:
        raise FilterError("column", "columns can be chosen of the table of sessions only")
    if params.bom and params.format is not Format.CSV:
        raise FilterError("bom", "only csv has a byte order mark")
    creator = whose(asked.scope)
    rows, count, kinds, means = _rows(asked, params)
    query = _resolved(asked.filters, params)
    told = _told(asked)
    manifest = {
        "what": "Session History: " + params.table.value.replace("_", " "),
        "rows": count,
        "creator": creator,
        "filters": told,
        "zone": str(asked.filters.zone),
        **({"sort": params.sort.value} if params.table is ExportTable.SESSIONS else {}),
        "data_as_of": _wire(asked.snapshot.info.data_as_of),
        "snapshot": asked.snapshot.info.fingerprint,
        "low_rating_setting": asked.filters.low_rating,
        "view_url": _view_url(viewer, creator, query, params, places),
        "export_url": _export_url(creator, query, params, list(kinds), places),
        **({"cells": NEUTRAL} if params.format in (Format.CSV, Format.XLSX) else {}),
        "definitions": means,
    }
    table = Table(
        params.table.value, params.format, kinds, count, asked.snapshot.info.data_as_of, manifest, bom=params.bom
    )
    return Ordered(table, rows, _file_name(params, asked), told)


def whose(scope: CreatorScope) -> str:
    """As in an address: a creator's id, or `all`."""
    return "all" if scope.all_creators else str(scope.creator_id)


def _rows(asked: Question, params: ExportParams) -> tuple[Extract | pa.Table, int, dict[str, Content], dict[str, str]]:
    """The rows, how many, and of each column what it holds and means."""
    if params.table is ExportTable.SESSIONS:
        columns = chosen(params.column, asked.scope)
        count = count_sessions(asked.snapshot, asked.scope, asked.filters)
        kinds = {column.name: column.content for column in columns}
        return _extract(asked, params, columns), count, kinds, {column.name: column.meaning for column in columns}
    if params.table is ExportTable.STUDENT_TEACHERS:
        by_st = stats.get_stats(asked.snapshot, asked.scope, asked.filters, asked.clock).by_st
        table = as_table(by_st, StFigures)
    else:
        over_time = stats.list_over_time(asked.snapshot, asked.scope, asked.filters, asked.clock)
        table = as_table(over_time.buckets, Bucket)
    known = meanings()
    return table, table.num_rows, contents(table), {name: known[name] for name in table.column_names}


def _extract(asked: Question, params: ExportParams, columns: list[Column]) -> Extract:
    as_text = params.format is Format.CSV
    sql = sessions_sql(asked.scope, asked.filters, params.sort, columns, as_text=as_text)
    return Extract(asked.snapshot.path, tuple(macros_sql()), sql)


def _resolved(filters: SessionFilters, params: SqlParams) -> Query:
    """The filters as parameters that mean the same tomorrow: no named range, and the zone that was taken."""
    period = filters.period
    bounds = {"from": period.first or period.start, "to": period.last or period.end}
    dumped = params.model_dump(mode="json", by_alias=True, exclude_none=True)
    kept = {name: dumped[name] for name in FILTERS if dumped.get(name) not in (None, [])}
    days = {name: _wire(moment) for name, moment in bounds.items() if moment} or {"range": RangePreset.ALL.value}
    named = {**kept, **days, "tz": str(filters.zone)}
    return [(name, _value(one)) for name, value in named.items() for one in _several(value)]


FILTERS = (
    "course_id", "st_id", "student_id", "student_q", "status", "rating_min", "rating_max", "rated", "timed", "flag",
)  # fmt: skip


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _value(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _told(asked: Question) -> dict[str, Any]:
    """The filters in words: ids with the names that they stand for."""
    filters = asked.filters
    period = filters.period

    def names(field: str, ids: tuple[str, ...]) -> list[str]:
        return [f"{asked.chosen.get((field, id_), id_)} ({id_})" for id_ in ids]

    told = {
        "from": _wire(period.first or period.start),
        "to": _wire(period.last or period.end),
        "course": names("course_id", filters.course_ids),
        "Student-Teacher": names("st_id", filters.st_ids),
        "student": names("student_id", (filters.student_id,) if filters.student_id else ()),
        "student's name holds": filters.student_q,
        "status": [status.value for status in filters.statuses],
        "rating from": filters.rating_min,
        "rating to": filters.rating_max,
        "rated": filters.rated,
        "timed": filters.timed,
        "any of the flags": [flag.value for flag in filters.flags],
    }
    return {name: value for name, value in told.items() if value not in (None, [])}


def _wire(moment: Moment | None) -> str | None:
    if isinstance(moment, datetime):
        return moment.isoformat().replace("+00:00", "Z")
    return moment.isoformat() if moment else None


def _view_url(viewer: Viewer, creator: str, query: Query, params: ExportParams, places: Places) -> str:
    of = [("creator", creator)] if viewer.is_staff and creator != viewer.widest else []
    return f"{places.origin}{places.page_path}?{urlencode([*of, *query, ('sort', params.sort.value)])}"


def _export_url(creator: str, query: Query, params: ExportParams, columns: list[str], places: Places) -> str:
    of_sessions: Query = []
    if params.table is ExportTable.SESSIONS:
        of_sessions = [("sort", params.sort.value), *(("column", name) for name in columns)]
    how = [("format", params.format.value), ("table", params.table.value), *([("bom", "true")] if params.bom else [])]
    path = f"/api/creators/{quote(creator, safe='')}/sessions/export"
    return f"{places.origin}{path}?{urlencode([*how, *query, *of_sessions])}"


def _file_name(params: ExportParams, asked: Question) -> str:
    period = asked.filters.period
    zone = asked.filters.zone
    days = [period.first or period.start, period.last or period.end]
    words = [_day(moment.astimezone(zone) if isinstance(moment, datetime) else moment) for moment in days if moment]
    return "_".join([params.table.value.replace("_", "-"), *words]) + SUFFIXES[params.format]


def _day(moment: Any) -> str:
    return f"{moment:%Y-%m-%d}"
