"""Queries on people."""

from typing import Any

from sqlalchemy import Connection, select, update

from foundation.access import Actor, visible
from foundation.dialect import upsert
from foundation.vocabulary import Role
from registry.model import Person
from registry.store.tables import person


def _person(row: Any) -> Person:
    return Person(**{**row._mapping, "roles": frozenset(Role(role) for role in row.roles)})


def _row(one: Person) -> dict[str, Any]:
    row = {column.name: getattr(one, column.name) for column in person.c}
    return {**row, "roles": sorted(role.value for role in one.roles)}


def people(conn: Connection, actor: Actor) -> list[Person]:
    """Everybody within the actor's reach, by account."""
    query = select(person).where(visible(actor, "read", "person", person.c.unit_id)).order_by(person.c.account)
    return [_person(row) for row in conn.execute(query)]


def person_by_id(conn: Connection, person_id: str) -> Person | None:
    """The person, if there is one."""
    row = conn.execute(select(person).where(person.c.id == person_id)).first()
    return _person(row) if row else None


def person_by_account(conn: Connection, account: str) -> Person | None:
    """The person with this account, if there is one."""
    row = conn.execute(select(person).where(person.c.account == account)).first()
    return _person(row) if row else None


def insert_person(conn: Connection, new: Person) -> bool:
    """False when the account is taken."""
    return conn.execute(upsert(conn, person).values(_row(new)).on_conflict_do_nothing()).rowcount == 1


def update_person(conn: Connection, changed: Person) -> None:
    """Keep a changed person."""
    conn.execute(update(person).where(person.c.id == changed.id).values(_row(changed)))


def others_active(conn: Connection, person_id: str) -> list[Person]:
    """Everybody else whose account is open."""
    query = select(person).where(person.c.id != person_id, person.c.active)
    return [_person(row) for row in conn.execute(query)]
