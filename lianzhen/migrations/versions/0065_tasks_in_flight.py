"""Who holds a task, and until when its message counts as sent."""

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0030"

DUE = sa.text("state = 'due'")


def upgrade() -> None:
    """Nothing is in flight at a migration."""
    op.add_column("foundation_task", sa.Column("holder", sa.String(36), nullable=True))
    op.add_column("foundation_task", sa.Column("sent_until", sa.String(24), nullable=True))
    op.create_index(
        "ix_foundation_task_sent", "foundation_task", ["sent_until"], unique=False, sqlite_where=DUE,
        postgresql_where=DUE,
    )  # fmt: skip


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_foundation_task_sent", "foundation_task")
    op.drop_column("foundation_task", "sent_until")
    op.drop_column("foundation_task", "holder")
