"""Second factors and their recovery codes."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "web_factor",
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("pending", sa.LargeBinary(), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("enrolled_at", sa.String(24), nullable=True),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_web_factor")),
    )
    op.create_table(
        "web_recovery",
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "digest", name=op.f("pk_web_recovery")),
    )


def downgrade() -> None:
    """Remove the tables."""
    op.drop_table("web_recovery")
    op.drop_table("web_factor")
