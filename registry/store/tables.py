"""The tables of the registry."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from foundation.database import metadata
from foundation.dialect import Bytewise, Day, JsonText, Moment

unit = Table(
    "registry_unit",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("parent_id", String(36), ForeignKey("registry_unit.id")),
    Column("code", String(6), nullable=False, unique=True),
    Column("level", String(16), nullable=False),
    Column("credit_code", String(18)),
)
Index("ix_registry_unit_credit_code", unit.c.credit_code, unique=True)

agreement = Table(
    "registry_agreement",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("unit_id", String(36), ForeignKey("registry_unit.id"), nullable=False, index=True),
    Column("number", String(64), nullable=False),
    Column("valid_from", Day, nullable=False),
    Column("valid_until", Day),
    Column("specialties", JsonText, nullable=False),
)

device = Table(
    "registry_device",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("aet", String(16), nullable=False, unique=True),
    Column("unit_id", String(36), ForeignKey("registry_unit.id"), nullable=False),
    Column("name", String(64), nullable=False),
    Column("modality", String(16), nullable=False),
    Column("address", String(64)),
    Column("active", Boolean, nullable=False),
    Column("character_set", String(16), nullable=False),
    Column("limits", JsonText, nullable=False),
)

knock = Table(
    "registry_knock",
    metadata,
    Column("aet", String(16), primary_key=True),
    Column("address", String(64), primary_key=True),
    Column("first_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False, index=True),
    Column("times", Integer, nullable=False),
)

person = Table(
    "registry_person",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("account", String(64), nullable=False, unique=True),
    Column("name", String(64), nullable=False),
    Column("title", String(64), nullable=False),
    Column("licence_number", String(64), nullable=False),
    Column("unit_id", String(36), ForeignKey("registry_unit.id"), nullable=False),
    Column("roles", JsonText, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("licence_until", Day),
    Column("practising_since", Day),
    Column("phone", String(32), nullable=False),
)

duty = Table(
    "registry_duty",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("specialty", String(16), nullable=False),
    Column("begins", Moment, nullable=False),
    Column("ends", Moment, nullable=False),
    Column("contacts", JsonText, nullable=False),  # ids of one to three people, in the order of calling
)
Index("ix_registry_duty_begins", duty.c.specialty, duty.c.begins)

grant = Table(
    "registry_grant",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("person_id", String(64), nullable=False),
    Column("person_name", String(64), nullable=False),
    Column("unit_id", String(36), nullable=False),
    Column("basis", String(16), nullable=False),
    Column("patient_uid", String(36), nullable=False, index=True),
    Column("issuer", String(36), nullable=False),
    Column("reason", Text, nullable=False),
    Column("opened_at", Moment, nullable=False, index=True),
    Column("until", Moment, nullable=False),
    Column("reviewed_at", Moment),
    Column("reviewed_by", String(64)),
    Column("justified", Boolean),
    Column("note", Text),
)
Index("ix_registry_grant_person", grant.c.person_id, grant.c.until)

patient = Table(
    "registry_patient",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("issuer", String(36), nullable=False),
    Column("patient_id", String(64), nullable=False),
    Column("name", String(192), nullable=False),
    Column("sex", String(1)),
    Column("birth_date", String(10)),
    Column("id_card", String(18), index=True),
    Column("phone", String(32)),
    Column("created_at", Moment, nullable=False),
    # whom the registry issued the id to: the same person who registers twice at once gets one id
    Column("issued_for", String(64)),
    UniqueConstraint("issuer", "patient_id"),
)
Index("ux_registry_patient_issued_for", patient.c.issuer, patient.c.issued_for, unique=True)
Index("ix_registry_patient_issuer", patient.c.issuer, patient.c.id)

patient_key = Table(
    "registry_patient_key",
    metadata,
    Column("issuer", String(36), primary_key=True),
    Column("key", Bytewise(64), primary_key=True),
    Column("patient_uid", String(36), ForeignKey("registry_patient.id"), primary_key=True),
    sqlite_with_rowid=False,
)
Index("ix_registry_patient_key_key", patient_key.c.key, patient_key.c.patient_uid, patient_key.c.issuer)
Index("ix_registry_patient_key_patient_uid", patient_key.c.patient_uid)

link = Table(
    "registry_patient_link",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("one", String(36), ForeignKey("registry_patient.id"), nullable=False),  # the smaller id of the two
    Column("other", String(36), ForeignKey("registry_patient.id"), nullable=False),
    Column("basis", String(16), nullable=False),
    Column("made_by", String(64), nullable=False),
    Column("made_name", String(64), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("note", Text, nullable=False),
    Column("undone_at", Moment),
    Column("undone_by", String(64)),
    Column("undone_name", String(64)),
    Column("undone_note", Text),
)
HOLDS = link.c.undone_at.is_(None)
Index("ux_registry_patient_link_holds", link.c.one, link.c.other, unique=True,
      sqlite_where=HOLDS, postgresql_where=HOLDS)  # fmt: skip
Index("ix_registry_patient_link_one", link.c.one)
Index("ix_registry_patient_link_other", link.c.other)

item = Table(
    "registry_item",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("code", String(32), nullable=False),
    Column("name", String(64), nullable=False),
    Column("name_en", String(64), nullable=False),
    Column("modality", String(16), nullable=False),
    Column("body_part", String(16), nullable=False),
    Column("effective_from", Day, nullable=False),
    Column("effective_until", Day),
    Column("price", Integer),
    Column("mark_level", String(16)),
    Column("mark", String(16), nullable=False),
    Column("validity_days", Integer),
    Column("group", String(32), nullable=False),
    Column("source", String(255), nullable=False),
    UniqueConstraint("code", "effective_from"),
)
Index("ix_registry_item_group", item.c.group)

order = Table(
    "registry_order",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("accession_number", String(16), nullable=False),
    Column("issuer", String(36), nullable=False),
    Column("patient_uid", String(36), ForeignKey("registry_patient.id"), nullable=False),
    Column("item_code", String(32), nullable=False),
    Column("item_name", String(64), nullable=False),
    Column("modality", String(16), nullable=False),
    Column("body_part", String(16), nullable=False),
    Column("priority", String(8), nullable=False),
    Column("history", Text, nullable=False),
    Column("requesting_unit_id", String(36), nullable=False),
    Column("requested_by", String(64), nullable=False),
    Column("requested_at", Moment, nullable=False),
    Column("status", String(16), nullable=False),
    Column("study_instance_uid", String(64), index=True),
    Column("visit_type", String(16), nullable=False),
    Column("item_version", String(36)),
    Column("cancel_reason", Text),
    Column("demo", Boolean, nullable=False),
    Column("awaits_decision", Boolean, nullable=False, default=False),
    UniqueConstraint("accession_number", "issuer"),
)
Index("ix_registry_order_unit", order.c.requesting_unit_id, order.c.requested_at)
Index("ix_registry_order_requested_at", order.c.requested_at)
Index("ix_registry_order_patient_uid", order.c.patient_uid, order.c.requested_at)

incoming = Table(
    "registry_incoming",
    metadata,
    Column("unit_id", String(36), primary_key=True),
    Column("system", String(128), primary_key=True),
    Column("number", String(64), primary_key=True),
    Column("order_id", String(36), ForeignKey("registry_order.id"), nullable=False, index=True),
    Column("digest", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("updated_at", Moment, nullable=False),
)

message = Table(
    "registry_message",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False, index=True),
    Column("times", Integer, nullable=False),
    Column("channel", String(8), nullable=False),
    Column("unit_id", String(36), nullable=False),
    Column("sender", String(64), nullable=False),
    Column("address", String(64), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("control_id", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("code", String(8), nullable=False),
    Column("error", String(64), nullable=False),  # empty when it was taken
    Column("field", String(64), nullable=False),
    Column("zh", Text, nullable=False),
    Column("en", Text, nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Column("body", LargeBinary),  # of what was refused, until it is taken or settled
    Column("settled_at", Moment),
    Column("settled_name", String(64)),
    Column("note", Text),
    UniqueConstraint("channel", "sender", "control_id", "digest"),
)

sender = Table(
    "registry_sender",
    metadata,
    Column("address", String(64), primary_key=True),
    Column("unit_id", String(36), ForeignKey("registry_unit.id"), primary_key=True),
    Column("admitted_name", String(64), nullable=False),
    Column("admitted_at", Moment, nullable=False),
)
