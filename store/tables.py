"""The store's tables, as the newest migration leaves them; a test compares the two."""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
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

EVENTS = Table(
    "events", METADATA,
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
    UniqueConstraint("id", name="uq_events_id"),
    Index("ix_events_at", "at"),
    Index("ix_events_due_at", "due_at", "number"),
)  # fmt: skip
