"""What an export's tables, formats, orders and columns are called."""

from layouts.language import counted, marked
from layouts.language import gettext as _
from layouts.words import SORT_LABELS

TABLE_TITLES = {
    "sessions": marked("Export sessions"),
    "student_teachers": marked("Export figures by Student-Teacher"),
    "over_time": marked("Export figures over time"),
}
FORMAT_LABELS = {
    "csv": marked("CSV"),
    "xlsx": marked("Excel workbook"),
    "parquet": marked("Parquet"),
    "arrow": marked("Arrow IPC"),
}
# For whom each format is.
FORMATS = {
    "csv": marked("Opens everywhere. A zip, with a manifest that says what the file holds."),
    "xlsx": marked("To read, filter and pass on; slow with many rows."),
    "parquet": marked("For pandas, DuckDB and Spark: small, with types."),
    "arrow": marked("For pandas, Polars and R: read without parsing."),
}
EXPORT_SORTS = {
    **SORT_LABELS,
    "-student": marked("Student, Z to A"),
    "-st": marked("Student-Teacher, Z to A"),
    "-course": marked("Course, Z to A"),
    "status": marked("By status"),
    "-status": marked("By status, reversed"),
    "recording": marked("Without a recording first"),
    "-recording": marked("With a recording first"),
}
UTC, LOCAL = "_utc", "_local"
# Instants are two columns, by the clocks of UTC and of the zone; here they are one.
COLUMN_LABELS = {
    "id": marked("Session"),
    "scheduled_start": marked("Booked start"),
    "scheduled_end": marked("Booked end"),
    "actual_duration": marked("Actual minutes"),
    "status": marked("Status"),
    "course_id": marked("Course, id"),
    "course": marked("Course"),
    "student_id": marked("Student, id"),
    "student": marked("Student"),
    "st_id": marked("Student-Teacher, id"),
    "st": marked("Student-Teacher"),
    "rating": marked("Student's rating"),
    "has_recording": marked("Has a recording"),
    "low_rating": marked("Low rating"),
    "overdue": marked("Overdue"),
    "implausible_duration": marked("Implausible duration"),
    "dispute_status": marked("Dispute, status"),
    "creator_id": marked("Creator, id"),
    "creator": marked("Creator"),
    "student_avatar": marked("Student's picture"),
    "st_avatar": marked("Student-Teacher's picture"),
    "enrollment_id": marked("Enrolment"),
    "scheduled_duration": marked("Booked minutes"),
    "actual_start": marked("Actual start"),
    "actual_end": marked("Actual end"),
    "st_rating": marked("Student-Teacher's rating"),
    "dispute_opened_at": marked("Dispute opened"),
    "student_comment": marked("Student's comment"),
    "st_comment": marked("Student-Teacher's comment"),
    "notes": marked("Session notes"),
    "dispute_reason": marked("Dispute, reason"),
}


def column_label(name: str) -> str:
    """In the page's words, for a name as the file has it."""
    instant = name.removesuffix(UTC).removesuffix(LOCAL)
    label = _(COLUMN_LABELS[instant])
    if name.endswith(UTC):
        return _("{instant}, in UTC", instant=label)
    return _("{instant}, local time", instant=label) if name.endswith(LOCAL) else label


def counted_rows(table: str, rows: int) -> str:
    """How many there are in all, in the words of the table."""
    if not rows:
        return _("No rows: the file will name its columns only")
    if table == "sessions":
        return counted(rows, "{count} session in all", "All {count} sessions, not only those loaded")
    if table == "student_teachers":
        return counted(rows, "{count} Student-Teacher in all", "All {count} Student-Teachers")
    return counted(rows, "{count} row in all", "All {count} rows")
