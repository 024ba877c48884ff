"""Reports: the doctors' keys, the signing windows."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0060"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "reports_key",
        sa.Column("kid", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("person_name", sa.String(length=64), nullable=False),
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("custody", sa.String(length=16), nullable=False),
        sa.Column("algorithm", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.String(24), nullable=False),
        sa.Column("certificate", sa.LargeBinary(), nullable=True),
        sa.Column("issuers", sa.Text(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("not_before", sa.String(24), nullable=True),
        sa.Column("not_after", sa.String(24), nullable=True),
        sa.Column("replaced_at", sa.String(24), nullable=True),
        sa.Column("revoked_at", sa.String(24), nullable=True),
        sa.Column("revocation_reason", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_reports_key")),
    )
    op.create_index(op.f("ix_reports_key_person_id"), "reports_key", ["person_id"], unique=False)
    op.create_index(
        "ux_reports_key_current",
        "reports_key",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("replaced_at IS NULL AND certificate IS NOT NULL"),
        postgresql_where=sa.text("replaced_at IS NULL AND certificate IS NOT NULL"),
    )
    op.create_table(
        "reports_signing_window",
        sa.Column("session_id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("kid", sa.String(length=32), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.String(24), nullable=False),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_reports_signing_window")),
    )
    op.create_index(op.f("ix_reports_signing_window_person_id"), "reports_signing_window", ["person_id"], unique=False)
