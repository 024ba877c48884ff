"""Patients are found by keys and linked; orders keep visit type and catalogue version; the catalogue has versions."""

from types import SimpleNamespace

import sqlalchemy as sa
from alembic import op

from foundation.ids import new_id

revision = "0010"
down_revision = "0050"

_ITEM = ("id", "code", "name", "name_en", "modality", "body_part", "effective_from", "mark", "group", "source")
# code, name, name_en, modality, Body Part Examined (0018,0015): what a house can order before it imports a list
_FIRST_ITEMS = (
    ("DR-CHEST-PA", "胸部正位", "Chest, PA", "DX", "CHEST"),
    ("DR-CHEST-PA-LAT", "胸部正侧位", "Chest, PA and lateral", "DX", "CHEST"),
    ("DR-LSPINE-AP-LAT", "腰椎正侧位", "Lumbar spine, AP and lateral", "DX", "LSPINE"),
    ("DR-CSPINE-AP-LAT", "颈椎正侧位", "Cervical spine, AP and lateral", "DX", "CSPINE"),
    ("DR-KNEE-AP-LAT", "膝关节正侧位", "Knee, AP and lateral", "DX", "KNEE"),
    ("DR-HAND-PA-OBL", "手正斜位", "Hand, PA and oblique", "DX", "HAND"),
    ("DR-ANKLE-AP-LAT", "踝关节正侧位", "Ankle, AP and lateral", "DX", "ANKLE"),
    ("DR-PELVIS-AP", "骨盆正位", "Pelvis, AP", "DX", "PELVIS"),
    ("DR-ABDOMEN-ERECT", "腹部立位", "Abdomen, erect", "DX", "ABDOMEN"),
    ("ECG-12", "十二导联心电图", "Twelve-lead ECG", "ECG", "HEART"),
)
_DAY = sa.String(10)
_MOMENT = sa.String(24)


def upgrade() -> None:
    """Make the tables, then the keys of the patients that are there."""
    op.add_column("registry_patient", sa.Column("issued_for", sa.String(64)))
    op.create_index("ux_registry_patient_issued_for", "registry_patient", ["issuer", "issued_for"], unique=True)
    op.create_index("ix_registry_patient_issuer", "registry_patient", ["issuer", "id"])
    with op.batch_alter_table("registry_order") as order:
        order.add_column(sa.Column("visit_type", sa.String(16), nullable=False, server_default="outpatient"))
        order.add_column(sa.Column("item_version", sa.String(36)))
        order.add_column(sa.Column("cancel_reason", sa.Text()))
    op.create_index("ix_registry_order_patient_uid", "registry_order", ["patient_uid", "requested_at"])
    _keys()
    _links()
    _items()
    _found()


def _keys() -> None:
    key = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
    op.create_table(
        "registry_patient_key",
        sa.Column("issuer", sa.String(36), nullable=False),
        sa.Column("key", key, nullable=False),
        sa.Column("patient_uid", sa.String(36), sa.ForeignKey("registry_patient.id"), nullable=False),
        sa.PrimaryKeyConstraint("issuer", "key", "patient_uid", name="pk_registry_patient_key"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_registry_patient_key_key", "registry_patient_key", ["key", "patient_uid", "issuer"])
    op.create_index("ix_registry_patient_key_patient_uid", "registry_patient_key", ["patient_uid"])


def _links() -> None:
    holds = sa.text("undone_at IS NULL")
    op.create_table(
        "registry_patient_link",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("one", sa.String(36), sa.ForeignKey("registry_patient.id"), nullable=False),
        sa.Column("other", sa.String(36), sa.ForeignKey("registry_patient.id"), nullable=False),
        sa.Column("basis", sa.String(16), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("made_name", sa.String(64), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("undone_at", _MOMENT),
        sa.Column("undone_by", sa.String(64)),
        sa.Column("undone_name", sa.String(64)),
        sa.Column("undone_note", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_registry_patient_link"),
    )
    op.create_index(
        "ux_registry_patient_link_holds",
        "registry_patient_link",
        ["one", "other"],
        unique=True,
        sqlite_where=holds,
        postgresql_where=holds,
    )
    op.create_index("ix_registry_patient_link_one", "registry_patient_link", ["one"])
    op.create_index("ix_registry_patient_link_other", "registry_patient_link", ["other"])


def _items() -> None:
    op.create_table(
        "registry_item",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("name_en", sa.String(64), nullable=False),
        sa.Column("modality", sa.String(16), nullable=False),
        sa.Column("body_part", sa.String(16), nullable=False),
        sa.Column("effective_from", _DAY, nullable=False),
        sa.Column("effective_until", _DAY),
        sa.Column("price", sa.Integer()),
        sa.Column("mark_level", sa.String(16)),
        sa.Column("mark", sa.String(16), nullable=False),
        sa.Column("validity_days", sa.Integer()),
        sa.Column("group", sa.String(32), nullable=False),
        sa.Column("source", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_registry_item"),
        sa.UniqueConstraint("code", "effective_from"),
    )
    op.create_index("ix_registry_item_group", "registry_item", ["group"])
    op.bulk_insert(sa.table("registry_item", *map(sa.column, _ITEM)), [_first(*row) for row in _FIRST_ITEMS])


def _first(*facts: str) -> dict[str, str]:
    return dict(zip(_ITEM, (new_id(), *facts, "2020-01-01", "", "", ""), strict=True))


def _found() -> None:
    """The keys of every patient, by today's rule for keys."""
    from registry.names import keys

    columns: list[sa.ColumnClause[str]] = [
        sa.column(name) for name in ("id", "issuer", "patient_id", "name", "id_card", "phone")
    ]
    patients = op.get_bind().execute(sa.select(*columns).select_from(sa.table("registry_patient"))).all()
    table = sa.table("registry_patient_key", *(sa.column(name) for name in ("issuer", "key", "patient_uid")))
    for row in patients:
        one = SimpleNamespace(**row._mapping)
        found = keys(one.name, one.patient_id, one.id_card, one.phone)
        rows = [{"issuer": one.issuer, "key": key, "patient_uid": one.id} for key in sorted(found)]
        if rows:
            op.bulk_insert(table, rows)
