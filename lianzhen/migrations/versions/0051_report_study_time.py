"""When the examination was, beside an issued report: FHIR's search by date."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0020"


def upgrade() -> None:
    """Add the column."""
    op.add_column("reports_report", sa.Column("study_at", sa.String(length=16), nullable=True))


def downgrade() -> None:
    """Remove it."""
    op.drop_column("reports_report", "study_at")
