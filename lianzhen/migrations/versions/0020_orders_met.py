"""Which order each study met, and how."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0040"


def upgrade() -> None:
    """One row a study; studies that are linked already met their order by its accession number."""
    op.create_table(
        "pacs_gateway_match",
        sa.Column("study_instance_uid", sa.String(256), nullable=False),
        sa.Column("unit_id", sa.String(36), nullable=False),
        sa.Column("order_id", sa.String(36), nullable=True),
        sa.Column("how", sa.String(16), nullable=True),
        sa.Column("doubt", sa.String(24), nullable=True),
        sa.Column("candidates", sa.Text(), nullable=False),
        sa.Column("by_person", sa.Boolean(), nullable=False),
        sa.Column("decided_by", sa.String(64), nullable=False),
        sa.Column("decided_name", sa.String(128), nullable=False),
        sa.Column("decided_at", sa.String(24), nullable=False),
        sa.PrimaryKeyConstraint("study_instance_uid", name="pk_pacs_gateway_match"),
    )
    op.create_index("ix_pacs_gateway_match_waiting", "pacs_gateway_match", ["doubt", "decided_at"])
    study = sa.table(
        "pacs_gateway_study", *(sa.column(name) for name in ("study_instance_uid", "unit_id", "order_id", "last_at"))
    )
    match = sa.table("pacs_gateway_match", *(sa.column(name) for name in (*_COPIED, *_SAID)))
    said = [sa.literal("accession"), sa.literal("[]"), sa.false(), sa.literal("lianzhen"), sa.literal("联诊")]
    linked = sa.select(study.c.study_instance_uid, study.c.unit_id, study.c.order_id, study.c.last_at, *said)
    op.execute(match.insert().from_select([*_COPIED, *_SAID], linked.where(study.c.order_id.is_not(None))))


_COPIED = ("study_instance_uid", "unit_id", "order_id", "decided_at")
_SAID = ("how", "candidates", "by_person", "decided_by", "decided_name")


def downgrade() -> None:
    """Take it back."""
    op.drop_table("pacs_gateway_match")
