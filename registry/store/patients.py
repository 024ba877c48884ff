"""Queries on patients."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select, update

from foundation.access import Actor, visible
from foundation.dialect import upsert
from foundation.vocabulary import Sex
from registry.model import Patient
from registry.store.tables import patient

_COLUMNS = [column for column in patient.c if column.name != "created_at"]


def patient_of(row: Any) -> Patient:
    """The patient in a row that carries the patient table's columns."""
    mapping = row._mapping
    return Patient(
        id=mapping[patient.c.id],
        issuer=mapping[patient.c.issuer],
        patient_id=mapping[patient.c.patient_id],
        name=mapping[patient.c.name],
        sex=Sex(mapping[patient.c.sex]) if mapping[patient.c.sex] else None,
        birth_date=date.fromisoformat(mapping[patient.c.birth_date]) if mapping[patient.c.birth_date] else None,
        id_card=mapping[patient.c.id_card],
        phone=mapping[patient.c.phone],
    )


def patient_by_id(conn: Connection, patient_uid: str) -> Patient | None:
    """The patient, if there is one."""
    row = conn.execute(select(*_COLUMNS).where(patient.c.id == patient_uid)).first()
    return patient_of(row) if row else None


def patient_by_key(conn: Connection, issuer: str, patient_id: str) -> Patient | None:
    """The patient that `issuer` knows by `patient_id`."""
    query = select(*_COLUMNS).where(patient.c.issuer == issuer, patient.c.patient_id == patient_id)
    row = conn.execute(query).first()
    return patient_of(row) if row else None


def insert_patient(conn: Connection, new: Patient, now: datetime) -> bool:
    """False when the issuer has given this id already."""
    row = {column.name: getattr(new, column.name) for column in _COLUMNS}
    row |= {"birth_date": new.birth_date.isoformat() if new.birth_date else None, "created_at": now}
    return conn.execute(upsert(conn, patient).values(row).on_conflict_do_nothing()).rowcount == 1


def fill_patient(conn: Connection, patient_uid: str, id_card: str | None, phone: str | None) -> None:
    """Add an identification or telephone number that was not known before."""
    known = {"id_card": id_card, "phone": phone}
    row = {name: value for name, value in known.items() if value}
    if row:
        conn.execute(update(patient).where(patient.c.id == patient_uid).values(row))


def patients(conn: Connection, actor: Actor, q: str, limit: int) -> list[Patient]:
    """The newest patients within the actor's reach whose name or id begins with `q`."""
    query = select(*_COLUMNS).where(visible(actor, "read", "patient", patient.c.issuer, patient=patient.c.id))
    if q:
        query = query.where(matching(q))
    return [patient_of(row) for row in conn.execute(query.order_by(patient.c.created_at.desc()).limit(limit))]


def matching(q: str) -> ColumnElement[bool]:
    """Name, patient id or identification number begins with `q`; its wildcards are letters."""
    return or_(
        patient.c.name.startswith(q, autoescape=True),
        patient.c.patient_id.startswith(q, autoescape=True),
        patient.c.id_card == q.upper(),
    )
