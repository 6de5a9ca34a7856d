"""The store's tables: brought up to date by whoever starts, many at once, on SQLite and on PostgreSQL."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from store import Store, open_store
from store.engine import StoreError, database_url, open_engine, writing
from store.schema import migrate, migrations
from store.tables import METADATA
from tests.servers.app import ROOT
from tests.servers.web import closed_port, mute_server
from tests.store.conftest import LIFETIME

START = """
import sys
from datetime import timedelta
from pathlib import Path
from store import open_store
print("ready", flush=True)
sys.stdin.read(1)  # all begin together
open_store(sys.argv[1], Path("."), timedelta(hours=1)).close()
"""


def test_migrations_lead_to_the_tables_that_the_code_uses(store: Store) -> None:
    with store.calls.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_several_workers_may_start_at_once(database: str) -> None:
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", START, database],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(6)
    ]
    for worker in workers:
        assert worker.stdout
        assert worker.stdout.readline() == b"ready\n"
    for worker in workers:
        assert worker.stdin
        worker.stdin.write(b"x")
        worker.stdin.flush()
    complaints = [worker.communicate()[1].decode() for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * 6, complaints
    engine = open_engine(database_url(database, Path()))
    with engine.connect() as connection:
        heads = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
        assert heads == ScriptDirectory.from_config(migrations(connection)).get_heads()
    engine.dispose()


def test_a_store_is_kept_over_a_restart(database: str, tmp_path: Path) -> None:
    first = open_store(database, tmp_path, LIFETIME)
    first.sign_ins.begin("s1", "anna")
    first.sign_ins.end("s1")
    first.close()
    second = open_store(database, tmp_path, LIFETIME)
    second.sign_ins.look()
    assert second.sign_ins.is_ended("s1")
    second.close()


def test_a_migration_that_fails_leaves_nothing_behind(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def upgrade(config: object, revision: str) -> None:
        connection = config.attributes["connection"]  # type: ignore[attr-defined]
        connection.execute(text("CREATE TABLE half (id integer)"))
        connection.execute(text("SELECT nonsense"))

    monkeypatch.setattr("store.schema.command.upgrade", upgrade)
    with pytest.raises(StoreError, match="cannot be used"):
        migrate(store.calls.engine)
    assert "half" not in inspect(store.calls.engine).get_table_names()


def test_a_store_that_a_newer_version_wrote_is_left_alone(store: Store) -> None:
    with writing(store.calls.engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="newer version"):
        migrate(store.calls.engine)


@pytest.mark.parametrize(
    ("address", "wrong"),
    [
        ("mysql://somebody:secret@host/db", "must begin with postgresql://"),
        ("sqlite://", "must begin with"),
        ("not an address secret", "is not a URL"),
        ("postgresql://somebody:secret@host:port/db", "is not a URL"),
        ("sqlite:////no/such/folder/store.sqlite", "cannot be used"),
    ],
)
def test_an_address_that_cannot_be_a_store_is_named_without_its_password(
    tmp_path: Path, address: str, wrong: str
) -> None:
    with pytest.raises(StoreError, match=wrong) as raised:
        open_store(address, tmp_path, LIFETIME)
    assert "secret" not in str(raised.value)


def test_a_postgresql_that_is_not_there_is_told_of_within_seconds(tmp_path: Path) -> None:
    for server in (closed_port, mute_server):
        with server() as address, pytest.raises(StoreError, match="cannot be used"):
            open_store(f"postgresql://u:p@{address.removeprefix('http://')}/db", tmp_path, LIFETIME)
