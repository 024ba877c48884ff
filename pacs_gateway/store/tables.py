"""The index: one row for a study, a series, an instance; and the quarantine."""

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, String, Table, UniqueConstraint, text

from foundation.database import metadata
from foundation.dialect import JsonText, Moment

UID = String(256)  # a UID is 64 characters by the standard; what devices send is kept verbatim

study = Table(
    "pacs_gateway_study",
    metadata,
    Column("study_instance_uid", UID, primary_key=True),
    Column("unit_id", String(36), nullable=False),
    Column("requesting_unit_id", String(36), nullable=False),
    Column("patient_uid", String(36), nullable=False, index=True),
    Column("patient_id", String(256), nullable=False, index=True),
    Column("patient_name", String(512), nullable=False),
    Column("name_key", String(520), nullable=False),
    Column("patient_sex", String(16), nullable=False),
    Column("patient_birth_date", String(32), nullable=False),
    Column("accession_number", String(64), nullable=False, index=True),
    Column("study_id", String(64), nullable=False),
    Column("study_date", String(32), nullable=False, index=True),
    Column("study_time", String(32), nullable=False),
    Column("description", String(512), nullable=False),
    Column("referring_key", String(520), nullable=False),
    Column("body_part", String(64), nullable=False),
    Column("modalities", String(256), nullable=False),  # \CR\PR\ : every one between backslashes
    Column("series_count", Integer, nullable=False),
    Column("instance_count", Integer, nullable=False),
    Column("told_count", Integer, nullable=False),  # instances that ExaminationReady or StudyReopened told of
    Column("state", String(16), nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("ready_at", Moment),
    Column("order_id", String(36)),
    Column("priority", String(8), nullable=False),
    Column("flags", JsonText, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("header", JsonText, nullable=False),
    Index("ix_pacs_gateway_study_recent", "received_at", "study_instance_uid"),
    Index("ix_pacs_gateway_study_unit", "unit_id", "received_at"),
)

series = Table(
    "pacs_gateway_series",
    metadata,
    Column("series_instance_uid", UID, primary_key=True),
    Column("study_instance_uid", UID, nullable=False, index=True),
    Column("modality", String(32), nullable=False),
    Column("number", Integer, nullable=False),
    Column("description", String(512), nullable=False),
    Column("body_part", String(64), nullable=False),
    Column("performed_date", String(32), nullable=False),
    Column("performed_time", String(32), nullable=False),
    Column("instance_count", Integer, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("header", JsonText, nullable=False),
)

instance = Table(
    "pacs_gateway_instance",
    metadata,
    Column("sop_instance_uid", UID, primary_key=True),
    Column("came_as", UID),  # the SOP Instance UID in the bytes, when another object had it already
    Column("series_instance_uid", UID, nullable=False),
    Column("study_instance_uid", UID, nullable=False, index=True),
    Column("sop_class_uid", UID, nullable=False),
    Column("transfer_syntax_uid", UID, nullable=False),
    Column("digest", String(64), nullable=False, index=True),
    Column("size", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("columns", Integer, nullable=False),
    Column("frames", Integer, nullable=False),
    Column("bits_allocated", Integer, nullable=False),
    Column("photometric", String(32), nullable=False),
    Column("has_pixels", Boolean, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("aet", String(64), nullable=False),
    Column("address", String(64)),
    Column("channel", String(8), nullable=False),
    Column("header", LargeBinary, nullable=False),  # the DICOM JSON header, deflated
    Index("ix_pacs_gateway_instance_series", "series_instance_uid", "number"),
    Index("ix_pacs_gateway_instance_came_as", "came_as", sqlite_where=text("came_as IS NOT NULL"),
          postgresql_where=text("came_as IS NOT NULL")),
)  # fmt: skip

quarantine = Table(
    "pacs_gateway_quarantine",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("received_at", Moment, nullable=False, index=True),
    Column("last_at", Moment, nullable=False),
    Column("times", Integer, nullable=False),
    Column("aet", String(64), nullable=False),
    Column("unit_id", String(36), nullable=False),
    Column("channel", String(8), nullable=False),
    Column("code", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("sop_instance_uid", UID, nullable=False),
    Column("study_instance_uid", UID, nullable=False),
    Column("header", JsonText, nullable=False),
    Column("ours", JsonText, nullable=False),
    UniqueConstraint("digest", "code", "unit_id"),
)

match = Table(
    "pacs_gateway_match",
    metadata,
    Column("study_instance_uid", UID, primary_key=True),
    Column("unit_id", String(36), nullable=False),
    Column("order_id", String(36)),
    Column("how", String(16)),  # set when there is an order
    Column("doubt", String(24)),  # set when there is none
    Column("candidates", JsonText, nullable=False),
    Column("by_person", Boolean, nullable=False),  # what a person decided is not decided again
    Column("decided_by", String(64), nullable=False),
    Column("decided_name", String(128), nullable=False),
    Column("decided_at", Moment, nullable=False),
    Index("ix_pacs_gateway_match_waiting", "doubt", "decided_at"),
)
