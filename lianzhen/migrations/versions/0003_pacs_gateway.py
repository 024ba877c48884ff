"""The gateway: studies, series, instances, quarantine."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "pacs_gateway_instance",
        sa.Column("sop_instance_uid", sa.String(length=256), nullable=False),
        sa.Column("came_as", sa.String(length=256), nullable=True),
        sa.Column("series_instance_uid", sa.String(length=256), nullable=False),
        sa.Column("study_instance_uid", sa.String(length=256), nullable=False),
        sa.Column("sop_class_uid", sa.String(length=256), nullable=False),
        sa.Column("transfer_syntax_uid", sa.String(length=256), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("columns", sa.Integer(), nullable=False),
        sa.Column("frames", sa.Integer(), nullable=False),
        sa.Column("bits_allocated", sa.Integer(), nullable=False),
        sa.Column("photometric", sa.String(length=32), nullable=False),
        sa.Column("has_pixels", sa.Boolean(), nullable=False),
        sa.Column("received_at", sa.String(24), nullable=False),
        sa.Column("aet", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=True),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("header", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sop_instance_uid", name=op.f("pk_pacs_gateway_instance")),
    )
    op.create_index(
        "ix_pacs_gateway_instance_came_as",
        "pacs_gateway_instance",
        ["came_as"],
        unique=False,
        sqlite_where=sa.text("came_as IS NOT NULL"),
        postgresql_where=sa.text("came_as IS NOT NULL"),
    )
    op.create_index(op.f("ix_pacs_gateway_instance_digest"), "pacs_gateway_instance", ["digest"], unique=False)
    op.create_index(
        "ix_pacs_gateway_instance_series", "pacs_gateway_instance", ["series_instance_uid", "number"], unique=False
    )
    op.create_index(
        op.f("ix_pacs_gateway_instance_study_instance_uid"),
        "pacs_gateway_instance",
        ["study_instance_uid"],
        unique=False,
    )
    op.create_table(
        "pacs_gateway_quarantine",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("received_at", sa.String(24), nullable=False),
        sa.Column("last_at", sa.String(24), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("aet", sa.String(length=64), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("sop_instance_uid", sa.String(length=256), nullable=False),
        sa.Column("study_instance_uid", sa.String(length=256), nullable=False),
        sa.Column("header", sa.Text(), nullable=False),
        sa.Column("ours", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pacs_gateway_quarantine")),
        sa.UniqueConstraint("digest", "code", "unit_id"),
    )
    op.create_index(
        op.f("ix_pacs_gateway_quarantine_received_at"), "pacs_gateway_quarantine", ["received_at"], unique=False
    )
    op.create_table(
        "pacs_gateway_series",
        sa.Column("series_instance_uid", sa.String(length=256), nullable=False),
        sa.Column("study_instance_uid", sa.String(length=256), nullable=False),
        sa.Column("modality", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("description", sa.String(length=512), nullable=False),
        sa.Column("body_part", sa.String(length=64), nullable=False),
        sa.Column("performed_date", sa.String(length=32), nullable=False),
        sa.Column("performed_time", sa.String(length=32), nullable=False),
        sa.Column("instance_count", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.String(24), nullable=False),
        sa.Column("header", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("series_instance_uid", name=op.f("pk_pacs_gateway_series")),
    )
    op.create_index(
        op.f("ix_pacs_gateway_series_study_instance_uid"), "pacs_gateway_series", ["study_instance_uid"], unique=False
    )
    op.create_table(
        "pacs_gateway_study",
        sa.Column("study_instance_uid", sa.String(length=256), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("requesting_unit_id", sa.String(length=36), nullable=False),
        sa.Column("patient_uid", sa.String(length=36), nullable=False),
        sa.Column("patient_id", sa.String(length=256), nullable=False),
        sa.Column("patient_name", sa.String(length=512), nullable=False),
        sa.Column("name_key", sa.String(length=520), nullable=False),
        sa.Column("patient_sex", sa.String(length=16), nullable=False),
        sa.Column("patient_birth_date", sa.String(length=32), nullable=False),
        sa.Column("accession_number", sa.String(length=64), nullable=False),
        sa.Column("study_id", sa.String(length=64), nullable=False),
        sa.Column("study_date", sa.String(length=32), nullable=False),
        sa.Column("study_time", sa.String(length=32), nullable=False),
        sa.Column("description", sa.String(length=512), nullable=False),
        sa.Column("referring_key", sa.String(length=520), nullable=False),
        sa.Column("body_part", sa.String(length=64), nullable=False),
        sa.Column("modalities", sa.String(length=256), nullable=False),
        sa.Column("series_count", sa.Integer(), nullable=False),
        sa.Column("instance_count", sa.Integer(), nullable=False),
        sa.Column("told_count", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("received_at", sa.String(24), nullable=False),
        sa.Column("last_at", sa.String(24), nullable=False),
        sa.Column("ready_at", sa.String(24), nullable=True),
        sa.Column("order_id", sa.String(length=36), nullable=True),
        sa.Column("priority", sa.String(length=8), nullable=False),
        sa.Column("flags", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("header", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("study_instance_uid", name=op.f("pk_pacs_gateway_study")),
    )
    op.create_index(
        op.f("ix_pacs_gateway_study_accession_number"), "pacs_gateway_study", ["accession_number"], unique=False
    )
    op.create_index(op.f("ix_pacs_gateway_study_patient_id"), "pacs_gateway_study", ["patient_id"], unique=False)
    op.create_index(op.f("ix_pacs_gateway_study_patient_uid"), "pacs_gateway_study", ["patient_uid"], unique=False)
    op.create_index(
        "ix_pacs_gateway_study_recent", "pacs_gateway_study", ["received_at", "study_instance_uid"], unique=False
    )
    op.create_index(op.f("ix_pacs_gateway_study_study_date"), "pacs_gateway_study", ["study_date"], unique=False)
    op.create_index("ix_pacs_gateway_study_unit", "pacs_gateway_study", ["unit_id", "received_at"], unique=False)


def downgrade() -> None:
    """Remove the tables."""
    for table in (
        "pacs_gateway_study",
        "pacs_gateway_series",
        "pacs_gateway_quarantine",
        "pacs_gateway_instance",
    ):
        op.drop_table(table)
