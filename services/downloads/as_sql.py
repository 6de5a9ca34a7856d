"""A question as DuckDB SQL on the parquet files of the export, to be run anywhere."""

from auth.viewer import Viewer
from queries.export_columns import chosen
from queries.exports import LIST_FOLDERS, sessions_sql
from queries.literals import literal
from queries.statement import macros_sql
from services import Question
from services.downloads.params import SqlParams
from warehouse.raw import NAMED_SQL, raw_sessions_sql

PLACEHOLDER = "/path/to/the/export"


def as_sql(export: str, viewer: Viewer, asked: Question, params: SqlParams) -> str:
    """A script: where the export lies, the macros, and one statement. Where it lies here is told to staff alone.

    Raises FilterError for columns that are not the viewer's.
    """
    columns = chosen(params.column, asked.scope)
    sql = sessions_sql(asked.scope, asked.filters, params.sort, columns, as_text=False)
    info = asked.snapshot.info
    folder = export if viewer.is_staff else PLACEHOLDER
    folders = {name for (name,) in LIST_FOLDERS.rows(asked.snapshot, {})}
    parts = [
        f"-- Sessions as shown, from the parquet files of the export; as of {info.data_as_of:%Y-%m-%d %H:%M} UTC.",
        f"SET VARIABLE export_folder = {literal(folder)};",
        "SET TimeZone = 'UTC';",
        *(f"{text.strip().replace('CREATE MACRO', 'CREATE OR REPLACE MACRO')}" for text in macros_sql()),
        *([NAMED_SQL] if info.sealed else []),
        raw_sessions_sql(info.data_as_of, sql, sealed=info.sealed, in_folders=folders),
    ]
    return "\n".join(parts) + "\n"
