"""One patient of another unit, opened to a person for a time: by recognition, or by breaking the glass."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0051"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "registry_grant",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.String(64), nullable=False),
        sa.Column("person_name", sa.String(64), nullable=False),
        sa.Column("unit_id", sa.String(36), nullable=False),
        sa.Column("basis", sa.String(16), nullable=False),
        sa.Column("patient_uid", sa.String(36), nullable=False),
        sa.Column("issuer", sa.String(36), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.String(24), nullable=False),
        sa.Column("until", sa.String(24), nullable=False),
        sa.Column("reviewed_at", sa.String(24), nullable=True),
        sa.Column("reviewed_by", sa.String(64), nullable=True),
        sa.Column("justified", sa.Boolean(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_grant")),
    )
    op.create_index(op.f("ix_registry_grant_patient_uid"), "registry_grant", ["patient_uid"], unique=False)
    op.create_index(op.f("ix_registry_grant_opened_at"), "registry_grant", ["opened_at"], unique=False)
    op.create_index("ix_registry_grant_person", "registry_grant", ["person_id", "until"], unique=False)


def downgrade() -> None:
    """Remove the table."""
    op.drop_table("registry_grant")
