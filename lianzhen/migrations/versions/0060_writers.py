"""The number of each writing connection's last transaction (PostgreSQL), and an audit number without a sequence."""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0010"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "foundation_writer",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(24), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_foundation_writer")),
    )
    if op.get_context().dialect.name == "postgresql":  # the chain numbers its rows itself
        op.execute("ALTER TABLE foundation_audit_event ALTER seq DROP DEFAULT, ALTER seq TYPE bigint")
        op.execute("DROP SEQUENCE foundation_audit_event_seq_seq")


def downgrade() -> None:
    """Remove the table."""
    op.drop_table("foundation_writer")
