"""Reports: the second profile's signature beside the first, and a doctor's second key."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0022"
_CURRENT = sa.text("replaced_at IS NULL AND certificate IS NOT NULL")


def upgrade() -> None:
    """One more column; one current key for each algorithm."""
    op.add_column("reports_signature", sa.Column("sm2", sa.LargeBinary(), nullable=True))
    op.drop_index("ux_reports_key_current", table_name="reports_key")
    op.create_index(
        "ux_reports_key_current",
        "reports_key",
        ["person_id", "algorithm"],
        unique=True,
        sqlite_where=_CURRENT,
        postgresql_where=_CURRENT,
    )
