"""Patients' share links, and hospital systems' tickets."""

import sqlalchemy as sa
from alembic import op

revision = "0091"
down_revision = "0041"


def upgrade() -> None:
    """Two tables."""
    op.create_table(
        "recognition_share",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("token_digest", sa.String(64), nullable=False),
        sa.Column("code_digest", sa.String(64), nullable=False),
        sa.Column("report_id", sa.String(36), nullable=False),
        sa.Column("unit_id", sa.String(36), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("made_name", sa.String(64), nullable=False),
        sa.Column("made_at", sa.String(24), nullable=False),
        sa.Column("until", sa.String(24), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.String(24), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_recognition_share"),
        sa.UniqueConstraint("token_digest"),
    )
    op.create_index("ix_recognition_share_report_id", "recognition_share", ["report_id"])
    op.create_table(
        "recognition_ticket",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("order_id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("system", sa.String(128), nullable=False),
        sa.Column("until", sa.String(24), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_recognition_ticket"),
    )
    op.create_index("ix_recognition_ticket_until", "recognition_ticket", ["until"])


def downgrade() -> None:
    """Take them back."""
    op.drop_table("recognition_ticket")
    op.drop_table("recognition_share")
