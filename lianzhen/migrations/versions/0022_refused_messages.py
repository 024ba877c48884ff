"""Refused messages kept whole until somebody has settled them; which system may speak for which unit."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0090"


def upgrade() -> None:
    """Four columns and a table."""
    op.add_column("registry_message", sa.Column("body", sa.LargeBinary()))
    op.add_column("registry_message", sa.Column("settled_at", sa.String(24)))
    op.add_column("registry_message", sa.Column("settled_name", sa.String(64)))
    op.add_column("registry_message", sa.Column("note", sa.Text()))
    op.create_table(
        "registry_sender",
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("unit_id", sa.String(36), nullable=False),
        sa.Column("admitted_name", sa.String(64), nullable=False),
        sa.Column("admitted_at", sa.String(24), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["registry_unit.id"]),
        sa.PrimaryKeyConstraint("address", "unit_id", name="pk_registry_sender"),
    )


def downgrade() -> None:
    """Take them back."""
    op.drop_table("registry_sender")
    for name in ("note", "settled_name", "settled_at", "body"):
        op.drop_column("registry_message", name)
