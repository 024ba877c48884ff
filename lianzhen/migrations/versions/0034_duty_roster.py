"""The duty roster, and people's telephone numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0091"


def upgrade() -> None:
    """Make the table; nobody has a number yet."""
    op.add_column("registry_person", sa.Column("phone", sa.String(32), nullable=False, server_default=""))
    op.create_table(
        "registry_duty",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("specialty", sa.String(16), nullable=False),
        sa.Column("begins", sa.String(24), nullable=False),
        sa.Column("ends", sa.String(24), nullable=False),
        sa.Column("contacts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_duty")),
    )
    op.create_index("ix_registry_duty_begins", "registry_duty", ["specialty", "begins"], unique=False)


def downgrade() -> None:
    """Take it back."""
    op.drop_table("registry_duty")
    op.drop_column("registry_person", "phone")
