"""Studies and orders: which study answers which order, and a person's word about it."""

from dataclasses import replace
from datetime import date, timedelta

from foundation.access import Actor, demand
from foundation.database import Connection
from foundation.ids import id_of
from foundation.live import News
from registry.api.desk import Desk
from registry.api.scheduling import midnight
from registry.errors import OrderNotFound, OrderStepRefused
from registry.meeting import Meeting, Seen, decide, is_patient, window
from registry.model import Order, OrderStatus
from registry.store import orders, places
from registry.store import scheduled as store


class Meetings(Desk):
    """What a stored study says, held against what was ordered."""

    def meet(self, conn: Connection, seen: Seen, *, by_patient: bool) -> Meeting:
        """The order that the study answers, or the doubt. `by_patient` is for a study that is complete."""
        order_id = id_of(seen.study_instance_uid)
        issuers = self._issuers(conn, seen.unit_id)
        by_uid = orders.order_by_id(conn, order_id) if order_id else None
        if by_uid is not None and by_uid.issuer not in issuers:
            by_uid = None
        number = seen.accession_number
        by_number = orders.orders_by_accession(conn, number, issuers) if number and by_uid is None else []
        if by_uid is None and not by_number and not by_patient:
            return Meeting()
        if not by_patient or not seen.patient_id:
            return decide(seen, by_uid, by_number, [])
        of_day, of_arrival = (self._of_patient(conn, seen, day) for day in (seen.day, seen.received))
        return decide(seen, by_uid, by_number, of_day, of_arrival)

    def _of_patient(self, conn: Connection, seen: Seen, day: date) -> list[Order]:
        first, last = window(day, self._settings.meeting_days)
        since, until = midnight(first), midnight(last) + timedelta(days=1)
        return store.open_orders_of(conn, seen.unit_id, seen.patient_id, since, until)

    def _issuers(self, conn: Connection, unit_id: str) -> list[str]:
        unit = places.unit_by_id(conn, unit_id)
        return [one for one in (unit_id, unit.parent_id if unit else None) if one]

    def candidates(self, actor: Actor, seen: Seen) -> list[Order]:
        """Every order of the unit that could be meant, the likeliest first: for a person who decides."""
        demand(actor, "read", "order", seen.unit_id)
        first, last = window(seen.received, max(self._settings.meeting_days, 3))
        with self._floor.db.read() as conn:
            found = store.waiting(
                conn, seen.unit_id, frozenset(), midnight(first), midnight(last) + timedelta(days=1), 200
            )
        return sorted(found, key=lambda order: (not is_patient(seen, order), order.requested_at))[:50]

    def orders_in(self, conn: Connection, order_ids: tuple[str, ...]) -> list[Order]:
        """These orders, for rooms that have checked who asks."""
        return [order for one in order_ids if (order := orders.order_by_id(conn, one)) is not None]

    def linkable(self, conn: Connection, actor: Actor, order_id: str, study_instance_uid: str) -> Order:
        """The open order that a person wants to link. Raises OrderNotFound, OrderStepRefused."""
        order = orders.order_by_id(conn, order_id)
        if order is None:
            raise OrderNotFound(order=order_id)
        demand(actor, "create", "order", order.requesting_unit_id)
        ours = order.study_instance_uid in (None, study_instance_uid)
        if order.status is not OrderStatus.REQUESTED and not (ours and order.status is OrderStatus.RECEIVED):
            raise OrderStepRefused(accession_number=order.accession_number, status=order.status.value)
        return order

    def released(self, conn: Connection, actor: Actor, order_id: str) -> Order:
        """The study that answered this order did not: it waits again. Raises OrderNotFound, OrderStepRefused."""
        order = orders.order_by_id(conn, order_id)
        if order is None:
            raise OrderNotFound(order=order_id)
        if order.status is not OrderStatus.RECEIVED:
            raise OrderStepRefused(accession_number=order.accession_number, status=order.status.value)
        store.release(conn, order_id)
        self._note(conn, actor, "U", "order.release", order_id, study=order.study_instance_uid)
        self._floor.live.announce(conn, News("order", order.id, (order.requesting_unit_id,)))
        return replace(order, status=OrderStatus.REQUESTED, study_instance_uid=None)
