"""The audit trail is searched by who and by what was done, at a million rows."""

from alembic import op

revision = "0032"
down_revision = "0021"

COLUMNS = ("subtype", "agent_name")


def upgrade() -> None:
    """Make the indexes."""
    for name in COLUMNS:
        op.create_index(op.f(f"ix_foundation_audit_event_{name}"), "foundation_audit_event", [name], unique=False)


def downgrade() -> None:
    """Remove the indexes."""
    for name in COLUMNS:
        op.drop_index(op.f(f"ix_foundation_audit_event_{name}"), "foundation_audit_event")
