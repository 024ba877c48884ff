"""The reading queue: workitems."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "reading_queue_workitem",
        sa.Column("uid", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=11), nullable=False),
        sa.Column("priority", sa.String(length=8), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("specialty", sa.String(length=16), nullable=False),
        sa.Column("study_instance_uid", sa.String(length=64), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("unit_name", sa.String(length=64), nullable=False),
        sa.Column("patient_uid", sa.String(length=36), nullable=False),
        sa.Column("patient_id", sa.String(length=64), nullable=False),
        sa.Column("patient_name", sa.String(length=192), nullable=False),
        sa.Column("patient_sex", sa.String(length=1), nullable=True),
        sa.Column("patient_birth_date", sa.String(length=10), nullable=True),
        sa.Column("patient_age", sa.String(length=8), nullable=True),
        sa.Column("accession_number", sa.String(length=16), nullable=False),
        sa.Column("order_id", sa.String(length=36), nullable=False),
        sa.Column("modality", sa.String(length=16), nullable=False),
        sa.Column("body_part", sa.String(length=64), nullable=False),
        sa.Column("description", sa.String(length=255), nullable=False),
        sa.Column("instances", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(24), nullable=False),
        sa.Column("deadline_at", sa.String(24), nullable=False),
        sa.Column("claimed_by", sa.String(length=36), nullable=True),
        sa.Column("claimed_name", sa.String(length=64), nullable=True),
        sa.Column("claimed_at", sa.String(24), nullable=True),
        sa.Column("transaction_uid", sa.String(length=64), nullable=True),
        sa.Column("lease_until", sa.String(24), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.String(24), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("replaces", sa.String(length=64), nullable=True),
        sa.Column("replaced_by", sa.String(length=64), nullable=True),
        sa.Column("report_id", sa.String(length=36), nullable=True),
        sa.Column("excluded_person_id", sa.String(length=36), nullable=True),
        sa.Column("returned_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_reading_queue_workitem")),
    )
    op.create_index(
        "ix_reading_queue_workitem_done",
        "reading_queue_workitem",
        ["claimed_by", "ended_at"],
        unique=False,
        sqlite_where=sa.text("state = 'COMPLETED'"),
        postgresql_where=sa.text("state = 'COMPLETED'"),
    )
    op.create_index(
        "ix_reading_queue_workitem_lease",
        "reading_queue_workitem",
        ["lease_until"],
        unique=False,
        sqlite_where=sa.text("state = 'IN PROGRESS'"),
        postgresql_where=sa.text("state = 'IN PROGRESS'"),
    )
    op.create_index("ix_reading_queue_workitem_patient", "reading_queue_workitem", ["patient_uid"], unique=False)
    op.create_index(
        "ix_reading_queue_workitem_study", "reading_queue_workitem", ["study_instance_uid", "created_at"], unique=False
    )
    op.create_index(
        "ix_reading_queue_workitem_worklist",
        "reading_queue_workitem",
        ["urgency", "deadline_at", "uid"],
        unique=False,
        sqlite_where=sa.text("state IN ('SCHEDULED', 'IN PROGRESS')"),
        postgresql_where=sa.text("state IN ('SCHEDULED', 'IN PROGRESS')"),
    )
    op.create_index(
        "ux_reading_queue_workitem_open",
        "reading_queue_workitem",
        ["study_instance_uid", "kind"],
        unique=True,
        sqlite_where=sa.text("state IN ('SCHEDULED', 'IN PROGRESS')"),
        postgresql_where=sa.text("state IN ('SCHEDULED', 'IN PROGRESS')"),
    )
    op.create_index(
        "ux_reading_queue_workitem_replaces",
        "reading_queue_workitem",
        ["replaces"],
        unique=True,
        sqlite_where=sa.text("replaces IS NOT NULL"),
        postgresql_where=sa.text("replaces IS NOT NULL"),
    )


def downgrade() -> None:
    """Remove the tables."""
    for table in ("reading_queue_workitem",):
        op.drop_table(table)
