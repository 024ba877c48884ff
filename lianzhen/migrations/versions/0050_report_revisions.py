"""What is being done to an issued report, and versions found by the digest that a QR code carries."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0065"


def upgrade() -> None:
    """Add the columns and the indexes."""
    op.add_column("reports_report", sa.Column("revision", sa.String(length=16), nullable=True))
    op.add_column("reports_report", sa.Column("revision_reason", sa.Text(), nullable=True))
    op.add_column("reports_report", sa.Column("issued_reason", sa.Text(), nullable=True))
    op.create_index("ix_reports_report_issued_at", "reports_report", ["issued_at"], unique=False)
    op.create_index("ix_reports_version_sha256", "reports_version", ["sha256"], unique=False)


def downgrade() -> None:
    """Remove them."""
    op.drop_index("ix_reports_version_sha256", "reports_version")
    op.drop_index("ix_reports_report_issued_at", "reports_report")
    op.drop_column("reports_report", "issued_reason")
    op.drop_column("reports_report", "revision_reason")
    op.drop_column("reports_report", "revision")
