"""Queries on orders that wait for their examination."""

from datetime import datetime

from sqlalchemy import Connection, case, or_, update

from foundation.vocabulary import Priority
from registry.model import Order, OrderStatus
from registry.store.orders import BOTH, order_of
from registry.store.tables import order, patient

_RANK = case({Priority.HIGH.value: 0, Priority.MEDIUM.value: 1}, value=order.c.priority, else_=2)
_OPEN = order.c.status == OrderStatus.REQUESTED.value


def waiting(
    conn: Connection, unit_id: str, modalities: frozenset[str], since: datetime, until: datetime, limit: int
) -> list[Order]:
    """The unit's open orders of these kinds (any kind when empty), urgent first, then the oldest."""
    query = BOTH.where(
        order.c.requesting_unit_id == unit_id,
        _OPEN,
        order.c.awaits_decision.is_(False),
        order.c.requested_at >= since,
        order.c.requested_at < until,
    )
    if modalities:
        query = query.where(order.c.modality.in_(modalities))
    rows = conn.execute(query.order_by(_RANK, order.c.requested_at, order.c.id).limit(limit))
    return [order_of(row) for row in rows]


def open_orders_of(
    conn: Connection, unit_id: str, patient_id: str, since: datetime, until: datetime, limit: int = 50
) -> list[Order]:
    """The unit's open orders for whom the device calls `patient_id`: the unit's own id, or an identification number."""
    query = BOTH.where(
        order.c.requesting_unit_id == unit_id,
        _OPEN,
        order.c.requested_at >= since,
        order.c.requested_at < until,
        or_(patient.c.patient_id == patient_id, patient.c.id_card == patient_id.upper()),
    )
    return [order_of(row) for row in conn.execute(query.order_by(order.c.requested_at).limit(limit))]


def release(conn: Connection, order_id: str) -> None:
    """The order waits again, with no study."""
    values = {"status": OrderStatus.REQUESTED.value, "study_instance_uid": None}
    conn.execute(update(order).where(order.c.id == order_id).values(values))
