"""Saved views, who begins with which, and who is mailed a digest of one."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "views",
        sa.Column("id", sa.String(32), primary_key=True),
        *_owner(),
        sa.Column("owner_name", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_key", sa.Text, nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("shared", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("account", "viewer_id", "role", "name_key", name="uq_views_name"),
    )
    op.create_index("ix_views_role", "views", ["role", "shared"])
    op.create_table(
        "default_views",
        *_owner(),
        sa.Column("view_id", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("account", "viewer_id", "role", name="pk_default_views"),
    )
    op.create_index("ix_default_views_view_id", "default_views", ["view_id"])
    _create_digests()


def _owner() -> list[sa.Column[object]]:
    return [
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("viewer_id", sa.Text, nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
    ]


def _create_digests() -> None:
    op.create_table(
        "digests",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("view_id", sa.String(32), nullable=False),
        *_owner(),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("creator_id", sa.Text),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("claim", sa.String(32)),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.UniqueConstraint("view_id", "account", "viewer_id", "role", name="uq_digests_view_id"),
    )
    op.create_index("ix_digests_account", "digests", ["account"])
    op.create_index("ix_digests_due_at", "digests", ["due_at"])
