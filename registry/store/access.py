"""Queries on what is open to whom beyond the own unit: grants, and the units that send to a unit."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from foundation.access import Basis
from registry.grants import Grant
from registry.model import Patient, UnitKind
from registry.store.patients import COLUMNS, patient_of
from registry.store.tables import grant, order, patient, unit

FOUND_LIMIT = 20


def senders_of(conn: Connection, unit_id: str) -> frozenset[str] | None:
    """Every unit below this one; None for the lead hospital, which is the county's centre."""
    rows = conn.execute(select(unit.c.id, unit.c.parent_id, unit.c.kind)).all()
    if any(row.id == unit_id and row.kind == UnitKind.LEAD.value for row in rows):
        return None
    found: set[str] = set()
    waiting = {unit_id}
    while waiting:
        waiting = {row.id for row in rows if row.parent_id in waiting} - found
        found |= waiting
    return frozenset(found)


def granted(conn: Connection, person_id: str, now: datetime) -> frozenset[tuple[Basis, str]]:
    """Which patients are open to this person at this moment, each with its basis."""
    query = select(grant.c.basis, grant.c.patient_uid).where(grant.c.person_id == person_id, grant.c.until > now)
    return frozenset((Basis(basis), uid) for basis, uid in conn.execute(query))


def insert_grant(conn: Connection, new: Grant) -> None:
    """Keep a grant."""
    conn.execute(insert(grant).values({column.name: getattr(new, column.name) for column in grant.c}))


def grant_by_id(conn: Connection, grant_id: str) -> Grant | None:
    """The grant, if there is one."""
    row = conn.execute(select(grant).where(grant.c.id == grant_id)).first()
    return _grant(row) if row else None


def grants(conn: Connection, *, person_id: str | None = None, waiting: bool = False, limit: int = 100) -> list[Grant]:
    """The newest grants: everybody's or one person's, all or those that nobody has reviewed."""
    query = select(grant).order_by(grant.c.opened_at.desc(), grant.c.id.desc()).limit(limit)
    if person_id is not None:
        query = query.where(grant.c.person_id == person_id)
    if waiting:
        query = query.where(grant.c.basis == Basis.BREAK_GLASS.value, grant.c.reviewed_at.is_(None))
    return [_grant(row) for row in conn.execute(query)]


def waiting(conn: Connection) -> int:
    """How many break-glass grants nobody has reviewed."""
    query = select(func.count()).select_from(grant)
    return conn.execute(
        query.where(grant.c.basis == Basis.BREAK_GLASS.value, grant.c.reviewed_at.is_(None))
    ).scalar_one()


def review_grant(conn: Connection, reviewed: Grant) -> bool:
    """Keep the verdict; False when somebody else was first."""
    values = {name: getattr(reviewed, name) for name in ("reviewed_at", "reviewed_by", "justified", "note")}
    statement = update(grant).where(grant.c.id == reviewed.id, grant.c.reviewed_at.is_(None)).values(values)
    return conn.execute(statement).rowcount == 1


def patients_elsewhere(
    conn: Connection, unit_id: str, id_card: str, name: str, birth_date: date | None
) -> list[Patient]:
    """Other units' patients with exactly this identification number, or exactly this name and birth date."""
    query = select(*COLUMNS).where(patient.c.issuer != unit_id).limit(FOUND_LIMIT)
    if id_card:
        query = query.where(patient.c.id_card == id_card)
    else:
        born = birth_date.isoformat() if birth_date else None
        query = query.where(patient.c.name == name, patient.c.birth_date == born)
    return [patient_of(row) for row in conn.execute(query)]


def things_of(conn: Connection, number: str) -> list[str]:
    """Ids of the patients with this patient id, identification number or own id, of their orders, and their studies."""
    known = select(patient.c.id).where(
        (patient.c.patient_id == number) | (patient.c.id_card == number.upper()) | (patient.c.id == number)
    )
    uids = list(conn.execute(known.limit(FOUND_LIMIT)).scalars())
    rows = conn.execute(select(order.c.id, order.c.study_instance_uid).where(order.c.patient_uid.in_(uids))).all()
    return [*uids, *(row.id for row in rows), *(row.study_instance_uid for row in rows if row.study_instance_uid)]


def _grant(row: Any) -> Grant:
    return Grant(**{**row._mapping, "basis": Basis(row.basis)})
