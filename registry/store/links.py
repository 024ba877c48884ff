"""Queries on the links between patients."""

from typing import Any

from sqlalchemy import Connection, and_, or_, select, update

from foundation.access import PRODUCT
from foundation.dialect import upsert
from registry.linking import Basis, Link
from registry.model import Patient
from registry.store.patients import COLUMNS, patient_of
from registry.store.tables import HOLDS, link, patient


def _link(row: Any) -> Link:
    return Link(**{**row._mapping, "basis": Basis(row.basis)})


def insert_link(conn: Connection, new: Link) -> bool:
    """False when this link holds already."""
    row = {column.name: getattr(new, column.name) for column in link.c} | {"basis": new.basis.value}
    once = upsert(conn, link).values(row).on_conflict_do_nothing(index_elements=["one", "other"], index_where=HOLDS)
    return conn.execute(once).rowcount == 1


def link_by_id(conn: Connection, link_id: str) -> Link | None:
    """The link, held or undone."""
    row = conn.execute(select(link).where(link.c.id == link_id)).first()
    return _link(row) if row else None


def undo_link(conn: Connection, undone: Link) -> bool:
    """Keep that a link was undone; False when it was undone before."""
    facts = {name: getattr(undone, name) for name in ("undone_at", "undone_by", "undone_name", "undone_note")}
    moved = update(link).where(link.c.id == undone.id, link.c.undone_at.is_(None)).values(facts)
    return conn.execute(moved).rowcount == 1


def links_of(conn: Connection, uids: set[str]) -> list[Link]:
    """Every link of these patients, held and undone, the oldest first."""
    query = select(link).where(or_(link.c.one.in_(uids), link.c.other.in_(uids))).order_by(link.c.id)
    return [_link(row) for row in conn.execute(query)]


def linked_uids(conn: Connection, patient_uid: str) -> set[str]:
    """The ids of all patients that are this person, its own among them."""
    known, edge = set[str](), {patient_uid}
    while edge:
        known |= edge
        held = [one for one in links_of(conn, edge) if one.undone_at is None]
        edge = {end for one in held for end in (one.one, one.other)} - known
    return known


def patients_with_card(conn: Connection, id_card: str) -> list[Patient]:
    """Everybody registered with this identification number, the earliest first."""
    query = select(*COLUMNS).where(patient.c.id_card == id_card).order_by(patient.c.created_at, patient.c.id)
    return [patient_of(row) for row in conn.execute(query)]


def apart(conn: Connection, ones: set[str], others: set[str]) -> bool:
    """Whether a person has undone a link between one of these and one of those; the product's own undoing is none."""
    across = or_(
        and_(link.c.one.in_(ones), link.c.other.in_(others)), and_(link.c.one.in_(others), link.c.other.in_(ones))
    )
    query = select(link.c.id).where(across, link.c.undone_by != PRODUCT.id).limit(1)
    return conn.execute(query).first() is not None
