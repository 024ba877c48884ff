"""The floor: audit trail and tasks."""

import sqlalchemy as sa
from alembic import op

from lianzhen.migrations.growing import only_grows

revision = "0001"
down_revision = None

# tables that only grow: the database itself refuses to change or remove a row
APPEND_ONLY = ("foundation_audit_event",)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "foundation_audit_event",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("recorded", sa.String(length=24), nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("subtype", sa.String(length=48), nullable=False),
        sa.Column("action", sa.String(length=1), nullable=False),
        sa.Column("outcome", sa.String(length=2), nullable=False),
        sa.Column("agent_id", sa.String(length=64), nullable=False),
        sa.Column("agent_name", sa.String(length=128), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=True),
        sa.Column("entity_type", sa.String(length=32), nullable=False),
        sa.Column("entity_id", sa.String(length=128), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_foundation_audit_event")),
        sa.UniqueConstraint("id"),
    )
    op.create_index(op.f("ix_foundation_audit_event_agent_id"), "foundation_audit_event", ["agent_id"], unique=False)
    op.create_index(op.f("ix_foundation_audit_event_entity_id"), "foundation_audit_event", ["entity_id"], unique=False)
    op.create_index(op.f("ix_foundation_audit_event_recorded"), "foundation_audit_event", ["recorded"], unique=False)
    op.create_table(
        "foundation_task",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("due_at", sa.String(24), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.String(24), nullable=True),
        sa.Column("error_code", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.String(24), nullable=False),
        sa.Column("finished_at", sa.String(24), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_foundation_task")),
    )
    op.create_index(
        "ix_foundation_task_due",
        "foundation_task",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("state = 'due'"),
        postgresql_where=sa.text("state = 'due'"),
    )
    op.create_index(
        "ix_foundation_task_running",
        "foundation_task",
        ["lease_until"],
        unique=False,
        sqlite_where=sa.text("state = 'running'"),
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_index(
        "ux_foundation_task_key",
        "foundation_task",
        ["key"],
        unique=True,
        sqlite_where=sa.text("state = 'due'"),
        postgresql_where=sa.text("state = 'due'"),
    )
    for table in APPEND_ONLY:
        only_grows(table)


def downgrade() -> None:
    """Remove the tables."""
    for table in (
        "foundation_task",
        "foundation_audit_event",
    ):
        op.drop_table(table)
