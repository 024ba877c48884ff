"""The registry: units, devices, people, patients, orders."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "registry_knock",
        sa.Column("aet", sa.String(length=16), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("first_at", sa.String(24), nullable=False),
        sa.Column("last_at", sa.String(24), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("aet", "address", name=op.f("pk_registry_knock")),
    )
    op.create_index(op.f("ix_registry_knock_last_at"), "registry_knock", ["last_at"], unique=False)
    op.create_table(
        "registry_patient",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("issuer", sa.String(length=36), nullable=False),
        sa.Column("patient_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=192), nullable=False),
        sa.Column("sex", sa.String(length=1), nullable=True),
        sa.Column("birth_date", sa.String(length=10), nullable=True),
        sa.Column("id_card", sa.String(length=18), nullable=True),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.String(24), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_patient")),
        sa.UniqueConstraint("issuer", "patient_id"),
    )
    op.create_index(op.f("ix_registry_patient_id_card"), "registry_patient", ["id_card"], unique=False)
    op.create_table(
        "registry_unit",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("parent_id", sa.String(length=36), nullable=True),
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["registry_unit.id"],
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_unit")),
        sa.UniqueConstraint("code"),
    )
    op.create_table(
        "registry_device",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("aet", sa.String(length=16), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("modality", sa.String(length=16), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["registry_unit.id"],
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_device")),
        sa.UniqueConstraint("aet"),
    )
    op.create_table(
        "registry_order",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("accession_number", sa.String(length=16), nullable=False),
        sa.Column("issuer", sa.String(length=36), nullable=False),
        sa.Column("patient_uid", sa.String(length=36), nullable=False),
        sa.Column("item_code", sa.String(length=32), nullable=False),
        sa.Column("item_name", sa.String(length=64), nullable=False),
        sa.Column("modality", sa.String(length=16), nullable=False),
        sa.Column("body_part", sa.String(length=16), nullable=False),
        sa.Column("priority", sa.String(length=8), nullable=False),
        sa.Column("history", sa.Text(), nullable=False),
        sa.Column("requesting_unit_id", sa.String(length=36), nullable=False),
        sa.Column("requested_by", sa.String(length=64), nullable=False),
        sa.Column("requested_at", sa.String(24), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("study_instance_uid", sa.String(length=64), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_uid"],
            ["registry_patient.id"],
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_order")),
        sa.UniqueConstraint("accession_number", "issuer"),
    )
    op.create_index("ix_registry_order_requested_at", "registry_order", ["requested_at"], unique=False)
    op.create_index(
        op.f("ix_registry_order_study_instance_uid"), "registry_order", ["study_instance_uid"], unique=False
    )
    op.create_index("ix_registry_order_unit", "registry_order", ["requesting_unit_id", "requested_at"], unique=False)
    op.create_table(
        "registry_person",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=64), nullable=False),
        sa.Column("licence_number", sa.String(length=64), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["registry_unit.id"],
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_person")),
        sa.UniqueConstraint("account"),
    )


def downgrade() -> None:
    """Remove the tables."""
    for table in (
        "registry_person",
        "registry_order",
        "registry_device",
        "registry_unit",
        "registry_patient",
        "registry_knock",
    ):
        op.drop_table(table)
