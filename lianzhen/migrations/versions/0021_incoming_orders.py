"""Orders of hospital systems under their own numbers, and the record of messages."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0031"


def upgrade() -> None:
    """Two tables."""
    op.create_table(
        "registry_incoming",
        sa.Column("unit_id", sa.String(36), nullable=False),
        sa.Column("system", sa.String(128), nullable=False),
        sa.Column("number", sa.String(64), nullable=False),
        sa.Column("order_id", sa.String(36), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.String(24), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["registry_order.id"]),
        sa.PrimaryKeyConstraint("unit_id", "system", "number", name="pk_registry_incoming"),
    )
    op.create_index("ix_registry_incoming_order_id", "registry_incoming", ["order_id"])
    op.create_table(
        "registry_message",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("at", sa.String(24), nullable=False),
        sa.Column("last_at", sa.String(24), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(8), nullable=False),
        sa.Column("unit_id", sa.String(36), nullable=False),
        sa.Column("sender", sa.String(64), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("control_id", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("code", sa.String(8), nullable=False),
        sa.Column("error", sa.String(64), nullable=False),
        sa.Column("field", sa.String(64), nullable=False),
        sa.Column("zh", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_registry_message"),
        sa.UniqueConstraint("channel", "sender", "control_id", "digest"),
    )
    op.create_index("ix_registry_message_last_at", "registry_message", ["last_at"])


def downgrade() -> None:
    """Take them back."""
    op.drop_table("registry_message")
    op.drop_table("registry_incoming")
