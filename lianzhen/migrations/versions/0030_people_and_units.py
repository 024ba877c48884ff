"""People's qualification, units' level, credit code and agreements, devices' character set and limits."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0006"

NEW = (
    ("registry_unit", sa.Column("level", sa.String(16), nullable=False, server_default="township")),
    ("registry_unit", sa.Column("credit_code", sa.String(18), nullable=True)),
    ("registry_device", sa.Column("character_set", sa.String(16), nullable=False, server_default="GB18030")),
    ("registry_device", sa.Column("limits", sa.Text(), nullable=False, server_default="{}")),
    ("registry_person", sa.Column("licence_until", sa.String(10), nullable=True)),
    ("registry_person", sa.Column("practising_since", sa.String(10), nullable=True)),
)


def upgrade() -> None:
    """Add what is missing; a lead hospital is of county level."""
    for table, column in NEW:
        op.add_column(table, column)
    op.execute("UPDATE registry_unit SET level = 'county' WHERE kind = 'lead'")
    op.create_index("ix_registry_unit_credit_code", "registry_unit", ["credit_code"], unique=True)
    op.create_table(
        "registry_agreement",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("unit_id", sa.String(36), nullable=False),
        sa.Column("number", sa.String(64), nullable=False),
        sa.Column("valid_from", sa.String(10), nullable=False),
        sa.Column("valid_until", sa.String(10), nullable=True),
        sa.Column("specialties", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["registry_unit.id"]),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_agreement")),
    )
    op.create_index(op.f("ix_registry_agreement_unit_id"), "registry_agreement", ["unit_id"], unique=False)


def downgrade() -> None:
    """Take it back."""
    op.drop_table("registry_agreement")
    op.drop_index("ix_registry_unit_credit_code", "registry_unit")
    for table, column in reversed(NEW):
        op.drop_column(table, column.name)
