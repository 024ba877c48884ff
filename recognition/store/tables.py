"""The tables. `recognition_ledger` only grows: the migration lets the database refuse UPDATE and DELETE."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text, literal_column

from foundation.database import metadata
from foundation.dialect import Day, JsonText, Moment

result = Table(
    "recognition_result",
    metadata,
    Column("report_id", String(36), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("status", String(20), nullable=False),
    Column("patient_uid", String(36), nullable=False),
    Column("study_instance_uid", String(64), nullable=False),
    Column("unit_id", String(36), nullable=False),
    Column("item_code", String(32), nullable=False),
    Column("item_name", String(128), nullable=False),
    Column("modality", String(16), nullable=False),
    Column("examined_on", Day, nullable=False),
    Column("devices", JsonText, nullable=False),
    Column("mark", String(16), nullable=False),
    Column("mark_level", String(16), nullable=False),
    Column("mark_missing", String(32), nullable=False),
    Column("updated_at", Moment, nullable=False),
)
Index("ix_recognition_result_patient", result.c.patient_uid, result.c.examined_on)

quality = Table(
    "recognition_quality",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("device_id", String(36), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("certificate", String(128), nullable=False),
    Column("valid_from", Day, nullable=False),
    Column("valid_until", Day, nullable=False),
    Column("entered_by", String(64), nullable=False),
    Column("entered_name", String(64), nullable=False),
    Column("entered_at", Moment, nullable=False),
    Column("ended_on", Day),
    Column("end_reason", Text, nullable=False),
)

offer = Table(
    "recognition_offer",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("order_id", String(36), nullable=False, index=True),
    Column("unit_id", String(36), nullable=False),
    Column("patient_uid", String(36), nullable=False),
    Column("item_code", String(32), nullable=False),
    Column("item_version", String(36), nullable=False),
    Column("candidates", JsonText, nullable=False),
    Column("emergency", Boolean, nullable=False),
    Column("offered_at", Moment, nullable=False),
    Column("state", String(16), nullable=False),
    Column("decided_at", Moment),
    Column("decided_by", String(64), nullable=False),
    Column("decided_name", String(64), nullable=False),
    Column("report_id", String(36), nullable=False, index=True),
    Column("report_number", Integer, nullable=False),
    Column("reason", String(32), nullable=False),
    Column("note", Text, nullable=False),
    Column("told", Boolean, nullable=False),
    Column("saved", Integer, nullable=False),
)
Index("ix_recognition_offer_unit", offer.c.unit_id, offer.c.state, offer.c.offered_at)
# Written out, since a partial index serves no query that has a parameter in its place.
OPEN = offer.c.state == literal_column("'open'")
# An order has one open offer: of two that are laid at once, the second is refused.
Index("ux_recognition_offer_open", offer.c.order_id, unique=True, sqlite_where=OPEN, postgresql_where=OPEN)

ledger = Table(
    "recognition_ledger",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("id", String(36), nullable=False, unique=True),
    Column("at", Moment, nullable=False),
    Column("month", String(7), nullable=False),
    Column("act", String(16), nullable=False),
    Column("unit_id", String(36), nullable=False),
    Column("order_id", String(36), nullable=False),
    Column("accession_number", String(64), nullable=False),
    Column("offer_id", String(36), nullable=False, index=True),
    Column("result_unit_id", String(36), nullable=False),
    Column("item_code", String(32), nullable=False),
    Column("item_version", String(36), nullable=False),
    Column("doctor_id", String(64), nullable=False),
    Column("doctor_name", String(64), nullable=False),
    Column("report_id", String(36), nullable=False),
    Column("report_number", Integer, nullable=False),
    Column("reason", String(32), nullable=False),
    Column("note", Text, nullable=False),
    Column("told", Boolean, nullable=False),
    Column("saved", Integer, nullable=False),
)
# everything that a sum needs, in the order in which it is grouped: no row is fetched
Index(
    "ix_recognition_ledger_sums", ledger.c.month, ledger.c.unit_id, ledger.c.item_code, ledger.c.doctor_id,
    ledger.c.act, ledger.c.reason, ledger.c.result_unit_id, ledger.c.told, ledger.c.saved,
)  # fmt: skip
Index("ix_recognition_ledger_unit", ledger.c.unit_id, ledger.c.seq)

notice = Table(
    "recognition_notice",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("report_id", String(36), nullable=False),
    Column("number", Integer, nullable=False),
    Column("relied_on", Integer, nullable=False),
    Column("status", String(20), nullable=False),
    Column("why", Text, nullable=False),
    Column("order_id", String(36), nullable=False),
    Column("unit_id", String(36), nullable=False),
    Column("doctor_id", String(64), nullable=False),
    Column("patient_uid", String(36), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("acknowledged_at", Moment),
    Column("acknowledged_by", String(64), nullable=False),
    Column("acknowledged_name", String(64), nullable=False),
    Column("note", Text, nullable=False),
)
Index("ix_recognition_notice_unit", notice.c.unit_id, notice.c.made_at)
Index(
    "ux_recognition_notice_once", notice.c.order_id, notice.c.report_id, notice.c.number, notice.c.doctor_id,
    unique=True,
)  # fmt: skip


share = Table(
    "recognition_share",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("token_digest", String(64), nullable=False, unique=True),
    Column("code_digest", String(64), nullable=False),
    Column("report_id", String(36), nullable=False, index=True),
    Column("unit_id", String(36), nullable=False),
    Column("made_by", String(64), nullable=False),
    Column("made_name", String(64), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("wrong", Integer, nullable=False),
    Column("opened", Integer, nullable=False),
    Column("ended_at", Moment),
)

ticket = Table(
    "recognition_ticket",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("order_id", String(36), nullable=False),
    Column("person_id", String(36), nullable=False),
    Column("system", String(128), nullable=False),
    Column("until", Moment, nullable=False, index=True),
)
