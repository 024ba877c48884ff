"""Reports: drafts, versions, signatures, renditions, deliveries."""

import sqlalchemy as sa
from alembic import op

from lianzhen.migrations.growing import only_grows

revision = "0005"
down_revision = "0004"

# tables that only grow: the database itself refuses to change or remove a row
APPEND_ONLY = (
    "reports_version",
    "reports_signature",
    "reports_rendition",
)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "reports_delivery",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("report_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("target", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("owed_at", sa.String(24), nullable=False),
        sa.Column("delivered_at", sa.String(24), nullable=True),
        sa.Column("read_at", sa.String(24), nullable=True),
        sa.Column("read_by", sa.String(length=36), nullable=True),
        sa.Column("read_by_name", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports_delivery")),
    )
    op.create_index("ix_reports_delivery_inbox", "reports_delivery", ["unit_id", "id"], unique=False)
    op.create_index(
        "ix_reports_delivery_unread",
        "reports_delivery",
        ["unit_id", "id"],
        unique=False,
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_index("ux_reports_delivery_once", "reports_delivery", ["report_id", "number", "unit_id"], unique=True)
    op.create_table(
        "reports_draft",
        sa.Column("workitem_uid", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.String(24), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("author_name", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("workitem_uid", name=op.f("pk_reports_draft")),
    )
    op.create_table(
        "reports_rendition",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("report_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("profile", sa.String(length=16), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.String(24), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports_rendition")),
    )
    op.create_index("ix_reports_rendition_version", "reports_rendition", ["report_id", "number"], unique=False)
    op.create_table(
        "reports_report",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("study_instance_uid", sa.String(length=64), nullable=False),
        sa.Column("order_id", sa.String(length=36), nullable=False),
        sa.Column("patient_uid", sa.String(length=36), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("requesting_unit_id", sa.String(length=36), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("issued_number", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.String(24), nullable=False),
        sa.Column("issued_at", sa.String(24), nullable=True),
        sa.Column("patient", sa.Text(), nullable=True),
        sa.Column("title", sa.String(length=128), nullable=True),
        sa.Column("modality", sa.String(length=16), nullable=True),
        sa.Column("accession_number", sa.String(length=64), nullable=True),
        sa.Column("impression", sa.Text(), nullable=True),
        sa.Column("positive", sa.Boolean(), nullable=True),
        sa.Column("writer", sa.String(length=64), nullable=True),
        sa.Column("reviewer", sa.String(length=64), nullable=True),
        sa.Column("search", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports_report")),
        sa.UniqueConstraint("study_instance_uid"),
    )
    op.create_index(op.f("ix_reports_report_patient_uid"), "reports_report", ["patient_uid"], unique=False)
    op.create_table(
        "reports_signature",
        sa.Column("report_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("signer_id", sa.String(length=36), nullable=False),
        sa.Column("signer_name", sa.String(length=64), nullable=False),
        sa.Column("algorithm", sa.String(length=32), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("certificate", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at", sa.String(24), nullable=False),
        sa.PrimaryKeyConstraint("report_id", "number", "role", name=op.f("pk_reports_signature")),
    )
    op.create_table(
        "reports_stray",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("study_instance_uid", sa.String(length=64), nullable=False),
        sa.Column("workitem_uid", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=48), nullable=False),
        sa.Column("kept_at", sa.String(24), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("author_name", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports_stray")),
    )
    op.create_index(op.f("ix_reports_stray_study_instance_uid"), "reports_stray", ["study_instance_uid"], unique=False)
    op.create_index(
        "ux_reports_stray_text", "reports_stray", ["study_instance_uid", "author_id", "digest"], unique=True
    )
    op.create_table(
        "reports_version",
        sa.Column("report_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("canonical", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("base_number", sa.Integer(), nullable=True),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("changed_share", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("report_id", "number", name=op.f("pk_reports_version")),
    )
    for table in APPEND_ONLY:
        only_grows(table)


def downgrade() -> None:
    """Remove the tables."""
    for table in (
        "reports_version",
        "reports_stray",
        "reports_signature",
        "reports_report",
        "reports_rendition",
        "reports_draft",
        "reports_delivery",
    ):
        op.drop_table(table)
