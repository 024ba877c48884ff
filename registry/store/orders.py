"""Queries on orders."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, or_, select, update

from foundation.access import Actor, visible
from foundation.dialect import upsert
from foundation.vocabulary import Priority
from registry.model import Order, OrderStatus, VisitType
from registry.store.keys import search
from registry.store.patients import patient_of
from registry.store.tables import order, patient

_PATIENTS = 200  # whose orders are looked through for one question
BOTH = select(order, patient).join(patient, order.c.patient_uid == patient.c.id)


def order_of(row: Any) -> Order:
    """The order in a row that carries the columns of `BOTH`."""
    mapping = row._mapping
    plain = {column.name: mapping[column] for column in order.c if column.name != "patient_uid"}
    plain |= {"priority": Priority(plain["priority"]), "status": OrderStatus(plain["status"])}
    plain |= {"visit_type": VisitType(plain["visit_type"])}
    return Order(patient=patient_of(row), **plain)


def insert_order(conn: Connection, new: Order) -> bool:
    """False when the issuer has given this accession number already."""
    row = {column.name: getattr(new, column.name) for column in order.c if column.name != "patient_uid"}
    row |= {"patient_uid": new.patient.id, "priority": new.priority.value, "status": new.status.value}
    row |= {"visit_type": new.visit_type.value}
    return conn.execute(upsert(conn, order).values(row).on_conflict_do_nothing()).rowcount == 1


def order_by_id(conn: Connection, order_id: str) -> Order | None:
    """The order, if there is one."""
    row = conn.execute(BOTH.where(order.c.id == order_id)).first()
    return order_of(row) if row else None


def orders_by_accession(conn: Connection, accession_number: str, issuers: Sequence[str]) -> list[Order]:
    """The orders to which one of these issuers gave the number."""
    query = BOTH.where(order.c.accession_number == accession_number, order.c.issuer.in_(issuers))
    return [order_of(row) for row in conn.execute(query)]


def orders(conn: Connection, actor: Actor, q: str, status: OrderStatus | None, limit: int) -> list[Order]:
    """The newest orders within the actor's reach."""
    query = BOTH.where(visible(actor, "read", "order", order.c.requesting_unit_id, patient=order.c.patient_uid))
    if status:
        query = query.where(order.c.status == status.value)
    if q:
        found = order.c.patient_uid.in_(search(conn, actor, "order", q, _PATIENTS))
        query = query.where(or_(found, order.c.accession_number == q.upper(), order.c.accession_number == q))
    return [order_of(row) for row in conn.execute(query.order_by(order.c.requested_at.desc()).limit(limit))]


def orders_of(conn: Connection, actor: Actor, uids: Collection[str], limit: int) -> list[Order]:
    """The newest orders of these patients within the actor's reach."""
    mine = visible(actor, "read", "order", order.c.requesting_unit_id, patient=order.c.patient_uid)
    query = BOTH.where(order.c.patient_uid.in_(uids), mine)
    return [order_of(row) for row in conn.execute(query.order_by(order.c.requested_at.desc()).limit(limit))]


def every_order_of(conn: Connection, uids: Collection[str]) -> list[Order]:
    """Every order of these patients, the oldest first."""
    query = BOTH.where(order.c.patient_uid.in_(uids)).order_by(order.c.requested_at, order.c.id)
    return [order_of(row) for row in conn.execute(query)]


def update_order(conn: Connection, changed: Order) -> bool:
    """Keep what was corrected; False when the order's status has moved on meanwhile."""
    names = ("item_code", "item_name", "modality", "body_part", "history", "item_version")
    row = {name: getattr(changed, name) for name in names}
    row |= {"priority": changed.priority.value, "visit_type": changed.visit_type.value}
    kept = update(order).where(order.c.id == changed.id, order.c.status == changed.status.value)
    return conn.execute(kept.values(row)).rowcount == 1


def set_awaiting(conn: Connection, order_id: str, *, awaits: bool) -> None:
    """Keep an order from the devices' lists, or let it on them."""
    conn.execute(update(order).where(order.c.id == order_id).values(awaits_decision=awaits))


def set_status(conn: Connection, order_id: str, before: OrderStatus, after: OrderStatus, **facts: str | None) -> bool:
    """Move an order from one status to the next with what belongs to the step; False when it is not in the first."""
    row = {"status": after.value} | {name: value for name, value in facts.items() if value}
    moved = update(order).where(order.c.id == order_id, order.c.status == before.value)
    return conn.execute(moved.values(row)).rowcount == 1
