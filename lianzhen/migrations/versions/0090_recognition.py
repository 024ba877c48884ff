"""Recognition: results, device quality control, offers, the ledger, notices; orders that wait for a decision."""

import sqlalchemy as sa
from alembic import op

from lianzhen.migrations.growing import only_grows

revision = "0090"
down_revision = "0033"

TABLES = ("result", "quality", "offer", "ledger", "notice")


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False)


def _results() -> None:
    op.create_table(
        "recognition_result",
        _text("report_id", 36),
        sa.Column("number", sa.Integer(), nullable=False),
        _text("status", 20),
        _text("patient_uid", 36),
        _text("study_instance_uid", 64),
        _text("unit_id", 36),
        _text("item_code", 32),
        _text("item_name", 128),
        _text("modality", 16),
        _text("examined_on", 10),
        sa.Column("devices", sa.Text(), nullable=False),
        _text("mark", 16),
        _text("mark_level", 16),
        _text("mark_missing", 32),
        _text("updated_at", 24),
        sa.PrimaryKeyConstraint("report_id", name="pk_recognition_result"),
    )
    op.create_index("ix_recognition_result_patient", "recognition_result", ["patient_uid", "examined_on"])
    op.create_table(
        "recognition_quality",
        _text("id", 36),
        _text("device_id", 36),
        _text("kind", 16),
        _text("certificate", 128),
        _text("valid_from", 10),
        _text("valid_until", 10),
        _text("entered_by", 64),
        _text("entered_name", 64),
        _text("entered_at", 24),
        sa.Column("ended_on", sa.String(10), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_recognition_quality"),
    )
    op.create_index("ix_recognition_quality_device_id", "recognition_quality", ["device_id"])


def _offers() -> None:
    op.create_table(
        "recognition_offer",
        _text("id", 36),
        _text("order_id", 36),
        _text("unit_id", 36),
        _text("patient_uid", 36),
        _text("item_code", 32),
        _text("item_version", 36),
        sa.Column("candidates", sa.Text(), nullable=False),
        sa.Column("emergency", sa.Boolean(), nullable=False),
        _text("offered_at", 24),
        _text("state", 16),
        sa.Column("decided_at", sa.String(24), nullable=True),
        _text("decided_by", 64),
        _text("decided_name", 64),
        _text("report_id", 36),
        sa.Column("report_number", sa.Integer(), nullable=False),
        _text("reason", 32),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("saved", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_recognition_offer"),
    )
    op.create_index("ix_recognition_offer_order_id", "recognition_offer", ["order_id"])
    op.create_index("ix_recognition_offer_report_id", "recognition_offer", ["report_id"])
    op.create_index("ix_recognition_offer_unit", "recognition_offer", ["unit_id", "state", "offered_at"])
    open_ = sa.text("state = 'open'")
    op.create_index(
        "ux_recognition_offer_open", "recognition_offer", ["order_id"], unique=True, sqlite_where=open_,
        postgresql_where=open_,
    )  # fmt: skip


def _ledger() -> None:
    op.create_table(
        "recognition_ledger",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        _text("id", 36),
        _text("at", 24),
        _text("month", 7),
        _text("act", 16),
        _text("unit_id", 36),
        _text("order_id", 36),
        _text("accession_number", 64),
        _text("offer_id", 36),
        _text("result_unit_id", 36),
        _text("item_code", 32),
        _text("item_version", 36),
        _text("doctor_id", 64),
        _text("doctor_name", 64),
        _text("report_id", 36),
        sa.Column("report_number", sa.Integer(), nullable=False),
        _text("reason", 32),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("saved", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_recognition_ledger"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("ix_recognition_ledger_offer_id", "recognition_ledger", ["offer_id"])
    op.create_index("ix_recognition_ledger_unit", "recognition_ledger", ["unit_id", "seq"])
    op.create_index(
        "ix_recognition_ledger_sums",
        "recognition_ledger",
        ["month", "unit_id", "item_code", "doctor_id", "act", "reason", "result_unit_id", "told", "saved"],
    )
    if op.get_context().dialect.name == "postgresql":  # as every other number
        op.execute("ALTER TABLE recognition_ledger ALTER seq TYPE bigint")
    only_grows("recognition_ledger")


def _notices() -> None:
    op.create_table(
        "recognition_notice",
        _text("id", 36),
        _text("report_id", 36),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("relied_on", sa.Integer(), nullable=False),
        _text("status", 20),
        sa.Column("why", sa.Text(), nullable=False),
        _text("order_id", 36),
        _text("unit_id", 36),
        _text("doctor_id", 64),
        _text("patient_uid", 36),
        _text("made_at", 24),
        sa.Column("acknowledged_at", sa.String(24), nullable=True),
        _text("acknowledged_by", 64),
        _text("acknowledged_name", 64),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_recognition_notice"),
    )
    op.create_index("ix_recognition_notice_unit", "recognition_notice", ["unit_id", "made_at"])
    op.create_index(
        "ux_recognition_notice_once",
        "recognition_notice",
        ["order_id", "report_id", "number", "doctor_id"],
        unique=True,
    )


def upgrade() -> None:
    """Five tables, and what an order waits for."""
    op.add_column(
        "registry_order", sa.Column("awaits_decision", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    for lay in (_results, _offers, _ledger, _notices):
        lay()


def downgrade() -> None:
    """Take them back."""
    for name in TABLES:
        op.drop_table(f"recognition_{name}")
    op.drop_column("registry_order", "awaits_decision")
