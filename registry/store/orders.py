"""Queries on orders."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, or_, select, update

from foundation.access import Actor, visible
from foundation.dialect import upsert
from foundation.vocabulary import Priority
from registry.model import Order, OrderStatus
from registry.store.patients import matching, patient_of
from registry.store.tables import order, patient

BOTH = select(order, patient).join(patient, order.c.patient_uid == patient.c.id)


def order_of(row: Any) -> Order:
    """The order in a row that carries the columns of `BOTH`."""
    mapping = row._mapping
    plain = {column.name: mapping[column] for column in order.c if column.name != "patient_uid"}
    plain |= {"priority": Priority(plain["priority"]), "status": OrderStatus(plain["status"])}
    return Order(patient=patient_of(row), **plain)


def insert_order(conn: Connection, new: Order) -> bool:
    """False when the issuer has given this accession number already."""
    row = {column.name: getattr(new, column.name) for column in order.c if column.name != "patient_uid"}
    row |= {"patient_uid": new.patient.id, "priority": new.priority.value, "status": new.status.value}
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
        query = query.where(or_(matching(q), order.c.accession_number == q))
    return [order_of(row) for row in conn.execute(query.order_by(order.c.requested_at.desc()).limit(limit))]


def set_status(
    conn: Connection, order_id: str, before: OrderStatus, after: OrderStatus, study_instance_uid: str | None = None
) -> bool:
    """Move an order from one status to the next; False when it is no longer in the first."""
    row: dict[str, Any] = {"status": after.value}
    if study_instance_uid:
        row["study_instance_uid"] = study_instance_uid
    moved = update(order).where(order.c.id == order_id, order.c.status == before.value)
    return conn.execute(moved.values(row)).rowcount == 1
