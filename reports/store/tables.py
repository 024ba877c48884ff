"""The tables.

`reports_version`, `reports_signature` and `reports_rendition` never change: nothing here updates or deletes them, and
the first migration lets the database refuse it as well.
"""

from sqlalchemy import Boolean, Column, Float, Index, Integer, LargeBinary, String, Table, Text

from foundation.database import metadata
from foundation.dialect import JsonText, Moment

draft = Table(
    "reports_draft",
    metadata,
    Column("workitem_uid", String(64), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("content", JsonText, nullable=False),
    Column("saved_at", Moment, nullable=False),
    Column("author_id", String(36), nullable=False),
    Column("author_name", String(64), nullable=False),
)

stray = Table(
    "reports_stray",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("study_instance_uid", String(64), nullable=False, index=True),
    Column("workitem_uid", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("content", JsonText, nullable=False),
    Column("reason", String(48), nullable=False),
    Column("kept_at", Moment, nullable=False),
    Column("author_id", String(36), nullable=False),
    Column("author_name", String(64), nullable=False),
)
Index("ux_reports_stray_text", stray.c.study_instance_uid, stray.c.author_id, stray.c.digest, unique=True)

report = Table(
    "reports_report",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("study_instance_uid", String(64), nullable=False, unique=True),
    Column("order_id", String(36), nullable=False),
    Column("patient_uid", String(36), nullable=False, index=True),
    Column("unit_id", String(36), nullable=False),
    Column("requesting_unit_id", String(36), nullable=False),
    Column("status", String(20), nullable=False),
    Column("number", Integer, nullable=False),  # the newest version
    Column("issued_number", Integer),  # the newest version that a clinic may see
    Column("created_at", Moment, nullable=False),
    Column("issued_at", Moment, index=True),
    Column("revision", String(16)),  # what is being done to the issued version now
    Column("revision_reason", Text),
    # what lists show of the issued version
    Column("issued_reason", Text),  # why it was revised
    Column("patient", JsonText),
    Column("study_at", String(16)),  # local, ISO 8601 to the day or the minute
    Column("title", String(128)),
    Column("modality", String(16)),
    Column("accession_number", String(64)),
    Column("impression", Text),
    Column("positive", Boolean),
    Column("writer", String(64)),
    Column("reviewer", String(64)),
    Column("search", Text),
)

version = Table(
    "reports_version",
    metadata,
    Column("report_id", String(36), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("status", String(20), nullable=False),
    Column("canonical", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("base_number", Integer),
    Column("changes", JsonText, nullable=False),
    Column("changed_share", Float, nullable=False),
)
Index("ix_reports_version_sha256", version.c.sha256)

signature = Table(
    "reports_signature",
    metadata,
    Column("report_id", String(36), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("role", String(16), primary_key=True),
    Column("signer_id", String(36), nullable=False),
    Column("signer_name", String(64), nullable=False),
    Column("algorithm", String(32), nullable=False),
    Column("value", LargeBinary, nullable=False),
    Column("certificate", LargeBinary, nullable=False),
    Column("signed_at", Moment, nullable=False),
    Column("sm2", LargeBinary),  # the second profile's message
)

rendition = Table(
    "reports_rendition",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("report_id", String(36), nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("profile", String(16), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("made_at", Moment, nullable=False),
)
Index("ix_reports_rendition_version", rendition.c.report_id, rendition.c.number)

delivery = Table(
    "reports_delivery",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("report_id", String(36), nullable=False),
    Column("number", Integer, nullable=False),
    Column("unit_id", String(36), nullable=False),
    Column("target", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("owed_at", Moment, nullable=False),
    Column("delivered_at", Moment),
    Column("read_at", Moment),
    Column("read_by", String(36)),
    Column("read_by_name", String(64)),
)
Index("ux_reports_delivery_once", delivery.c.report_id, delivery.c.number, delivery.c.unit_id, unique=True)
Index("ix_reports_delivery_inbox", delivery.c.unit_id, delivery.c.id)
_UNREAD = delivery.c.read_at.is_(None)
Index("ix_reports_delivery_unread", delivery.c.unit_id, delivery.c.id, sqlite_where=_UNREAD, postgresql_where=_UNREAD)
