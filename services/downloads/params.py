"""What may be asked of an export."""

from enum import StrEnum

from pydantic import Field

from downloads.order import Format
from queries.filters import FilterParams
from queries.sessions import Sort


class ExportTable(StrEnum):
    SESSIONS = "sessions"
    STUDENT_TEACHERS = "student_teachers"
    OVER_TIME = "over_time"


class SqlParams(FilterParams):
    """Filters, order and columns of a sessions table."""

    sort: Sort = Field(Sort.SCHEDULED_START_DESC, description="Order of the sessions; a leading - is descending")
    column: list[str] = Field([], description="Columns of the sessions, in this order; repeat for several")


class ExportParams(SqlParams):
    """What to export, and how it is written."""

    format: Format = Field(description="csv (in a zip, with its manifest), xlsx, parquet or arrow")
    table: ExportTable = Field(ExportTable.SESSIONS, description="The sessions, or figures of them")
    bom: bool = Field(False, description="For csv: begin with a byte order mark, by which old spreadsheets know UTF-8")
