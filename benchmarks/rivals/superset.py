"""Apache Superset over the export's files by DuckDB: what its charts ask, of its own server in an environment apart."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.bare import COLUMNS, FIGURES
from benchmarks.handwritten import VIEW
from benchmarks.rivals.asked import FOUND, Asked, answered, check_rows
from benchmarks.rivals.on_parquet import JOINED
from benchmarks.server import HOST, free_port, wait_until_healthy
from warehouse.source import Export

REQUIREMENTS = Path(__file__).with_name("superset.txt")
INSTALLING_SECONDS, STARTING_SECONDS = 600, 120
ADMIN = ("admin", "admin")
CONFIG = """
SECRET_KEY = {key!r}
SQLALCHEMY_DATABASE_URI = "sqlite:///{home}/superset.db"
WTF_CSRF_ENABLED = TALISMAN_ENABLED = PREVENT_UNSAFE_DB_CONNECTIONS = False
"""
LABELS = [f"f{number}" for number in range(len(FIGURES.split(",")))]


class Superset:
    """Signed in, with the joined view as a dataset."""

    def __init__(self, port: int, database: Path) -> None:
        self._connection = HTTPConnection(HOST, port)
        self._headers = {"Content-Type": "application/json"}
        user, password = ADMIN
        token = self._post("/api/v1/security/login", username=user, password=password, provider="db")["access_token"]
        self._headers["Authorization"] = f"Bearer {token}"
        extra = json.dumps({"engine_params": {"connect_args": {"read_only": True}}})
        made = self._post(
            "/api/v1/database/", database_name="export", sqlalchemy_uri=f"duckdb:///{database}", extra=extra
        )
        self._dataset = self._post("/api/v1/dataset/", database=made["id"], schema="main", table_name="joined")["id"]

    def ask(self, asked: Asked) -> bytes:
        body = {
            "datasource": {"id": self._dataset, "type": "table"}, "force": True, "queries": _queries(asked),
            "result_format": "json", "result_type": "results",
        }  # fmt: skip
        return answered(self._connection, "POST", "/api/v1/chart/data", json.dumps(body), self._headers)

    def check(self, asked: Asked, answer: Any) -> None:
        check_rows(asked, self._rows(asked), answer)

    def _rows(self, asked: Asked) -> Sequence[Sequence[Any]]:
        results = [result["data"] for result in json.loads(self.ask(asked))["result"]]
        if asked.what == "stats":
            return [
                [part, row.get("st_id"), row.get("st_name"), row.get("st_avatar"), *(row[label] for label in LABELS)]
                for part, rows in zip(("all", "previous", "st"), results, strict=True)
                for row in rows
            ]
        if asked.what == "students":
            return [[row[name] for name in ("student_id", "student_name", "student_avatar", "n")] for row in results[0]]
        [page, [counted]] = results
        return [_page_row(row, counted["n"]) for row in page]

    def _post(self, path: str, **body: Any) -> Any:
        return json.loads(answered(self._connection, "POST", path, json.dumps(body), self._headers))


def _page_row(row: dict[str, Any], count: int) -> list[Any]:
    id_, start, end, *cells = (row[label] for label in _page_columns())
    return [id_, *(datetime.fromtimestamp(ms / 1000, UTC).isoformat() for ms in (start, end)), *cells, count]


def _page_columns() -> dict[str, Any]:
    """By label: a column of the dataset, or an expression."""
    columns: dict[str, Any] = {}
    for part in COLUMNS.replace("2, false", "2; false").split(","):
        sql = part.strip().removesuffix(" AT TIME ZONE 'UTC'").replace(";", ",")
        if sql.isidentifier():
            columns[sql] = sql
        else:
            columns["low"] = _metric(sql, "low")
    return columns


def _queries(asked: Asked) -> list[dict[str, Any]]:
    own = f"creator_id = '{asked.creator}'"
    at = {name: f"TIMESTAMPTZ '{instant.isoformat()}'" for name, instant in asked.bounds().items()}
    ranged = f"{own} AND scheduled_start >= {at['start']} AND scheduled_start < {at['end']}"
    before = f"{own} AND scheduled_start >= {at['previous']} AND scheduled_start < {at['start']}"
    count = _metric("count(*)", "n")
    if asked.what == "stats":
        figures = [part.strip().replace("FILTER (", "FILTER (WHERE ") for part in FIGURES.split(",")]
        metrics = [_metric(sql, label) for sql, label in zip(figures, LABELS, strict=True)]
        by_st = _query(ranged, columns=["st_id", "st_name", "st_avatar"], metrics=metrics)
        return [_query(ranged, columns=[], metrics=metrics), _query(before, columns=[], metrics=metrics), by_st]
    if asked.what == "page":
        newest = [["scheduled_start", False], ["id", False]]
        return [
            _query(ranged, columns=list(_page_columns().values()), orderby=newest, row_limit=100),
            _query(ranged, columns=[], metrics=[count]),
        ]
    most = [[count, False], ["student_search", True], ["student_id", True]]
    people = ["student_id", "student_name", "student_avatar", "student_search"]
    found = f"{own} AND contains(student_search, '{asked.word}')"
    return [_query(found, columns=people, metrics=[count], orderby=most, row_limit=FOUND)]


def _query(where: str, **given: Any) -> dict[str, Any]:
    return {"extras": {"where": where}, "row_limit": 10_000, **given}


def _metric(sql: str, label: str) -> dict[str, str]:
    return {"expressionType": "SQL", "sqlExpression": sql, "label": label}


def installed(environment: Path) -> Path | None:
    """Superset's folder of programs, installed where there is none yet; None where that fails."""
    programs = environment.resolve() / "bin"
    if not (programs / "superset").exists():
        print(f"installing Superset into {environment}", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        command = [str(programs / "pip"), "install", "--quiet", "--requirement", str(REQUIREMENTS)]
        try:
            subprocess.run(command, check=True, timeout=INSTALLING_SECONDS)
        except (subprocess.SubprocessError, OSError) as error:
            print(f"Superset is not measured: {error}", file=sys.stderr)
            return None
    return programs


@contextmanager
def running_superset(programs: Path, export: Export, home: Path) -> Iterator[Superset]:
    """Its server until the block ends, one worker of eight threads; all that it writes is in `home`."""
    home = home.resolve()
    (home / "superset_config.py").write_text(CONFIG.format(key=secrets.token_urlsafe(32), home=home))
    database = home / "export.duckdb"
    with duckdb.connect(str(database)) as con:
        for table, paths in export.files.items():
            con.execute(VIEW.format(table=table, paths=[str(path) for path in paths]))
        con.execute(JOINED.format(as_of=export.as_of.isoformat()))
    config = str(home / "superset_config.py")
    environment = os.environ | {"SUPERSET_CONFIG_PATH": config, "FLASK_APP": "superset", "HOME": str(home), "TZ": "UTC"}
    user, password = ADMIN
    admin = f"--username {user} --password {password} --firstname a --lastname b --email a@example.com".split()
    with (home / "log").open("wb") as log:
        for command in (["db", "upgrade"], ["fab", "create-admin", *admin], ["init"]):
            subprocess.run([programs / "superset", *command], env=environment, check=True, stdout=log, stderr=log)
        port = free_port()
        process = subprocess.Popen(
            [programs / "gunicorn", "-k", "gthread", "--threads", "8", "-b", f"{HOST}:{port}", "--timeout", "600",
             "--keep-alive", "600", "superset.app:create_app()"], env=environment, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            wait_until_healthy(process, port, "/health", STARTING_SECONDS)
            yield Superset(port, database)
        finally:
            process.terminate()
            process.wait()
