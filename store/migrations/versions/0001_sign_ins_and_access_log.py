"""Sign-ins that can be ended, and the log of who saw what."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    row_id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("began_at", instant, nullable=False),
        sa.Column("ended_at", instant),
        sa.Column("id_token", sa.Text),
    )
    op.create_index("ix_sign_ins_began_at", "sign_ins", ["began_at"])
    op.create_index("ix_sign_ins_ended_at", "sign_ins", ["ended_at"])
    op.create_table(
        "access_log",
        sa.Column("id", row_id, primary_key=True, autoincrement=True),
        sa.Column("at", instant, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("viewer_id", sa.Text, nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("creator_id", sa.Text),
        sa.Column("session_id", sa.Text),
        sa.Column("once", sa.Text),
        sa.UniqueConstraint("once", name="uq_access_log_once"),
    )
    op.create_index("ix_access_log_at", "access_log", ["at", "id"])
    op.create_index("ix_access_log_account", "access_log", ["account", "at"])
    op.create_index("ix_access_log_creator_id", "access_log", ["creator_id", "at"])
