"""Analytics events, and what became of each."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "events",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("viewer_id", sa.Text, nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("due_at", instant),
        sa.Column("forwarded_at", instant),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.UniqueConstraint("id", name="uq_events_id"),
    )
    op.create_index("ix_events_at", "events", ["at"])
    op.create_index("ix_events_due_at", "events", ["due_at", "number"])
