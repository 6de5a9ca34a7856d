"""The store's tables, as the newest migration leaves them; a test compares the two."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

METADATA = MetaData()
ROW_ID = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by itself in an INTEGER column only


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC: SQLite itself knows no zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Texts(TypeDecorator[tuple[str, ...]]):
    """Several texts, kept as a JSON list."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:
        return None if value is None else tuple(json.loads(value))


SIGN_INS = Table(
    "sign_ins", METADATA,
    Column("id", String(64), primary_key=True),
    Column("account", Text, nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("id_token", Text),
    Index("ix_sign_ins_began_at", "began_at"),
    Index("ix_sign_ins_ended_at", "ended_at"),
)  # fmt: skip

CALENDAR_FEEDS = Table(
    "calendar_feeds", METADATA,
    Column("id", String(32), primary_key=True),
    Column("token_hash", String(64), nullable=False),
    Column("account", Text, nullable=False),
    Column("creator_id", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("last_used_at", Instant),
    Column("revoked_at", Instant),
    UniqueConstraint("token_hash", name="uq_calendar_feeds_token_hash"),
    Index("ix_calendar_feeds_creator_id", "creator_id", "created_at"),
)  # fmt: skip

ACCESS_LOG = Table(
    "access_log", METADATA,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("account", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("viewer_id", Text, nullable=False),
    Column("role", String(32), nullable=False),
    Column("action", String(32), nullable=False),
    Column("creator_id", Text),
    Column("session_id", Text),
    Column("once", Text),
    UniqueConstraint("once", name="uq_access_log_once"),
    Index("ix_access_log_at", "at", "id"),
    Index("ix_access_log_account", "account", "at"),
    Index("ix_access_log_creator_id", "creator_id", "at"),
)  # fmt: skip


def _events(name: str) -> Table:
    """Events on their way to a receiver."""
    return Table(
        name, METADATA,
        Column("number", ROW_ID, primary_key=True, autoincrement=True),
        Column("id", String(36), nullable=False),
        Column("name", String(32), nullable=False),
        Column("at", Instant, nullable=False),
        Column("viewer_id", Text, nullable=False),
        Column("role", String(32), nullable=False),
        Column("data", Text, nullable=False),
        Column("due_at", Instant),
        Column("forwarded_at", Instant),
        Column("attempts", Integer, nullable=False),
        UniqueConstraint("id", name=f"uq_{name}_id"),
        Index(f"ix_{name}_at", "at"),
        Index(f"ix_{name}_due_at", "due_at", "number"),
    )  # fmt: skip


EVENTS = _events("events")
DECISION_EVENTS = _events("decision_events")


def _standing() -> list[Column[Any]]:
    """Where a session stands, and who brought it there."""
    return [
        Column("state", String(16), nullable=False),
        Column("outcome", String(16)),
        Column("assignee_account", Text),
        Column("assignee_name", Text),
        Column("flagged", Boolean, nullable=False),
        Column("facts", Texts, nullable=False),
        Column("at", Instant, nullable=False),
        Column("account", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("role", String(32), nullable=False),
    ]


REVIEWS = Table(
    "reviews", METADATA,
    Column("session_id", Text, primary_key=True),
    Column("creator_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("action", String(16), nullable=False),
    *_standing(),
    Column("change", BigInteger, nullable=False),
    Index("ix_reviews_change", "change"),
)  # fmt: skip

REVIEW_ENTRIES = Table(
    "review_entries", METADATA,
    Column("number", ROW_ID, primary_key=True, autoincrement=True),
    Column("session_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("action", String(16), nullable=False),
    Column("note", Text),
    Column("undoes", Integer),
    Column("request", String(36)),
    *_standing(),
    Column("change", BigInteger, nullable=False),
    Index("ix_review_entries_change", "change"),
    UniqueConstraint("session_id", "version", name="uq_review_entries_session_id_version"),
)  # fmt: skip

REVIEW_CHANGES = Table(
    "review_changes", METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
)  # fmt: skip

REVIEWERS = Table(
    "reviewers", METADATA,
    Column("account", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", String(32), nullable=False),
    Column("seen_at", Instant, nullable=False),
)  # fmt: skip


def _owner() -> list[Column[Any]]:
    """Whose something is: of an account, as whom it acts."""
    return [
        Column("account", Text, nullable=False),
        Column("viewer_id", Text, nullable=False),
        Column("role", String(32), nullable=False),
    ]


VIEWS = Table(
    "views", METADATA,
    Column("id", String(32), primary_key=True),
    *_owner(),
    Column("owner_name", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("query", Text, nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    UniqueConstraint("account", "viewer_id", "role", "name_key", name="uq_views_name"),
    Index("ix_views_role", "role", "shared"),
)  # fmt: skip

DEFAULT_VIEWS = Table(
    "default_views", METADATA,
    *_owner(),
    Column("view_id", String(32), nullable=False),
    PrimaryKeyConstraint("account", "viewer_id", "role", name="pk_default_views"),
    Index("ix_default_views_view_id", "view_id"),
)  # fmt: skip

DIGESTS = Table(
    "digests", METADATA,
    Column("id", String(32), primary_key=True),
    Column("view_id", String(32), nullable=False),
    *_owner(),
    Column("name", Text, nullable=False),
    Column("creator_id", Text),
    Column("address", Text, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("confirmed_at", Instant),
    Column("seen_at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("claim", String(32)),
    Column("attempts", Integer, nullable=False),
    UniqueConstraint("view_id", "account", "viewer_id", "role", name="uq_digests_view_id"),
    Index("ix_digests_account", "account"),
    Index("ix_digests_due_at", "due_at"),
)  # fmt: skip
