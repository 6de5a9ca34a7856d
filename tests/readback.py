"""Exported files as others read them, each row as a mapping of the same values."""

import csv
import io
import json
import subprocess
import unicodedata
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl.utils.escape import unescape

Row = dict[str, Any]
TEXTS = ("id", "course_id", "course", "student_id", "student", "st_id", "st", "creator_id")
NUMBERS = ("actual_duration", "rating")
TRUTHS = {"=TRUE()": True, "=FALSE()": False}  # as LibreOffice saves them
FLAGS = ("has_recording", "low_rating", "overdue", "implausible_duration")


def expected(session: Mapping[str, Any], zone: str) -> Row:
    """A session of the REST list as a row of an export."""
    start, end = (datetime.fromisoformat(session[name]) for name in ("scheduled_start", "scheduled_end"))
    local = ZoneInfo(zone)
    return {
        "id": session["id"],
        "scheduled_start_utc": start,
        "scheduled_start_local": start.astimezone(local).replace(tzinfo=None),
        "scheduled_end_utc": end,
        "scheduled_end_local": end.astimezone(local).replace(tzinfo=None),
        "actual_duration": session["actual_duration"],
        "status": session["status"],
        "course_id": session["course"]["id"],
        "course": session["course"]["title"],
        **{key: session[who][part] for who in ("student", "st") for key, part in ((f"{who}_id", "id"), (who, "name"))},
        **{name: session[name] for name in ("rating", *FLAGS, "dispute_status", "creator_id")},
    }


def harmless(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would run it, by another rule than the program's."""
    rest = text.lstrip("'")
    skipped = list(takewhile(lambda char: (ord(char) <= 0xA0 and not char.isprintable()) or _is_unseen(char), rest))
    next_ = rest[len(skipped) : len(skipped) + 1]
    runs = "\t" in skipped or "\r" in skipped or next_ in tuple("=+-@＝＋－＠")
    return f"'{text}" if runs else text


def _is_unseen(char: str) -> bool:
    return unicodedata.category(char) in ("Zs", "Zl", "Zp", "Cf")


def in_spreadsheet(row: Row) -> Row:
    return {name: harmless(value) if name in TEXTS else value for name, value in row.items()}


def by_pandas(content: bytes) -> list[Row]:
    """Rows of the CSV in a zip."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open("sessions.csv") as file:
        frame = pd.read_csv(file, dtype=str, keep_default_na=False, na_values=[], lineterminator=None)
    return [_from_text(row) for row in frame.to_dict("records")]


def by_csv_module(content: bytes) -> list[Row]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        text = archive.read("sessions.csv").decode("utf-8-sig")
    return [_from_text(row) for row in csv.DictReader(io.StringIO(text, newline=""), strict=True)]


def _from_text(row: Mapping[str, str]) -> Row:
    found: Row = dict(row)
    for name in ("scheduled_start_utc", "scheduled_end_utc", "scheduled_start_local", "scheduled_end_local"):
        found[name] = datetime.fromisoformat(row[name])
    for name in NUMBERS:
        found[name] = float(row[name]) if row[name] else None
    for name in FLAGS:
        found[name] = {"true": True, "false": False}[row[name]]
    found["dispute_status"] = row["dispute_status"] or None
    return found


def by_openpyxl(path: Path, sheet: str = "Sessions") -> list[Row]:
    """Rows of a workbook's sheet; a formula among its cells is an error."""
    book = openpyxl.load_workbook(path)
    names, *rows = book[sheet].iter_rows()
    assert {cell.value for row in rows for cell in row if cell.data_type == "f"} <= set(TRUTHS)
    return [_from_cells({str(name.value): cell.value for name, cell in zip(names, row, strict=True)}) for row in rows]


def _from_cells(row: Row) -> Row:
    found = {name: unescape(value) if isinstance(value, str) else value for name, value in row.items()}
    found |= {name: TRUTHS.get(found[name], found[name]) for name in FLAGS}
    for name in ("scheduled_start_utc", "scheduled_end_utc"):
        found[name] = found[name].replace(tzinfo=UTC)
    for name in TEXTS:
        found[name] = found[name] or ""
    return found


def by_duckdb(path: Path) -> list[Row]:
    """Rows of a Parquet file."""
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        table = con.sql(f"FROM read_parquet('{path}')").to_arrow_table()
    rows: list[Row] = table.to_pylist()
    return rows


def by_arrow(content: bytes) -> list[Row]:
    rows: list[Row] = pa.ipc.open_file(content).read_all().to_pylist()
    return rows


def by_libreoffice(path: Path, out: Path) -> Path:
    """The file as LibreOffice reads it, saved as a workbook. A CSV's cells are read as they are typed in."""
    reading = ["--infilter=CSV:44,34,UTF8,1,,1033,false,true,false,false"] if path.suffix == ".csv" else []
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{out}/profile", *reading]
    subprocess.run(
        [*command, "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(out), str(path)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return out / f"{path.stem}.xlsx"


def manifest_of(format_: str, content: bytes) -> dict[str, Any]:
    """What a file says of itself; of a workbook the README's lines."""
    if format_ == "csv":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _json(archive.read("manifest.json"))
    if format_ == "parquet":
        return _json(pq.read_metadata(io.BytesIO(content)).metadata[b"session_history"])
    if format_ == "arrow":
        opened = pa.ipc.open_file(content)
        last = opened.get_batch_with_custom_metadata(opened.num_record_batches - 1)
        return _json(last.custom_metadata[b"session_history"])
    readme = openpyxl.load_workbook(io.BytesIO(content), read_only=True)["README"]
    return dict(list(readme.iter_rows(values_only=True))[1:])


def _json(text: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found
