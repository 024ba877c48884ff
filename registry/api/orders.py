"""Orders and the items that can be ordered."""

from foundation.access import PRODUCT, Actor, demand
from foundation.database import Connection
from foundation.ids import new_accession_number, new_id
from foundation.live import News
from registry.api.desk import Desk, unit_or_refuse
from registry.errors import (
    AccessionNumberTaken,
    BadAccessionNumber,
    ItemNotFound,
    OrderNotFound,
    OrderStepRefused,
    PatientNotFound,
)
from registry.items import items
from registry.model import Item, NewOrder, Order, OrderStatus, OrderStep, after, valid_short
from registry.store import orders as store
from registry.store import patients, places

_ATTEMPTS = 3  # of ten random characters: a second collision does not happen


class Orders(Desk):
    """What was ordered, under which accession number, and which study answered it."""

    def items(self) -> list[Item]:
        """Everything that can be ordered."""
        return list(items().values())

    def create_order(self, actor: Actor, new: NewOrder) -> Order:
        """Order an examination for a registered patient, in the name of the unit that issued the patient's id.

        Raises PatientNotFound, ItemNotFound, BadAccessionNumber, AccessionNumberTaken.
        """
        item = items().get(new.item_code)
        if item is None:
            raise ItemNotFound(item=new.item_code[:32])
        if new.accession_number and not valid_short(new.accession_number):
            raise BadAccessionNumber(accession_number=new.accession_number[:64])
        return self._floor.db.write(lambda conn: self._create(conn, actor, new, item))

    def _create(self, conn: Connection, actor: Actor, new: NewOrder, item: Item) -> Order:
        patient = patients.patient_by_id(conn, new.patient_uid)
        if patient is None:
            raise PatientNotFound(patient=new.patient_uid)
        demand(actor, "create", "order", patient.issuer)
        code = unit_or_refuse(conn, patient.issuer).code
        given = new.accession_number
        for number in [given] if given else [new_accession_number(code) for _ in range(_ATTEMPTS)]:
            order = Order(
                id=new_id(),
                accession_number=number,
                issuer=patient.issuer,
                patient=patient,
                item_code=item.code,
                item_name=item.name,
                modality=item.modality,
                body_part=item.body_part,
                priority=new.priority,
                history=new.history,
                requesting_unit_id=patient.issuer,
                requested_by=actor.id,
                requested_at=self._floor.now(),
                status=OrderStatus.REQUESTED,
                study_instance_uid=None,
                demo=new.demo,
            )
            if store.insert_order(conn, order):
                self._note(conn, actor, "C", "order.create", order.id, accession_number=number, item=item.code)
                self._announce(conn, order)
                return order
        raise AccessionNumberTaken(accession_number=given)

    def orders(self, actor: Actor, q: str = "", status: OrderStatus | None = None, limit: int = 50) -> list[Order]:
        """The newest orders within reach; `q` begins a name or patient id, or is an accession number."""
        demand(actor, "read", "order", actor.unit_id)
        with self._floor.db.read() as conn:
            return store.orders(conn, actor, q.strip(), status, min(limit, 200))

    def order(self, actor: Actor, order_id: str) -> Order:
        """One order within reach. Raises OrderNotFound."""
        with self._floor.db.read() as conn:
            order = _order(conn, order_id)
        demand(actor, "read", "order", order.requesting_unit_id, patient=order.patient.id)
        return order

    def cancel_order(self, actor: Actor, order_id: str) -> None:
        """Take back an order for which nothing was received. Raises OrderNotFound, OrderStepRefused."""

        def work(conn: Connection) -> None:
            order = _order(conn, order_id)
            demand(actor, "create", "order", order.requesting_unit_id)
            self._step(conn, actor, order, OrderStep.CANCEL)

        self._floor.db.write(work)

    def match_order(self, conn: Connection, unit_id: str, accession_number: str, patient_id: str) -> Order | None:
        """The one order that an object's header names: its accession number, issued by the sending unit or its
        lead, and its patient id. A number of another patient, or of two orders, matches nothing: never a guess.
        """
        if not accession_number or not patient_id:
            return None
        unit = places.unit_by_id(conn, unit_id)
        issuers = [one for one in (unit_id, unit.parent_id if unit else None) if one]
        found = store.orders_by_accession(conn, accession_number, issuers)
        named = [order for order in found if order.patient.patient_id == patient_id]
        open_ = [order for order in named if after(order.status, OrderStep.RECEIVE)]
        return open_[0] if len(open_) == 1 else None

    def received(self, conn: Connection, order_id: str, study_instance_uid: str) -> None:
        """A study answered this order. Raises OrderNotFound, OrderStepRefused."""
        self._step(conn, PRODUCT, _order(conn, order_id), OrderStep.RECEIVE, study_instance_uid)

    def reported(self, conn: Connection, order_id: str) -> None:
        """The order's report is signed. Raises OrderNotFound, OrderStepRefused."""
        self._step(conn, PRODUCT, _order(conn, order_id), OrderStep.REPORT)

    def _step(
        self, conn: Connection, actor: Actor, order: Order, step: OrderStep, study_instance_uid: str | None = None
    ) -> None:
        status = after(order.status, step)
        if status is None:
            raise OrderStepRefused(accession_number=order.accession_number, status=order.status.value)
        if (status, study_instance_uid or order.study_instance_uid) == (order.status, order.study_instance_uid):
            return
        store.set_status(conn, order.id, order.status, status, study_instance_uid)
        self._note(conn, actor, "U", f"order.{step.value}", order.id)
        self._announce(conn, order)

    def _announce(self, conn: Connection, order: Order) -> None:
        self._floor.live.announce(conn, News("order", order.id, (order.requesting_unit_id,)))


def _order(conn: Connection, order_id: str) -> Order:
    order = store.order_by_id(conn, order_id)
    if order is None:
        raise OrderNotFound(order=order_id)
    return order
