"""Reviews: where each session stands, the whole history, and the decisions on their way to the platform."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "reviews",
        sa.Column("session_id", sa.Text, primary_key=True),
        sa.Column("creator_id", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        *_standing(),
        sa.Column("change", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_reviews_change", "reviews", ["change"])
    op.create_table(
        "review_entries",
        _number(),
        sa.Column("session_id", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("undoes", sa.Integer),
        sa.Column("request", sa.String(36)),
        *_standing(),
        sa.Column("change", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("session_id", "version", name="uq_review_entries_session_id_version"),
    )
    op.create_index("ix_review_entries_change", "review_entries", ["change"])
    changes = op.create_table(
        "review_changes",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger, nullable=False),
    )
    op.bulk_insert(changes, [{"id": 1, "number": 0}])
    op.create_table(
        "reviewers",
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
    )
    _create_decision_events()


def _number() -> sa.Column[int]:
    number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    return sa.Column("number", number, primary_key=True, autoincrement=True)


def _standing() -> list[sa.Column[object]]:
    return [
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("outcome", sa.String(16)),
        sa.Column("assignee_account", sa.Text),
        sa.Column("assignee_name", sa.Text),
        sa.Column("flagged", sa.Boolean, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
    ]


def _create_decision_events() -> None:
    op.create_table(
        "decision_events",
        _number(),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("viewer_id", sa.Text, nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("forwarded_at", sa.DateTime(timezone=True)),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.UniqueConstraint("id", name="uq_decision_events_id"),
    )
    op.create_index("ix_decision_events_at", "decision_events", ["at"])
    op.create_index("ix_decision_events_due_at", "decision_events", ["due_at", "number"])
