"""Queries on patients."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from foundation.access import Actor, visible
from foundation.dialect import upsert
from foundation.vocabulary import Sex
from registry.model import Patient
from registry.names import plain
from registry.store.keys import keep_keys, key_rows, search
from registry.store.tables import patient, patient_key

COLUMNS = [column for column in patient.c if column.name not in ("created_at", "issued_for")]


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
    row = conn.execute(select(*COLUMNS).where(patient.c.id == patient_uid)).first()
    return patient_of(row) if row else None


def patient_by_key(conn: Connection, issuer: str, patient_id: str) -> Patient | None:
    """The patient that `issuer` knows by `patient_id`."""
    query = select(*COLUMNS).where(patient.c.issuer == issuer, patient.c.patient_id == patient_id)
    row = conn.execute(query).first()
    return patient_of(row) if row else None


def namesakes(conn: Connection, one: Patient, limit: int = 100) -> list[str]:
    """Ids of the patients of this name and birth date, whoever issued them."""
    if one.birth_date is None:
        return []
    query = (
        select(patient.c.id)
        .join(patient_key, patient_key.c.patient_uid == patient.c.id)
        .where(patient_key.c.key == plain(one.name), patient.c.birth_date == one.birth_date.isoformat())
        .limit(limit)
    )
    return list(conn.execute(query).scalars())


def insert_patient(conn: Connection, new: Patient, now: datetime, issued_for: str | None = None) -> bool:
    """False when the issuer has given this id already, or has issued one for the same person."""
    row = _row(new) | {"id": new.id, "issuer": new.issuer, "patient_id": new.patient_id}
    row |= {"created_at": now, "issued_for": issued_for}
    if conn.execute(upsert(conn, patient).values(row).on_conflict_do_nothing()).rowcount != 1:
        return False
    conn.execute(insert(patient_key), key_rows(new))
    return True


def patient_issued_for(conn: Connection, issuer: str, issued_for: str) -> Patient | None:
    """The patient for whom the registry has issued an id of this issuer."""
    query = select(*COLUMNS).where(patient.c.issuer == issuer, patient.c.issued_for == issued_for)
    row = conn.execute(query).first()
    return patient_of(row) if row else None


def patients_of_card(conn: Connection, issuer: str, id_card: str) -> list[Patient]:
    """Whom an issuer knows by this identification number, the earliest first."""
    query = select(*COLUMNS).where(patient.c.id_card == id_card, patient.c.issuer == issuer)
    return [patient_of(row) for row in conn.execute(query.order_by(patient.c.id))]


def update_patient(conn: Connection, changed: Patient) -> None:
    """Keep a changed patient and what finds it; the key (issuer, id) stays."""
    conn.execute(update(patient).where(patient.c.id == changed.id).values(_row(changed)))
    keep_keys(conn, changed)


def release_id(conn: Connection, patient_uid: str) -> None:
    """Forget for whom an id was issued: it was somebody else than was typed."""
    conn.execute(update(patient).where(patient.c.id == patient_uid).values(issued_for=None))


def patients(conn: Connection, actor: Actor, q: str, limit: int) -> list[Patient]:
    """Patients within the actor's reach: the newest, or those that `q` finds, the best first."""
    if not q:
        query = select(*COLUMNS).where(visible(actor, "read", "patient", patient.c.issuer, patient=patient.c.id))
        return [patient_of(row) for row in conn.execute(query.order_by(patient.c.id.desc()).limit(limit))]
    uids = search(conn, actor, "patient", q, limit)
    known = {one.id: one for one in patients_by_id(conn, uids)}
    return [known[uid] for uid in uids if uid in known]


def patients_by_id(conn: Connection, uids: Collection[str]) -> list[Patient]:
    """These patients, in no order."""
    return [patient_of(row) for row in conn.execute(select(*COLUMNS).where(patient.c.id.in_(uids)))]


def _row(one: Patient) -> dict[str, Any]:
    """What of a patient may change."""
    born = one.birth_date.isoformat() if one.birth_date else None
    return {"name": one.name, "sex": one.sex, "birth_date": born, "id_card": one.id_card, "phone": one.phone}
