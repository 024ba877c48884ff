"""Queries on the duty roster."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from foundation.vocabulary import Specialty
from registry.roster import Contact, Duty
from registry.store.tables import duty, person, unit


def _duty(row: Any) -> Duty:
    return Duty(Specialty(row.specialty), row.begins, row.ends, tuple(row.contacts), row.id)


def _row(one: Duty) -> dict[str, Any]:
    contacts = list(one.contacts)
    return {"specialty": one.specialty.value, "begins": one.begins, "ends": one.ends, "contacts": contacts}


def duties(conn: Connection, since: datetime, until: datetime, specialty: Specialty | None = None) -> list[Duty]:
    """Every duty that touches this stretch of time, the earliest first."""
    query = select(duty).where(duty.c.begins < until, duty.c.ends > since).order_by(duty.c.begins, duty.c.specialty)
    query = query if specialty is None else query.where(duty.c.specialty == specialty.value)
    return [_duty(row) for row in conn.execute(query.limit(5000))]


def duty_by_id(conn: Connection, duty_id: str) -> Duty | None:
    """The duty, if there is one."""
    row = conn.execute(select(duty).where(duty.c.id == duty_id)).first()
    return _duty(row) if row else None


def insert_duty(conn: Connection, new: Duty) -> None:
    """Keep a new duty."""
    conn.execute(insert(duty).values(id=new.id, **_row(new)))


def update_duty(conn: Connection, changed: Duty) -> None:
    """Keep a changed duty."""
    conn.execute(update(duty).where(duty.c.id == changed.id).values(_row(changed)))


def delete_duty(conn: Connection, duty_id: str) -> None:
    """It is no more."""
    conn.execute(delete(duty).where(duty.c.id == duty_id))


def contacts(conn: Connection, ids: set[str]) -> dict[str, Contact]:
    """Whom to call, by id: the people whose accounts are open."""
    columns = (person.c.id, person.c.name, person.c.title, unit.c.name.label("unit"), person.c.phone)
    query = select(*columns).join(unit, unit.c.id == person.c.unit_id).where(person.c.id.in_(ids), person.c.active)
    return {row.id: Contact(*row) for row in conn.execute(query)}
